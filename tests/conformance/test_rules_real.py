"""A real year of a tidal water station, every quarter of an hour, through the rules in event time."""

import csv
from collections import Counter
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

from fixtures.places import armed

from nongso.alerting.history import Episode, Track, play
from nongso.alerting.scene import Place, Point, Sensor
from nongso.devices import Kind

FILE = "farm/water/apacpwq_15min_2012.csv"
COLUMNS = {"sal": "water.salinity", "depth": "water.level", "ph": "water.ph", "do_mgl": "water.do"}
PASSED = "<0>"
RULES = ("salt", "salt_rising", "fresh", "water_class", "flood")  # flood: no bank is known, so no tide may alarm
LIMIT_G_L = 25.0  # the station stands in an estuary: a limit its water really crosses, as a crop's is in the delta
SENSORS = tuple(
    Sensor(number, "apacpwq", Kind.CANAL, key, None, timedelta(minutes=45))
    for number, key in enumerate(COLUMNS.values())
)
PLACE = Place(1, None, 1, "rice", None, SENSORS)


@cache
def year(shared: Path) -> tuple[tuple[tuple[int, Point], ...], int]:
    """The readings that the station's experts passed, and how many of them are salinities."""
    found = []
    with (shared / FILE).open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            at = datetime.fromisoformat(row["datetimestamp"])
            for number, column in enumerate(COLUMNS):
                if row[column] not in ("", "NA") and row[f"f_{column}"].strip() == PASSED:
                    found.append((number, Point(at, float(row[column]))))
    return tuple(found), sum(1 for number, _ in found if number == 0)


@cache
def alerts(shared: Path) -> tuple[Episode, ...]:
    readings, _ = year(shared)
    rules = [
        armed(slug, PLACE, **({"limit": LIMIT_G_L} if slug in ("salt", "salt_rising", "fresh") else {}))
        for slug in RULES
    ]
    start = Track(min(point.at for _, point in readings) - timedelta(days=1))
    return play(PLACE, rules, start, readings, [], datetime.max.replace(tzinfo=start.until.tzinfo)).episodes


def test_the_year_gives_a_list_of_alerts_that_a_person_can_read(shared: Path) -> None:
    """docs/alerts.md prints it; a year of salt tides is dozens of alerts and not thousands."""
    counted = Counter(episode.rule for episode in alerts(shared))

    assert 33_000 < year(shared)[1]
    assert {"fresh": 52, "salt": 42, "salt_rising": 27, "water_class": 3} == counted


def test_no_salt_alert_without_salt_for_half_an_hour(shared: Path) -> None:
    """A false alarm is an alert whose own water was not over the limit at two readings half an hour apart."""
    salts = {point.at: point.value for number, point in year(shared)[0] if number == 0}
    told = [episode for episode in alerts(shared) if episode.rule == "salt"]
    false = [
        episode
        for episode in told
        if not all(
            salts.get(episode.opened_at - timedelta(minutes=back), LIMIT_G_L + 1) > LIMIT_G_L for back in (0, 15, 30)
        )
    ]

    assert len(false) < 0.01 * len(told)


def test_fresh_water_is_never_told_while_salt_is_over_the_limit(shared: Path) -> None:
    salts = {point.at: point.value for number, point in year(shared)[0] if number == 0}
    fresh = [episode for episode in alerts(shared) if episode.rule == "fresh"]

    assert all(salts[episode.opened_at] < 0.8 * LIMIT_G_L for episode in fresh)
