"""What a fleet says it recorded: the ledger that `nongso simulate --ledger` keeps beside its outbox, read after the fleet has left."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import msgspec

from nongso.store.recounts import Point

EXTRAS = {"bat": "battery.voltage", "rssi": "signal.rssi"}


class Measure(msgspec.Struct, frozen=True):
    k: str
    v: float
    d: int | None = None


class Body(msgspec.Struct, frozen=True):
    """A frame of a sound device: every value a number, no history."""

    ts: str
    m: list[Measure]
    bat: float | None = None
    rssi: float | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """A recorded frame and its values. The device let go of it because of a confirmation that came at some time in `confirmed`
    (epoch seconds); None while it still holds it."""

    values: dict[Point, float]
    confirmed: tuple[float, float] | None


def read(state: Path) -> list[Told]:
    """Every frame a fleet ever recorded."""
    with closing(sqlite3.connect(state / "outbox.sqlite3")) as db:
        rows = db.execute(
            "SELECT d.id, l.body, l.confirmed_s, l.forgotten_s FROM ledger l JOIN device d ON d.number = l.device ORDER BY l.rowid"
        ).fetchall()
    return [
        Told(dict(values(device_id, body)), None if forgotten_s is None else (confirmed_s or forgotten_s, forgotten_s))
        for device_id, body, confirmed_s, forgotten_s in rows
    ]


def values(device_id: str, body: bytes) -> Iterator[tuple[Point, float]]:
    frame = msgspec.json.decode(body, type=Body)
    at_s = int(datetime.fromisoformat(frame.ts).timestamp())
    for measure in frame.m:
        yield Point(device_id, measure.k, measure.d, at_s), measure.v
    for name, key in EXTRAS.items():
        value = getattr(frame, name)
        if value is not None:
            yield Point(device_id, key, None, at_s), value
