"""`nongso bench scans`: how often honest labels raise an alarm and copied ones do not, on simulated traffic judged day by day as the worker does."""

import argparse
import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from random import Random
from statistics import median

from nongso.label_scans import Area, CaseKind, Channel, Limits, Seen, coarse, judge

LABELS = 300
DAYS = 30
BEGIN = datetime(2026, 3, 1, tzinfo=UTC)
VINH_LONG, SAIGON, DA_NANG, HA_NOI = (
    coarse(10.25, 105.97),
    coarse(10.78, 106.7),
    coarse(16.05, 108.2),
    coarse(21.03, 105.85),
)
TOWNS = (
    SAIGON,
    HA_NOI,
    DA_NANG,
    coarse(10.03, 105.78),
    coarse(20.86, 106.68),
    coarse(12.24, 109.19),
    coarse(16.46, 107.6),
)
CROWDS = (30, 25, 12, 9, 9, 8, 7)  # how the country's readers are spread over the towns


@dataclass(frozen=True, slots=True)
class Story:
    """What happens to a label; `is_copied` is what the rules should find out."""

    name: str
    is_copied: bool
    scans: Callable[[Random], Iterator[Seen]]


@dataclass(frozen=True, slots=True)
class Result:
    """Of `labels` simulated labels `alarmed` were called copied, half of those by day `median_day`."""

    story: str
    is_copied: bool
    labels: int
    people: float
    alarmed: int
    percent: float
    median_day: float | None


def bench_scans(argv: list[str]) -> int:
    """Prints the table; 0 whatever the figures are."""
    parser = argparse.ArgumentParser(prog="nongso bench scans")
    parser.add_argument("--labels", type=int, default=LABELS, help="labels of each story")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args(argv)
    results = [measure(story, max(1, chosen.labels), chosen.seed, Limits()) for story in STORIES]
    if chosen.json:
        sys.stdout.write(json.dumps([asdict(result) for result in results]) + "\n")
        return 0
    for result in results:
        truth = "copied" if result.is_copied else "honest"
        sys.stdout.write(
            f"{result.story:<14} {truth}  people {result.people:7.1f}  alarms {result.alarmed:4}/{result.labels}"
            f"  {result.percent:5.1f} %  median day {result.median_day if result.median_day is not None else '–'}\n"
        )
    return 0


def measure(story: Story, labels: int, seed: int, limits: Limits) -> Result:
    days: list[int] = []
    people = 0
    for number in range(labels):
        scans = sorted(story.scans(Random(f"{seed} {story.name} {number}")), key=lambda scan: scan.at)  # noqa: S311 - traffic, no secret
        people += len({scan.visitor for scan in scans})
        day = first_alarm(scans, limits)
        if day is not None:
            days.append(day)
    percent = round(100 * len(days) / labels, 1)
    return Result(
        story.name,
        story.is_copied,
        labels,
        round(people / labels, 1),
        len(days),
        percent,
        median(days) if days else None,
    )


def first_alarm(scans: list[Seen], limits: Limits) -> int | None:
    """The day, from 1, at whose end the label is called copied."""
    for day in range(1, DAYS + 1):
        known = [scan for scan in scans if scan.at < BEGIN + timedelta(days=day)]
        if judge(known, None, (), limits).kind is CaseKind.CLONE:
            return day
    return None


def visit(chance: Random, day: float, area: Area | None, channel: Channel = Channel.CODE) -> Seen:
    return Seen(BEGIN + timedelta(days=day), f"{chance.getrandbits(64):016x}", area, channel)


def on_shelf(chance: Random, area: Area, first: float, last: float, a_day: float) -> Iterator[Seen]:
    """People of a shop who look, by day, at a steady rate."""
    day = first
    while (day := day + chance.expovariate(a_day)) < last:
        yield visit(chance, day, area)


def household(chance: Random) -> Iterator[Seen]:
    """Looked at in the shop and at the table."""
    day = chance.uniform(0, 10)
    return (visit(chance, day + chance.uniform(0, 3), SAIGON) for _ in range(chance.randint(1, 4)))


def shelf(chance: Random) -> Iterator[Seen]:
    """The front label of a pile in a busy shop, for one to three weeks."""
    return on_shelf(chance, SAIGON, 0, chance.uniform(7, 21), chance.uniform(2, 12))


def journey(chance: Random) -> Iterator[Seen]:
    """Checked at the packing house for days, then on a shelf at the other end of the country."""
    leaves = chance.uniform(3, 6)
    yield from on_shelf(chance, VINH_LONG, 0, leaves, 3)
    yield from on_shelf(chance, HA_NOI, leaves + 2, leaves + chance.uniform(5, 14), chance.uniform(2, 8))


def gift(chance: Random) -> Iterator[Seen]:
    """Carried home by plane."""
    day = chance.uniform(0, 10)
    yield from on_shelf(chance, SAIGON, 0, day, 3)
    for hour in (3, 5, 26):
        yield visit(chance, day + hour / 24, HA_NOI)


def post(chance: Random) -> Iterator[Seen]:
    """A picture of the label that goes round: mostly by link, a third read from the screen, half of what is left every day or two."""
    begins, fades = chance.uniform(0, 8), chance.uniform(0.7, 2)
    yield from on_shelf(chance, SAIGON, 0, begins + 5, 2)
    for _ in range(chance.randint(80, 800)):
        channel = Channel.LINK if chance.random() < 0.67 else Channel.CODE
        yield visit(chance, begins + chance.expovariate(1 / fades), chance.choices(TOWNS, CROWDS)[0], channel)


def slow_post(chance: Random) -> Iterator[Seen]:
    """A post that people keep finding for weeks, all of it read from the screen: the worst an honest label can meet."""
    for _ in range(chance.randint(40, 200)):
        yield visit(chance, chance.expovariate(1 / 8), chance.choices(TOWNS, CROWDS)[0])


def copied_far(chance: Random) -> Iterator[Seen]:
    """One serial on goods in two or three towns at once."""
    for area in chance.sample((SAIGON, HA_NOI, DA_NANG), chance.randint(2, 3)):
        yield from on_shelf(chance, area, chance.uniform(0, 3), chance.uniform(15, 30), chance.uniform(0.7, 4))


def copied_shy(chance: Random) -> Iterator[Seen]:
    """The same, hardly ever scanned."""
    for area in chance.sample((SAIGON, HA_NOI, DA_NANG), 2):
        yield from on_shelf(chance, area, chance.uniform(0, 3), chance.uniform(15, 30), 0.25)


def copied_near(chance: Random) -> Iterator[Seen]:
    """Copies in shops of one town: no place tells them apart."""
    for _ in range(3):
        yield from on_shelf(chance, SAIGON, chance.uniform(0, 3), chance.uniform(15, 30), chance.uniform(0.7, 4))


def copied_blind(chance: Random) -> Iterator[Seen]:
    """Copies far apart while nobody knows where scans come from."""
    return (visit(chance, (scan.at - BEGIN) / timedelta(days=1), None) for scan in copied_far(chance))


STORIES = (
    Story("household", False, household),
    Story("shelf", False, shelf),
    Story("journey", False, journey),
    Story("gift", False, gift),
    Story("post", False, post),
    Story("slow post", False, slow_post),
    Story("copied far", True, copied_far),
    Story("copied shy", True, copied_shy),
    Story("copied near", True, copied_near),
    Story("copied blind", True, copied_blind),
)
