"""`nongso chaos`: kill collector, database, broker and devices at random moments and prove that nothing promised was lost."""

import argparse
import json
import os
import sys
from dataclasses import asdict

from ingest.bench import default_broker
from ingest.chaos.run import Report, run
from nongso.errors import InvalidInput
from nongso.settings import Settings
from nongso.text import say


class BadMinutes(InvalidInput):
    """A length that is not above 0 and at most an hour."""

    code = "chaos.bad_minutes"


def chaos(argv: list[str]) -> int:
    """0 when every promise held, else 1. Raises BadMinutes, ChaosStuck."""
    parser = argparse.ArgumentParser(prog="nongso chaos")
    parser.add_argument("--minutes", type=float, default=5.0, help="how long parts are killed (5)")
    parser.add_argument("--seed", type=int, default=1, help="the same seed draws the same deeds (1)")
    parser.add_argument("--broker", choices=("embedded", "mosquitto"), default=default_broker())
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args(argv)
    if not 0 < chosen.minutes <= 60:
        raise BadMinutes(minutes=chosen.minutes)
    report = run(chosen.broker, chosen.minutes * 60, chosen.seed, told)
    values = {**asdict(report), "holds": report.holds}
    lang = Settings.from_env(os.environ).lang
    sys.stdout.write(json.dumps(values) + "\n" if chosen.json else table(lang, report))
    return 0 if report.holds else 1


def told(deed: str) -> None:
    sys.stderr.write(f"{deed}\n")


def table(lang: str, report: Report) -> str:
    rows = [(say(lang, f"chaos.{name}"), str(value)) for name, value in asdict(report).items() if name != "kills"]
    kills = [(say(lang, "chaos.kills", part=part), str(count)) for part, count in report.kills.items()]
    width = max(len(name) for name, _ in rows + kills)
    lines = [f"{name:<{width}}  {value:>12}" for name, value in kills + rows]
    return "\n".join([*lines, say(lang, "chaos.holds" if report.holds else "chaos.broken"), ""])
