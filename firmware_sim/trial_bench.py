"""`nongso bench season`: a dry season with drought, salt and a broken valve, day by day: advised, warned, done, and what a person would have wanted."""

import argparse
import json
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from firmware_sim.command import BadNumber
from firmware_sim.plan import load_plan
from firmware_sim.trial import Day, Script, Trial
from nongso.clock import LOCAL
from nongso.rules import salt_limit_g_l

DAYS, BEGINS = 86, datetime(2026, 2, 20, tzinfo=LOCAL)
ALARM_WITHIN_S, OFF_WITHIN_S = 180, 180
WIDTHS = (5, 8, 9, 7, 35, 28, 9, 63, 34, 3)
HEADS = (
    "day",
    "salt g/L",
    "soil %",
    "rain mm",
    "happened",
    "advised",
    "warned",
    "done by the house",
    "a person wanted",
    "ok",
)


@dataclass(frozen=True, slots=True)
class Judged:
    """A day, what the house did, what a person would have wanted, and whether that is the same."""

    day: Day
    done: str
    wanted: str
    agrees: bool


def bench_season(argv: list[str]) -> int:
    """Prints the table; 1 when a promise was broken. Raises BadNumber."""
    parser = argparse.ArgumentParser(prog="nongso bench season", description="A dry season by the house's own rules.")
    parser.add_argument("--days", type=int, default=DAYS, help=f"so many days from 20 February ({DAYS})")
    parser.add_argument("--seed", type=int, default=1, help="the same seed makes the same weather (1)")
    parser.add_argument("--json", action="store_true", help="print for a program")
    chosen = parser.parse_args(argv)
    if chosen.days <= 0:
        raise BadNumber(switch="--days")
    season = play_season(chosen.seed, chosen.days, Script())
    summary = summed(season)
    if chosen.json:
        text = json.dumps({"days": [plain(each) for each in season], "summary": summary}, ensure_ascii=False)
    else:
        text = "\n".join([*table(season), "", *(f"{name}: {value}" for name, value in summary.items())])
    sys.stdout.write(text + "\n")
    return 1 if broken(season) else 0


def play_season(seed: int, days: int, script: Script) -> list[Judged]:
    """The shipped plan from 20 February on."""
    trial = Trial(load_plan("mua-kho"), seed, BEGINS, script)
    return [judged(trial.play_day(number)) for number in range(days)]


def judged(day: Day) -> Judged:
    watered = day.by_itself_s > 0
    if day.jammed_s:
        return Judged(day, done_of(day), "water, then the valve shut at once", watered and day.jammed_s <= OFF_WITHIN_S)
    if day.by_person_s:
        return Judged(day, done_of(day), f"{day.by_person_s // 60} min, come what may", not watered)
    if day.wanted_s:
        return Judged(day, done_of(day), "water", watered)
    if day.thirsty_s:
        return Judged(day, done_of(day), "none: the canal is salt", not watered)
    if day.near_line:
        return Judged(day, done_of(day), "water now or soon", True)
    return Judged(day, done_of(day), "none", not watered)


def done_of(day: Day) -> str:
    parts = []
    if day.by_itself_s:
        parts.append(f"watered {(day.by_itself_s - day.jammed_s) // 60} min")
    if day.jammed_s:
        parts.append(f"did not close, water off after {day.jammed_s} s")
    if day.by_person_s:
        parts.append(f"obeyed for {day.by_person_s // 60} min")
    if day.alarm_after_s is not None:
        parts.append(f"alarm after {day.alarm_after_s:.0f} s")
    return ", ".join(parts) or "nothing"


def broken(season: Sequence[Judged]) -> list[str]:
    """The promises that this season broke."""
    days, limit = [each.day for each in season], salt_limit_g_l("pomelo")
    found = {
        "salt": any(day.salt_taken > limit for day in days),
        "shown closed": any(day.lied_s for day in days),
        "alarm": any((day.alarm_after_s or 0) > ALARM_WITHIN_S for day in days),
        "water off": any(day.jammed_s > OFF_WITHIN_S for day in days),
    }
    return [name for name, is_broken in found.items() if is_broken]


def summed(season: Sequence[Judged]) -> dict[str, Any]:
    days = [each.day for each in season]
    return {
        "days": len(days),
        "as a person wanted": sum(each.agrees for each in season),
        "fresh water missed, days": sum(each.day.wanted_s > 0 and not each.agrees for each in season),
        "watered though nobody wanted it yet, days": sum(each.wanted == "none" and not each.agrees for each in season),
        "thirsty, days": sum(day.thirsty_s > 0 for day in days),
        "watered by itself, h": round(sum(day.by_itself_s for day in days) / 3600, 1),
        "saltest water taken by itself, g/L": round(max(day.salt_taken for day in days), 2),
        "shown closed while water ran, s": sum(day.lied_s for day in days),
        "alarm after, s": max((day.alarm_after_s or 0 for day in days), default=0),
        "did not close, water off after, s": max((day.jammed_s for day in days), default=0),
        "warnings": dict(sorted(Counter(word for day in days for word in day.warned).items())),
        "promises broken": broken(season),
    }


def table(season: Sequence[Judged]) -> list[str]:
    """Days that went alike are one line."""
    rows = [HEADS, *(row(list(group)) for _, group in groupby(season, key=kind_of))]
    return ["  ".join(cell.ljust(width) for cell, width in zip(each, WIDTHS, strict=True)).rstrip() for each in rows]


def kind_of(each: Judged) -> tuple[object, ...]:
    day = each.day
    return (day.number if day.happened else None, *day.advised, each.done, each.wanted, each.agrees)


def row(alike: Sequence[Judged]) -> tuple[str, ...]:
    days = [each.day for each in alike]
    first, last = days[0], days[-1]
    warned = Counter(word for day in days for word in day.warned)
    return (
        f"{first.number}" if first is last else f"{first.number}-{last.number}",
        f"{min(day.salt_low for day in days):.1f}-{max(day.salt_high for day in days):.1f}",
        f"{first.soil:.1f}" if first is last else f"{first.soil:.1f}>{last.soil:.1f}",
        f"{sum(day.rain_mm for day in days):.0f}",
        ", ".join(first.happened),
        "; ".join(first.advised),
        " ".join(f"{code}x{times}" if times > 1 else code for code, times in sorted(warned.items())),
        alike[0].done,
        alike[0].wanted,
        "yes" if alike[0].agrees else "NO",
    )


def plain(each: Judged) -> dict[str, Any]:
    """A day for a program."""
    day = each.day
    return {
        "day": day.number,
        "date": day.at.astimezone(LOCAL).date().isoformat(),
        "salt_g_l": [round(day.salt_low, 2), round(day.salt_high, 2)],
        "soil_percent": round(day.soil, 1),
        "rain_mm": round(day.rain_mm, 1),
        "happened": day.happened,
        "advised": day.advised,
        "warned": day.warned,
        "done": each.done,
        "by_itself_s": day.by_itself_s,
        "by_person_s": day.by_person_s,
        "jammed_s": day.jammed_s,
        "salt_taken_g_l": round(day.salt_taken, 2),
        "alarm_after_s": day.alarm_after_s,
        "shown_closed_while_open_s": day.lied_s,
        "wanted": each.wanted,
        "wanted_s": day.wanted_s,
        "thirsty_s": day.thirsty_s,
        "agrees": each.agrees,
    }
