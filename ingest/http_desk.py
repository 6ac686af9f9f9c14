"""Behind the HTTP door: who may speak, and what became of each record after COMMIT. One thread, a connection of its own."""

import time
from collections.abc import Callable, Sequence
from typing import TypeVar

from ingest import topics
from ingest.http_faults import BadKey
from ingest.messages import Message
from ingest.meter import Meter
from ingest.outcomes import Outcome, outcomes
from ingest.registry import TTL_S, Registry
from ingest.settle import settle
from nongso import store
from nongso.mosquitto import matches, password_hash
from nongso.store import intake, integrations, rotations, senders
from nongso.store.connection import StoreAway
from nongso.store.integrations import Integration
from nongso.store.senders import Secret
from nongso.tokens import token_hash

K = TypeVar("K")
T = TypeVar("T")

RETRY_S = 1.0
NOBODYS = password_hash("nobody has this secret")


class Desk:
    """What was once looked up is believed for a few seconds, and for as long as the database is away."""

    def __init__(self, database_url: str, meter: Meter) -> None:
        self._url = database_url
        self._meter = meter
        self._registry = Registry()
        self._conn: store.Connection | None = None
        self._retry_at = 0.0
        self._secrets: dict[str, tuple[Secret, float]] = {}
        self._integrations: dict[bytes, tuple[Integration, float]] = {}

    def admit_device(self, device_id: str, secret: str) -> str:
        """The office of a device that proves itself. Raises BadKey; StoreAway when nobody can say."""
        if not topics.DEVICE.fullmatch(device_id):
            raise BadKey
        known = self._known(self._secrets, device_id, senders.find_secret)
        hashes = [] if known is None else [known.secret_hash, known.next_secret_hash]
        proved = [matches(secret, hashed or NOBODYS) for hashed in hashes or [None]]
        if known is None or not any(proved):
            raise BadKey
        if proved[1] and not proved[0]:
            self._finish_rotation(device_id)
        return known.tenant

    def admit_integration(self, kind: str, key: str) -> int:
        """The integration a key belongs to. Raises BadKey; StoreAway when nobody can say."""
        found = self._known(self._integrations, token_hash(key), integrations.find_by_key)
        if found is None or found.kind != kind:
            raise BadKey
        return found.id

    def settle(self, messages: Sequence[Message]) -> list[Outcome]:
        """Write and commit; what became of each. Raises StoreAway."""
        started = time.monotonic()
        try:
            settled = settle(self._connect(), self._registry, messages, self._meter.stopwatch())
        except StoreAway:
            self._away()
            raise
        self._meter.settled(settled.messages, settled.counts, time.monotonic() - started)
        return outcomes(settled)

    def close(self) -> None:
        if self._conn is not None:
            self._conn.close()
            self._conn = None

    def _known(
        self, kept: dict[K, tuple[T, float]], key: K, look: Callable[[store.Connection, K], T | None]
    ) -> T | None:
        """What is known under a key, looked up again when it is old. What was never found is not remembered."""
        earlier, until = kept.get(key, (None, 0.0))
        if time.monotonic() < until:
            return earlier
        try:
            with store.transaction(self._connect()) as conn:
                found = look(conn, key)
        except StoreAway:
            self._away()
            if earlier is None:
                raise
            return earlier
        kept.pop(key, None)
        if found is not None:
            kept[key] = found, time.monotonic() + TTL_S
        return found

    def _finish_rotation(self, device_id: str) -> None:
        """The new secret was used: the old one ends. While the database is away it ends later."""
        try:
            with store.transaction(self._connect()) as conn:
                rotations.use_next(conn, device_id)
        except StoreAway:
            self._away()
        else:
            self._secrets.pop(device_id, None)

    def _connect(self) -> store.Connection:
        if self._conn is None:
            if time.monotonic() < self._retry_at:
                raise StoreAway
            conn = store.connect(self._url)
            conn.autocommit = True  # so that every `store.transaction` is one of its own
            if not intake.is_ready(conn):
                conn.close()
                raise StoreAway(reason="not migrated")
            self._conn = conn
        return self._conn

    def _away(self) -> None:
        self.close()
        self._retry_at = time.monotonic() + RETRY_S
