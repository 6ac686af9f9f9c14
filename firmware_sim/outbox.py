"""Store-and-forward: every frame lies in a local SQLite file until the broker's PUBACK and, where the platform gives receipts, until its receipt.

One process owns the file; `synchronous=FULL` makes a stored frame outlive kill -9 and a power cut.
The same transaction stores frames and moves the devices' bookkeeping (boot, seq, recorded until), so neither can be ahead of the other.
"""

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from firmware_sim.world import Beginning, Run
from nongso.errors import Conflict, Unavailable

SCHEMA = """
CREATE TABLE IF NOT EXISTS life (plan TEXT NOT NULL, seed INTEGER NOT NULL, origin_s REAL NOT NULL, epoch_s REAL NOT NULL);
CREATE TABLE IF NOT EXISTS device (
    number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, boots INTEGER NOT NULL, recorded_s REAL NOT NULL);
CREATE TABLE IF NOT EXISTS frame (
    id INTEGER PRIMARY KEY AUTOINCREMENT, device INTEGER NOT NULL, boot TEXT NOT NULL, seq INTEGER NOT NULL,
    twice INTEGER NOT NULL, acked INTEGER NOT NULL DEFAULT 0, body BLOB NOT NULL, UNIQUE (device, boot, seq));
CREATE TABLE IF NOT EXISTS run (field TEXT NOT NULL, device TEXT NOT NULL, begins_s REAL NOT NULL, ends_s REAL NOT NULL);
CREATE TABLE IF NOT EXISTS known_order (
    device TEXT NOT NULL, id TEXT NOT NULL, state TEXT NOT NULL, PRIMARY KEY (device, id));
"""
LEDGER = """
CREATE TABLE IF NOT EXISTS ledger (
    device INTEGER NOT NULL, boot TEXT NOT NULL, seq INTEGER NOT NULL, body BLOB NOT NULL, confirmed_s REAL,
    forgotten_s REAL, PRIMARY KEY (device, boot, seq));
CREATE TABLE IF NOT EXISTS listened (since_s REAL);
CREATE TRIGGER IF NOT EXISTS frame_recorded AFTER INSERT ON frame BEGIN
    INSERT INTO ledger (device, boot, seq, body) VALUES (new.device, new.boot, new.seq, new.body);
END;
CREATE TRIGGER IF NOT EXISTS frame_forgotten AFTER DELETE ON frame BEGIN
    UPDATE ledger SET forgotten_s = (julianday('now') - 2440587.5) * 86400, confirmed_s = (SELECT since_s FROM listened)
     WHERE device = old.device AND boot = old.boot AND seq = old.seq;
END;
"""


class StateInUse(Conflict):
    """Another simulator owns this state folder."""

    code = "simulate.state_in_use"


class StateOfAnother(Conflict):
    """The folder was begun with another plan or seed."""

    code = "simulate.state_of_another"


class StateHoldsMore(Conflict):
    """The folder holds frames of a device that the plan no longer has."""

    code = "simulate.state_holds_more"


class StateUnwritable(Unavailable):
    code = "simulate.state_unwritable"


@dataclass(frozen=True, slots=True)
class Frame:
    """One message of one device; `twice` asks the link to publish it two times."""

    device: int  # the device's number in the outbox
    boot: str
    seq: int
    body: bytes
    twice: bool


@dataclass(frozen=True, slots=True)
class Waiting:
    """A frame to be sent, with its place in the queue."""

    id: int
    device: int
    body: bytes
    twice: bool


@dataclass(frozen=True, slots=True)
class Mark:
    """How far a device has recorded, epoch seconds; None before its first frame. `boots` counts its starts."""

    number: int
    boots: int
    recorded_s: float | None


class Outbox:
    """Owns the file. `pending` counts frames the broker has not acknowledged, `kept` those that wait for a receipt only.

    `stored`, `acked` and `receipted` count what happened since the file was opened; `last_id` is the newest frame's.
    """

    def __init__(self, folder: Path, receipts: bool) -> None:
        self.receipts = receipts
        self.stored = self.acked = self.receipted = 0
        self._ledger = False
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self.db = sqlite3.connect(folder / "outbox.sqlite3", isolation_level=None)
            self.db.execute("PRAGMA locking_mode = EXCLUSIVE")
            self.db.execute("PRAGMA journal_mode = WAL")
            self.db.execute("PRAGMA synchronous = FULL")
            self.db.executescript("BEGIN IMMEDIATE;" + SCHEMA + "COMMIT;")
        except sqlite3.OperationalError as fault:
            if "locked" in str(fault):
                raise StateInUse(folder=str(folder)) from fault
            raise StateUnwritable(folder=str(folder), detail=str(fault)) from fault
        except OSError as fault:
            raise StateUnwritable(folder=str(folder), detail=str(fault)) from fault
        self.pending = self._count("SELECT count(*) FROM frame WHERE acked = 0")
        self.kept = self._count("SELECT count(*) FROM frame WHERE acked = 1")
        self.last_id = self._count("SELECT coalesce(max(id), 0) FROM frame")

    def close(self) -> None:
        self.db.close()

    def keep_ledger(self) -> None:
        """From now on keep a copy of every frame for ever, with the moment it left the outbox: for a comparison afterwards.

        The broker's confirmation came between `confirmed_s` and `forgotten_s`.
        """
        self.db.executescript("BEGIN IMMEDIATE;" + LEDGER + "COMMIT;")
        self._ledger = True

    def begin_life(self, plan: str, seed: int, fresh: Beginning) -> Beginning:
        """The world's beginning: the stored one, or `fresh` on the first start. Raises StateOfAnother."""
        row = self.db.execute("SELECT plan, seed, origin_s, epoch_s FROM life").fetchone()
        if row is None:
            life = (plan, seed, fresh.origin_s, fresh.epoch_s)
            self.db.execute("INSERT INTO life (plan, seed, origin_s, epoch_s) VALUES (?, ?, ?, ?)", life)
            return fresh
        if (row[0], row[1]) != (plan, seed):
            raise StateOfAnother(plan=row[0], seed=row[1])
        return Beginning(row[2], row[3])

    def boot_devices(self, ids: Iterable[str]) -> dict[str, Mark]:
        """Count one more boot for every device, numbering the new ones, and say how far each had recorded. Raises StateHoldsMore."""
        ids = list(ids)
        missing = {row[0] for row in self.db.execute("SELECT id FROM device")} - set(ids)
        if missing:
            raise StateHoldsMore(device=min(missing))
        with self.db:
            self.db.execute("BEGIN")
            self.db.executemany(
                "INSERT INTO device (id, boots, recorded_s) VALUES (?, 1, -1) ON CONFLICT (id) DO UPDATE SET boots = boots + 1",
                ((device_id,) for device_id in ids),
            )
        rows = self.db.execute("SELECT id, number, boots, recorded_s FROM device")
        return {row[0]: Mark(row[1], row[2], row[3] if row[3] >= 0 else None) for row in rows}

    def store(self, frames: list[Frame], recorded: dict[int, float]) -> None:
        """Store frames and, by device number, how far their devices have recorded: both or neither."""
        with self.db:
            self.db.execute("BEGIN")
            self.db.executemany(
                "INSERT INTO frame (id, device, boot, seq, twice, body) VALUES (?, ?, ?, ?, ?, ?)",
                (
                    (number, f.device, f.boot, f.seq, f.twice, f.body)
                    for number, f in enumerate(frames, self.last_id + 1)
                ),
            )
            self.db.executemany(
                "UPDATE device SET recorded_s = max(recorded_s, ?) WHERE number = ?",
                ((at_s, number) for number, at_s in recorded.items()),
            )
        self.last_id += len(frames)
        self.stored += len(frames)
        self.pending += len(frames)

    def waiting(self, link: int, links: int, after: int, limit: int) -> list[Waiting]:
        """The next unacknowledged frames of the devices that a link carries, oldest first: earlier boots come before later ones."""
        rows = self.db.execute(
            "SELECT id, device, body, twice FROM frame WHERE id > ? AND acked = 0 AND device % ? = ? ORDER BY id LIMIT ?",
            (after, links, link, limit),
        )
        return [Waiting(*row) for row in rows]

    def rewind(self, link: int, links: int) -> None:
        """A new connection: what was acknowledged but never receipted may have died with the broker, and is sent again."""
        changed = self.db.execute(
            "UPDATE frame SET acked = 0 WHERE acked = 1 AND device % ? = ?", (links, link)
        ).rowcount
        self.pending += changed
        self.kept -= changed

    def acknowledge(self, ids: list[int], since_s: float) -> None:
        """The broker has these since `since_s` at the earliest: keep them for the receipt, or drop them where no receipts are given."""
        statement = (
            "UPDATE frame SET acked = 1 WHERE id = ? AND acked = 0"
            if self.receipts
            else "DELETE FROM frame WHERE id = ?"
        )
        with self.db:
            self.db.execute("BEGIN")
            if self._ledger:
                self.db.execute("DELETE FROM listened")
                self.db.execute("INSERT INTO listened (since_s) VALUES (?)", (since_s,))
            changed = self.db.executemany(statement, ((frame,) for frame in ids)).rowcount
        self.pending -= changed
        self.acked += changed
        if self.receipts:
            self.kept += changed

    def receipt(self, boots: dict[tuple[int, str], int]) -> None:
        """The platform has committed every frame of a (device number, boot) up to the seq given."""
        removed = {0: 0, 1: 0}
        with self.db:
            self.db.execute("BEGIN")
            for acked in removed:
                removed[acked] = self.db.executemany(
                    "DELETE FROM frame WHERE acked = ? AND device = ? AND boot = ? AND seq <= ?",
                    ((acked, device, boot, seq) for (device, boot), seq in boots.items()),
                ).rowcount
        self.pending -= removed[0]
        self.kept -= removed[1]
        self.receipted += removed[0] + removed[1]

    def list_runs(self) -> list[Run]:
        return [
            Run(*row) for row in self.db.execute("SELECT field, device, begins_s, ends_s FROM run ORDER BY begins_s")
        ]

    def open_run(self, run: Run) -> None:
        values = (run.field, run.device_id, run.begins_s, run.ends_s)
        self.db.execute("INSERT INTO run (field, device, begins_s, ends_s) VALUES (?, ?, ?, ?)", values)

    def close_runs(self, device_id: str, at_s: float) -> None:
        self.db.execute(
            "UPDATE run SET ends_s = max(begins_s, ?) WHERE device = ? AND ends_s > ?", (at_s, device_id, at_s)
        )

    def known_orders(self, device_id: str) -> dict[str, str]:
        """The orders a valve has met and what became of each: a duplicate is told by it, after a restart too."""
        return dict(
            self.db.execute(
                "SELECT id, state FROM known_order WHERE device = ? ORDER BY rowid", (device_id,)
            ).fetchall()
        )

    def know_order(self, device_id: str, order: str, state: str) -> None:
        self.db.execute(
            "INSERT INTO known_order (device, id, state) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET state = excluded.state",
            (device_id, order, state),
        )

    def _count(self, statement: str) -> int:
        return self.db.execute(statement).fetchone()[0]
