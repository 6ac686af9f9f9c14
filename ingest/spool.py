"""The local spool: messages wait here, fsynced, while the database is away. One file, one thread."""

import sqlite3
from collections.abc import Sequence
from pathlib import Path

from ingest.messages import Message
from nongso.errors import Unavailable

HIGH_WATER = 1_000_000  # messages; about 300 MB


class SpoolFull(Unavailable):
    """More may not wait here: the broker must hold the rest until the database returns."""

    code = "ingest.spool_full"


class Spool:
    """A queue on disk. `append` returns after fsync: from then on a message may be acknowledged."""

    def __init__(self, file: Path, high_water: int = HIGH_WATER) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        self.limit = high_water
        # Opened here, used by the writer's thread only.
        self._db = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = FULL")
        self._db.execute(
            """
            CREATE TABLE IF NOT EXISTS message (
                id          INTEGER PRIMARY KEY,
                topic       TEXT NOT NULL,
                payload     BLOB NOT NULL,
                received_us INTEGER NOT NULL,
                retained    INTEGER NOT NULL
            )
            """
        )
        self.length: int = self._db.execute("SELECT count(*) FROM message").fetchone()[0]

    def append(self, messages: Sequence[Message]) -> None:
        """Keep messages, all or none, in order. Raises SpoolFull at the high-water mark or when the disk takes no more."""
        if self.length + len(messages) > self.limit:
            raise SpoolFull(messages=self.length)
        rows = [(message.topic, message.payload, message.received_us, message.retained) for message in messages]
        try:
            with self._db:
                self._db.execute("BEGIN IMMEDIATE")
                self._db.executemany(
                    "INSERT INTO message (topic, payload, received_us, retained) VALUES (?, ?, ?, ?)", rows
                )
        except sqlite3.OperationalError as fault:
            raise SpoolFull(messages=self.length) from fault
        self.length += len(messages)

    def oldest(self, count: int) -> tuple[int, list[Message]]:
        """Up to `count` messages, oldest first, and the mark to remove them by."""
        rows = self._db.execute(
            "SELECT id, topic, payload, received_us, retained FROM message ORDER BY id LIMIT ?", (count,)
        ).fetchall()
        messages = [
            Message(topic, payload, received_us, bool(retained)) for _, topic, payload, received_us, retained in rows
        ]
        return (rows[-1][0] if rows else 0), messages

    def oldest_us(self) -> int | None:
        """When the oldest waiting message was received."""
        row = self._db.execute("SELECT received_us FROM message ORDER BY id LIMIT 1").fetchone()
        return row[0] if row else None

    def topics(self) -> dict[str, int]:
        """How many messages of each topic wait."""
        return dict(self._db.execute("SELECT topic, count(*) FROM message GROUP BY topic").fetchall())

    def remove(self, mark: int) -> None:
        """Forget everything up to a mark that `oldest` gave: it is in the database now."""
        self.length -= self._db.execute("DELETE FROM message WHERE id <= ?", (mark,)).rowcount

    def close(self) -> None:
        self._db.close()
