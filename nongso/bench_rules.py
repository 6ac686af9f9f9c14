"""`nongso bench rules`: how long one core takes to look at 100,000 series, a new reading each, with every rule that watches them."""

import argparse
import json
import sys
import time
from datetime import UTC, date, datetime, timedelta

from nongso.alerting.catalogue import RULES
from nongso.alerting.history import Track, play
from nongso.alerting.rule import Armed, arm
from nongso.alerting.scene import Place, Point, Sensor
from nongso.devices import Kind

SERIES = 100_000
BUDGET_S = 10.0
NOW = datetime(2026, 3, 1, tzinfo=UTC)
FRESH_FOR = timedelta(minutes=45)
OF_A_FIELD = (
    ("water.salinity", Kind.CANAL, 1.2),
    ("soil.moisture", Kind.SOIL, 27.0),
    ("air.temperature", Kind.WEATHER, 31.0),
    ("air.humidity", Kind.WEATHER, 74.0),
)


def bench_rules(argv: list[str]) -> int:
    """Prints the figure; 1 when the budget was missed."""
    parser = argparse.ArgumentParser(prog="nongso bench rules")
    parser.add_argument("--series", type=int, default=SERIES)
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args(argv)
    fields = [made(number) for number in range(max(1, chosen.series // len(OF_A_FIELD)))]
    begun = time.process_time()
    states = sum(look(place, armed, track) for place, armed, track in fields)
    spent = time.process_time() - begun
    answer = {
        "series": len(fields) * len(OF_A_FIELD),
        "seconds": round(spent, 2),
        "budget_s": BUDGET_S,
        "states": states,
    }
    text = json.dumps(answer) if chosen.json else "  ".join(f"{name} {value}" for name, value in answer.items())
    sys.stdout.write(text + "\n")
    return 0 if spent <= BUDGET_S else 1


def made(number: int) -> tuple[Place, list[Armed], Track]:
    """A field with an hour of readings behind it; every tenth one's water is too salt."""
    sensors = tuple(
        Sensor(number * 10 + index, f"D{number}", kind, key, 20 if kind is Kind.SOIL else None, FRESH_FOR)
        for index, (key, kind, _) in enumerate(OF_A_FIELD)
    )
    place = Place(number, None, 1, "pomelo", date(2020, 1, 1), sensors)
    observed = {sensor.property for sensor in sensors}
    armed = [arm(rule, place, (), None) for rule in RULES.values() if not observed.isdisjoint(rule.watches)]
    salt = 2.4 if number % 10 == 0 else 1.2
    values = {sensor.series_id: value for sensor, (_, _, value) in zip(sensors, OF_A_FIELD, strict=True)}
    values[sensors[0].series_id] = salt
    recent = {
        series: tuple(Point(NOW - timedelta(minutes=15 * back), value) for back in range(4, 0, -1))
        for series, value in values.items()
    }
    return place, [each for each in armed if each], Track(NOW - timedelta(minutes=15), {}, recent)


def look(place: Place, armed: list[Armed], track: Track) -> int:
    readings = [(series, Point(NOW, points[-1].value)) for series, points in track.recent.items()]
    return len(play(place, armed, track, readings, [], NOW).live.states)
