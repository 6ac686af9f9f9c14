"""Scans of labels with serials: written after the answer, judged by the worker, emptied of everything about visitors after a season.

What of a visitor is kept is a hash under a salt of the day: the same phone is somebody else tomorrow, and once the salt is gone nobody can
ask whether an address was here.
"""

import hashlib
import hmac
import secrets
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta

from psycopg.rows import class_row
from psycopg.types.json import Jsonb

from nongso.clock import local_day
from nongso.label_scans import Area, Channel, Limits, Seen
from nongso.people import Viewer
from nongso.store.connection import Connection

KEPT = timedelta(days=90)  # what is known of a visitor
LOOKED_BACK = timedelta(days=30)
MOST_SEEN = 3000  # scans of one label that are judged; more would say the same
HOME_LABELS = 3  # labels of a lot seen in an area make it one of the lot's own


@dataclass(frozen=True, slots=True)
class LabelFacts:
    """A label as its page needs it. `scan_count`: people a day, not taps."""

    serial: str
    state: str
    lot_code: str
    product_id: int
    sold_at: datetime | None
    scan_count: int
    first_scan_at: datetime | None


@dataclass(frozen=True, slots=True)
class LabelScan:
    """Somebody looked at a label. `visitor` is what `pseudonym` made of them."""

    at: datetime
    serial: str
    product_id: int
    lot_id: int | None
    verdict: str
    visitor: str
    area: Area | None
    channel: Channel


@dataclass(frozen=True, slots=True)
class Scanned:
    """A label with new scans, as the worker judges it."""

    serial: str
    office_id: int
    product_id: int
    lot_id: int
    sold_at: datetime | None
    trusted_at: datetime | None


@dataclass(frozen=True, slots=True)
class GhostCount:
    """Different visitors of each day who met serials of a product that nobody issued, and some of those serials."""

    office_id: int
    product_id: int
    people: int
    serials: list[str]


@dataclass(frozen=True, slots=True)
class SeenRow:
    at: datetime
    visitor: str
    area_lat: float | None
    area_lon: float | None
    channel: str


def find_label(conn: Connection, serial: str) -> LabelFacts | None:
    """Public: whoever holds a label may look."""
    return (
        conn.cursor(row_factory=class_row(LabelFacts))
        .execute(
            """
            SELECT x.serial, x.state, l.code AS lot_code, l.product_id, x.sold_at, x.scan_count, x.first_scan_at
              FROM label x
              JOIN lot l ON l.id = x.lot_id
             WHERE x.serial = %(serial)s
            """,
            {"serial": serial},
        )
        .fetchone()
    )


def pseudonym(conn: Connection, address: str, now: datetime) -> str:
    """Somebody of today: a keyed hash of address and browser under the salt of the local day, made when the day's first visitor comes."""
    day = local_day(now)
    conn.execute(
        "INSERT INTO scan_salt (day, salt) VALUES (%(day)s, %(salt)s) ON CONFLICT DO NOTHING",
        {"day": day, "salt": secrets.token_bytes(32)},
    )
    row = conn.execute("SELECT salt FROM scan_salt WHERE day = %(day)s", {"day": day}).fetchone()
    assert row is not None
    return hmac.new(row[0], address.encode(), hashlib.sha256).hexdigest()[:16]


def insert_scan(conn: Connection, scan: LabelScan) -> None:
    """Knows no viewer. Counts on the label only who was not here today already."""
    latitude, longitude = scan.area or (None, None)
    conn.execute(
        """
        WITH known AS (
            SELECT FROM label_scan s
             WHERE s.serial = %(serial)s
               AND s.visitor = %(visitor)s
               AND s.at >= %(at)s - interval '1 day'
             LIMIT 1
        ), written AS (
            INSERT INTO label_scan (at, serial, product_id, lot_id, verdict, visitor, area_lat, area_lon, channel)
            VALUES (%(at)s, %(serial)s, %(product)s, %(lot)s, %(verdict)s, %(visitor)s, %(lat)s, %(lon)s, %(channel)s)
        )
        UPDATE label
           SET scan_count = scan_count + 1, first_scan_at = coalesce(first_scan_at, %(at)s)
         WHERE serial = %(serial)s
           AND NOT EXISTS (SELECT FROM known)
        """,
        {
            "at": scan.at,
            "serial": scan.serial,
            "product": scan.product_id,
            "lot": scan.lot_id,
            "verdict": scan.verdict,
            "visitor": scan.visitor,
            "lat": latitude,
            "lon": longitude,
            "channel": scan.channel,
        },
    )


def take_scanned(conn: Connection) -> list[Scanned]:
    """The labels with scans that were not judged yet; with this they count as judged. A scan in flight is judged with the label's next."""
    row = conn.execute("SELECT scan_id FROM scan_judged FOR UPDATE").fetchone()
    assert row is not None
    scanned = (
        conn.cursor(row_factory=class_row(Scanned))
        .execute(
            """
            SELECT x.serial, b.office_id, l.product_id, x.lot_id, x.sold_at, x.trusted_at
              FROM label x
              JOIN serial_batch b ON b.id = x.batch_id
              JOIN lot l ON l.id = x.lot_id
             WHERE x.serial IN (SELECT s.serial FROM label_scan s WHERE s.id > %(last)s)
               AND x.state IN ('active', 'sold')
             ORDER BY x.serial
            """,
            {"last": row[0]},
        )
        .fetchall()
    )
    conn.execute("UPDATE scan_judged SET scan_id = coalesce((SELECT max(id) FROM label_scan), 0)")
    return scanned


def list_seen(conn: Connection, serial: str, since: datetime) -> list[Seen]:
    """The newest scans of a label after `since`, in their order; what was emptied after a season is not there."""
    rows = (
        conn.cursor(row_factory=class_row(SeenRow))
        .execute(
            """
            SELECT s.at, s.visitor, s.area_lat, s.area_lon, s.channel
              FROM label_scan s
             WHERE s.serial = %(serial)s
               AND s.at > %(since)s
               AND s.visitor IS NOT NULL
             ORDER BY s.at DESC
             LIMIT %(most)s
            """,
            {"serial": serial, "since": since, "most": MOST_SEEN},
        )
        .fetchall()
    )
    return [
        Seen(
            row.at,
            row.visitor,
            None if row.area_lat is None or row.area_lon is None else (row.area_lat, row.area_lon),
            Channel(row.channel),
        )
        for row in reversed(rows)
    ]


def list_home(conn: Connection, lot_id: int, serial: str, since: datetime) -> list[Area]:
    """Where other labels of a lot are seen, HOME_LABELS of them at least."""
    rows = conn.execute(
        """
        SELECT s.area_lat, s.area_lon
          FROM label_scan s
         WHERE s.lot_id = %(lot)s
           AND s.serial <> %(serial)s
           AND s.at > %(since)s
           AND s.area_lat IS NOT NULL
           AND s.channel <> 'link'
         GROUP BY s.area_lat, s.area_lon
        HAVING count(DISTINCT s.serial) >= %(labels)s
        """,
        {"lot": lot_id, "serial": serial, "since": since, "labels": HOME_LABELS},
    ).fetchall()
    return [(row[0], row[1]) for row in rows]


def list_ghosts(conn: Connection, since: datetime) -> list[GhostCount]:
    """Products of which serials were met that nobody issued."""
    return (
        conn.cursor(row_factory=class_row(GhostCount))
        .execute(
            """
            SELECT p.office_id, s.product_id, count(DISTINCT s.visitor)::int AS people,
                   (array_agg(DISTINCT s.serial))[1:20] AS serials
              FROM label_scan s
              JOIN product p ON p.id = s.product_id
             WHERE s.verdict = 'ghost'
               AND s.at > %(since)s
             GROUP BY p.office_id, s.product_id
            """,
            {"since": since},
        )
        .fetchall()
    )


def suspect(conn: Connection, serial: str, now: datetime) -> None:
    """The label's page asks for a second look from now on."""
    conn.execute(
        """
        UPDATE label
           SET state = 'suspect', changed_at = %(now)s
         WHERE serial = %(serial)s
           AND state IN ('active', 'sold')
        """,
        {"serial": serial, "now": now},
    )


def trust(conn: Connection, serial: str, now: datetime) -> None:
    """It was a false alarm: the label is what it was, and only later scans count against it."""
    conn.execute(
        """
        UPDATE label
           SET state = CASE WHEN sold_at IS NULL THEN 'active' ELSE 'sold' END, changed_at = %(now)s, trusted_at = %(now)s
         WHERE serial = %(serial)s
           AND state = 'suspect'
        """,
        {"serial": serial, "now": now},
    )


def get_limits(conn: Connection, office_id: int) -> Limits:
    """The office's thresholds, or the house's."""
    row = conn.execute("SELECT limits FROM scan_limits WHERE office_id = %(office)s", {"office": office_id}).fetchone()
    return Limits(**row[0]) if row else Limits()


def put_limits(conn: Connection, viewer: Viewer, limits: Limits) -> None:
    conn.execute(
        """
        INSERT INTO scan_limits (office_id, limits)
        VALUES (%(office)s, %(limits)s)
        ON CONFLICT (office_id) DO UPDATE SET limits = EXCLUDED.limits
        """,
        {"office": viewer.office_id, "limits": Jsonb(asdict(limits))},
    )


def forget(conn: Connection, now: datetime) -> None:
    """Throw away the salts of days that are over, and after a season everything about visitors; the counts stay."""
    conn.execute("DELETE FROM scan_salt WHERE day < %(day)s", {"day": _day_before(now)})
    conn.execute(
        """
        UPDATE label_scan
           SET visitor = NULL, area_lat = NULL, area_lon = NULL
         WHERE at < %(before)s
           AND visitor IS NOT NULL
        """,
        {"before": now - KEPT},
    )


def _day_before(now: datetime) -> date:
    """The salt of yesterday is kept for answers that cross midnight."""
    return local_day(now) - timedelta(days=1)
