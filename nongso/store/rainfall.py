"""The rain of a stretch of time by a gauge, as a part of other statements.

Raw readings are asked for between given instants only, and whoever uses this plans anew each time (`prepare=False`): so of a hypertable
no more than the chunks of those days are looked at, not even to be passed over (docs/decisions/0251).
"""

from datetime import datetime, timedelta
from typing import Final, LiteralString

LOOK_BACK: Final = timedelta(days=7)  # what a counter rose over more than this nobody knows

# Millimetres that the series `s` tells of, from `rain_from` up to `rain_to` and since the installation `i` began; a device without an
# installation is where it always was. NULL: not a gauge, or it told nothing.
_FALLEN: Final = """
    SELECT sum(CASE WHEN s.property = 'rain.amount' OR p.value < p.previous THEN p.value ELSE p.value - p.previous END) AS fallen
      FROM (SELECT r.value, lag(r.value, 1, (SELECT b.value
                                               FROM calibrated_reading b
                                              WHERE b.series_id = s.id AND b.at >= coalesce(i.from_at, '-infinity')
                                                AND b.flags & %(unfit)s = 0
                                                AND b.at >= %(rain_back)s AND b.at < %(rain_from)s
                                              ORDER BY b.at DESC
                                              LIMIT 1)) OVER (ORDER BY r.at) AS previous
              FROM calibrated_reading r
             WHERE s.property IN ('rain.total', 'rain.amount')
               AND r.series_id = s.id AND r.at >= coalesce(i.from_at, '-infinity') AND r.flags & %(unfit)s = 0
               AND r.at >= %(rain_from)s AND r.at < %(rain_to)s) p
"""


def told(statement: LiteralString) -> LiteralString:
    """The statement with its `(FALLEN)` written out; it then takes `unfit` and what `between` gives."""
    return statement.replace("(FALLEN)", f"({_FALLEN})")


def between(from_at: datetime, to_at: datetime) -> dict[str, datetime]:
    return {"rain_from": from_at, "rain_to": to_at, "rain_back": to_at - LOOK_BACK}
