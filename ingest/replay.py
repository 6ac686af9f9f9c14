"""`nongso replay`: a recorded file goes through the broker as its devices would have sent it, and every cell is accounted for."""

import argparse
import contextlib
import json
import os
import sys
import time
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path
from uuid import uuid4

from ingest import mapping, topics
from ingest.broker import Account
from ingest.publisher import Publisher
from ingest.register import check_registered, register
from ingest.tape import Summary, Tape, summarize, turns
from nongso import store
from nongso.clock import utc_now
from nongso.commands.database import open_database
from nongso.errors import InvalidInput
from nongso.settings import Settings
from nongso.store import contacts, dead_letters
from nongso.store.connection import StoreAway
from nongso.store.intake import Counts
from nongso.text import say

WINDOW = 1_000  # frames on their way to the broker
PATIENCE_S = 60.0
POLL_S = 0.2
LONGEST_PAUSE_S = 3_600.0


class BadSpeed(InvalidInput):
    code = "replay.bad_speed"


class BadEnd(InvalidInput):
    code = "replay.bad_end"


class FixedTimes(InvalidInput):
    """Raw frames carry their own times: they cannot be moved."""

    code = "replay.fixed_times"


@dataclass(frozen=True, slots=True)
class Played:
    """What went to the broker. `last_seq` of each device is the number of its last message; raw frames have none."""

    boot: str
    frames: int
    empty: int
    published: int
    last_seq: dict[str, int]


@dataclass(frozen=True, slots=True)
class Books:
    """The books of the file's devices at one moment."""

    counts: Counts
    reasons: dict[str, int]


@dataclass(frozen=True, slots=True)
class Balance:
    """Every cell of the file: cells = empty + published, and published + redelivered = stored + duplicate + conflict + rejected.

    `redelivered`: items the broker told twice because the collector ended before it had acknowledged them. Told only of numbered
    messages: of raw frames nobody can say which ones they were, so then it does not balance.
    `missing`: published, but not in the books when patience ended.
    """

    rows: int
    devices: int
    frames: int
    cells: int
    empty: int
    published: int
    stored: int
    duplicate: int
    conflict: int
    rejected: int
    reasons: dict[str, int]
    redelivered: int
    missing: int
    seconds: float

    @property
    def balances(self) -> bool:
        settled = self.stored + self.duplicate + self.conflict + self.rejected
        return (
            self.missing == 0
            and self.cells == self.empty + self.published
            and self.published + self.redelivered == settled
        )


def replay(argv: list[str]) -> int:
    """0 when everything arrived and balances, else 1. Raises UnknownMap, BadMap, BadRecording, FixedTimes, UnknownDevices."""
    chosen = parse(argv)
    settings = Settings.from_env(os.environ)
    mapped = mapping.load(chosen.map)
    speed = parse_speed(chosen.speed)
    summary = summarize(chosen.file, mapped)
    if chosen.end_at and mapped.frame is not None:
        raise FixedTimes(map=mapped.name)
    shift = parse_end(chosen.end_at) - summary.last_at if chosen.end_at else timedelta(0)
    tape = Tape(chosen.file, mapped, chosen.tenant, shift, speed)
    with open_database(settings) as url:
        with store.connect(url) as conn:
            if chosen.register:
                register(conn, tape.tenant, mapped, summary.device_ids, summary.first_at + shift)
            check_registered(conn, tape.tenant, summary.device_ids)
        balance = play_and_count(url, settings, tape, summary, chosen.patience_s)
    report = asdict(balance) | {"balances": balance.balances}
    sys.stdout.write(json.dumps(report) + "\n" if chosen.json else table(settings.lang, balance))
    return 0 if balance.balances else 1


def parse(argv: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="nongso replay")
    parser.add_argument("file", type=Path, metavar="FILE", help="a recorded series as CSV, or raw frames as JSON lines")
    parser.add_argument("--map", required=True, help=f"a TOML file, or one of: {', '.join(mapping.names())}")
    parser.add_argument("--speed", default="max", help="how many times faster than it was, or max")
    parser.add_argument(
        "--end-at", metavar="WHEN", help="move the series so that its last row is at WHEN: now, or RFC 3339"
    )
    parser.add_argument("--tenant", default="demo", help="slug of the office the devices belong to")
    parser.add_argument(
        "--register", action="store_true", help="register the devices (and the office) that are not there yet"
    )
    parser.add_argument(
        "--patience-s", type=float, default=PATIENCE_S, help="how long to wait while nothing more arrives"
    )
    parser.add_argument("--json", action="store_true", help="print the balance as JSON")
    return parser.parse_args(argv)


def parse_speed(text: str) -> float | None:
    """Times faster than it was; None for as fast as possible. Raises BadSpeed."""
    if text == "max":
        return None
    try:
        speed = float(text)
    except ValueError as fault:
        raise BadSpeed(speed=text) from fault
    if not 0 < speed < float("inf"):
        raise BadSpeed(speed=text)
    return speed


def parse_end(text: str) -> datetime:
    """An aware instant. Raises BadEnd."""
    if text == "now":
        return utc_now()
    try:
        at = datetime.fromisoformat(text)
    except ValueError as fault:
        raise BadEnd(end=text) from fault
    if at.tzinfo is None:
        raise BadEnd(end=text)
    return at


def play_and_count(url: str, settings: Settings, tape: Tape, summary: Summary, patience_s: float) -> Balance:
    """Play a tape and wait until the collector has settled all of it, or nothing has moved for `patience_s`."""
    started = time.monotonic()
    before = books(url, summary.device_ids)
    account = Account(
        settings.mqtt_url, f"nongso-replay-{uuid4().hex[:8]}", settings.mqtt_username, settings.mqtt_password
    )
    with Publisher(account, WINDOW, patience_s) as publisher:
        played = play(publisher, tape)
        publisher.wait_confirmed()
    after = wait_stored(url, summary.device_ids, before, played, patience_s)
    return balance(summary, played, before, after, time.monotonic() - started)


def play(publisher: Publisher, tape: Tape) -> Played:
    """Publish a file, a message for each row that holds anything."""
    last_seq: dict[str, int] = {}
    frames = empty = published = 0
    previous: datetime | None = None
    for turn in turns(tape):
        empty += turn.empty
        if not turn.items:
            continue
        if tape.speed is not None and previous is not None:
            pause(turn.at - previous, tape.speed)
        previous = turn.at
        publisher.publish(str(topics.Topic(tape.tenant, turn.device_id, turn.channel)), turn.payload)
        frames, published = frames + 1, published + turn.items
        if turn.seq is not None:
            last_seq[turn.device_id] = turn.seq
    return Played(tape.boot, frames, empty, published, last_seq)


def pause(gone: timedelta, speed: float) -> None:
    """As long as it was, so many times faster. A file ordered by station goes back in time: there the next station simply begins."""
    time.sleep(min(max(gone.total_seconds(), 0.0) / speed, LONGEST_PAUSE_S))


def books(url: str, device_ids: tuple[str, ...]) -> Books:
    with store.connect(url) as conn:
        return Books(contacts.sum_books(conn, device_ids), dead_letters.count_reasons(conn, device_ids))


def wait_stored(url: str, device_ids: tuple[str, ...], before: Books, played: Played, patience_s: float) -> Books:
    """The books once every frame is in them, or as they stand when nothing has moved for `patience_s`. The database may come and go."""
    moved_at, after = time.monotonic(), before
    while time.monotonic() - moved_at < patience_s:
        with contextlib.suppress(StoreAway):
            current = books(url, device_ids)
            if current != after:
                moved_at, after = time.monotonic(), current
            if after.counts.received - before.counts.received >= played.published and all_heard(url, played):
                return after
        time.sleep(POLL_S)
    return after


def all_heard(url: str, played: Played) -> bool:
    with store.connect(url) as conn:
        marks = {mark.device_id: mark.seq for mark in contacts.list_marks(conn, played.boot, list(played.last_seq))}
    return all(marks.get(device_id, 0) >= seq for device_id, seq in played.last_seq.items())


def balance(summary: Summary, played: Played, before: Books, after: Books, seconds: float) -> Balance:
    old, new = before.counts, after.counts
    received = new.received - old.received
    grown = {reason: count - before.reasons.get(reason, 0) for reason, count in after.reasons.items()}
    return Balance(
        rows=summary.rows,
        devices=len(summary.device_ids),
        frames=played.frames,
        cells=summary.cells,
        empty=played.empty,
        published=played.published,
        stored=new.stored - old.stored,
        duplicate=new.duplicate - old.duplicate,
        conflict=new.conflict - old.conflict,
        rejected=new.rejected - old.rejected,
        reasons={reason: count for reason, count in sorted(grown.items()) if count},
        redelivered=max(0, received - played.published) if played.last_seq else 0,
        missing=max(0, played.published - received),
        seconds=round(seconds, 3),
    )


def table(lang: str, found: Balance) -> str:
    """The balance for a person, a line a number."""
    keys = ("rows", "devices", "frames", "cells", "empty", "published", "stored", "duplicate", "conflict", "rejected")
    lines = [(say(lang, f"replay.{key}"), getattr(found, key)) for key in keys]
    lines += [("  " + say(lang, f"rejection.{reason}"), count) for reason, count in found.reasons.items()]
    lines += [
        (say(lang, f"replay.{key}"), getattr(found, key)) for key in ("redelivered", "missing") if getattr(found, key)
    ]
    width = max(len(name) for name, _ in lines)
    verdict = say(lang, "replay.balances" if found.balances else "replay.differs", seconds=found.seconds)
    return "\n".join([*(f"{name:<{width}}  {count:>10}" for name, count in lines), verdict, ""])
