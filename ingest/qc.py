"""`nongso agro qc FILE --map MAP`: the collector's quality control over a recorded file, beside what its experts said."""

import argparse
import csv
import json
import os
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path

import msgspec

from ingest import mapping, payload
from ingest.mapping import Map
from ingest.moments import microseconds
from ingest.recording import Record, read
from ingest.watch import Watch
from nongso.readings import UNFIT, Flag, SeriesKey
from nongso.store.readings import Row
from nongso.text import say
from nongso.text.format import number

EXPERT = Flag.EXPERT_SUSPECT | Flag.EXPERT_REJECTED
COLUMNS = ("at", "series", "value", "flags", "expert")


@dataclass(frozen=True, slots=True)
class Verdict:
    """A reading of the file: our flags, and the expert's."""

    series: SeriesKey
    at: datetime
    value: float
    flags: Flag
    expert: Flag


@dataclass(frozen=True, slots=True)
class Score:
    """Our flags of a series held against the expert's. What the expert only doubted counts on neither side."""

    series: str
    readings: int
    flagged: int
    rejected: int  # by the expert
    caught: int  # of these, flagged by us
    passed: int  # by the expert
    false_alarms: int  # of these, flagged by us

    @property
    def recall(self) -> float | None:
        return self.caught / self.rejected if self.rejected else None

    @property
    def precision(self) -> float | None:
        """None where the expert rejected nothing, perhaps because nobody looked."""
        judged = self.caught + self.false_alarms
        return self.caught / judged if judged and self.rejected else None


def qc(argv: list[str]) -> int:
    """0 after printing. Raises UnknownMap, BadMap, BadRecording."""
    chosen = parse(argv)
    verdicts = look(chosen.file, mapping.load_table(chosen.map))
    if chosen.json:
        sys.stdout.write(json.dumps([as_json(score) for score in scores(verdicts)]) + "\n")
    elif chosen.summary:
        sys.stdout.write(table(os.environ.get("NONGSO_LANG", "vi"), scores(verdicts)))
    else:
        write_csv(verdicts)
    return 0


def parse(argv: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="nongso agro qc")
    parser.add_argument("file", type=Path, metavar="FILE", help="a recorded series as CSV")
    parser.add_argument("--map", required=True, help=f"a TOML file, or one of: {', '.join(mapping.names())}")
    output = parser.add_mutually_exclusive_group()
    output.add_argument(
        "--csv", action="store_true", help="every reading with a flag of ours or the expert's (default)"
    )
    output.add_argument("--summary", action="store_true", help="a line a series: our flags against the expert's")
    output.add_argument("--json", action="store_true", help="the summary as JSON")
    return parser.parse_args(argv)


def look(file: Path, mapped: Map) -> list[Verdict]:
    """Every reading of the file, through the same reading, watching and marking as on its way in."""
    watch, ids = Watch(), dict[SeriesKey, int]()
    found: dict[tuple[int, int], Verdict] = {}
    for record in read(file, mapped):
        keys, rows, experts = rows_of(record, ids, watch)
        findings = watch.judge(rows, [0] * len(rows))
        watch.keep(findings)
        for key, row, expert in zip(keys, findings.rows, experts, strict=True):
            flags, expert_flags = Flag(row.flags), Flag(expert)
            found[row.series_id, row.at_us] = Verdict(key, record.at, row.value, flags, expert_flags)
        for point in findings.spikes:
            found[point] = replace(found[point], flags=found[point].flags | Flag.SPIKE)
    return list(found.values())


def rows_of(record: Record, ids: dict[SeriesKey, int], watch: Watch) -> tuple[list[SeriesKey], list[Row], list[int]]:
    """The samples of a row of the file as the collector would read them; the expert's word is kept apart."""
    at_us = microseconds(record.at)
    message = msgspec.json.encode({"ts": record.at.isoformat(), "m": record.items})
    samples = payload.decode(message, at_us, 0).samples
    keys = [SeriesKey(record.device_id, sample.property, sample.depth_cm) for sample in samples]
    for key in keys:
        if key not in ids:
            ids[key] = len(ids)
            watch.begin({key: ids[key]})
    rows = [
        Row(ids[key], sample.at_us, sample.value, sample.flags & ~EXPERT, at_us)
        for key, sample in zip(keys, samples, strict=True)
    ]
    return keys, rows, [sample.flags & EXPERT for sample in samples]


def scores(verdicts: list[Verdict]) -> list[Score]:
    """A score for each series, in the file's order."""
    groups: dict[SeriesKey, list[Verdict]] = {}
    for verdict in verdicts:
        groups.setdefault(verdict.series, []).append(verdict)
    return [score(name(key), group) for key, group in groups.items()]


def score(series: str, verdicts: list[Verdict]) -> Score:
    flagged = [verdict for verdict in verdicts if verdict.flags & UNFIT]
    return Score(
        series=series,
        readings=len(verdicts),
        flagged=len(flagged),
        rejected=sum(verdict.expert == Flag.EXPERT_REJECTED for verdict in verdicts),
        caught=sum(verdict.expert == Flag.EXPERT_REJECTED for verdict in flagged),
        passed=sum(not verdict.expert for verdict in verdicts),
        false_alarms=sum(not verdict.expert for verdict in flagged),
    )


def name(key: SeriesKey) -> str:
    depth = "" if key.depth_cm is None else f"/{key.depth_cm}cm"
    return f"{key.device_id}/{key.property}{depth}"


def words(flags: Flag) -> str:
    return " ".join(flag.name.lower() for flag in flags if flag.name)


def write_csv(verdicts: list[Verdict]) -> None:
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(COLUMNS)
    for verdict in verdicts:
        if verdict.flags or verdict.expert:
            at = verdict.at.isoformat().replace("+00:00", "Z")
            writer.writerow((at, name(verdict.series), verdict.value, words(verdict.flags), words(verdict.expert)))


def as_json(score: Score) -> dict[str, str | float | None]:
    return asdict(score) | {"recall": score.recall, "precision": score.precision}


def table(lang: str, found: list[Score]) -> str:
    """A line a series, shares in per cent."""
    heads = ("series", "readings", "flagged", "rejected", "recall", "precision", "false_alarms")
    lines: Iterator[list[str]] = (
        [
            score.series, str(score.readings), str(score.flagged), str(score.rejected),
            share(lang, score.recall), share(lang, score.precision),
            share(lang, score.false_alarms / score.passed if score.passed else None),
        ]
        for score in found
    )  # fmt: skip
    rows = [[say(lang, f"quality.{head}") for head in heads], *lines]
    widths = [max(len(row[place]) for row in rows) for place in range(len(heads))]
    return "".join(
        "  ".join(
            [row[0].ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True))]
        )
        + "\n"
        for row in rows
    )


def share(lang: str, value: float | None) -> str:
    return "–" if value is None else f"{number(lang, value * 100, 2)} %"
