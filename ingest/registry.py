"""What the collector remembers between batches: devices for a few seconds, numbers of series and their quality control for good."""

import time
from collections.abc import Collection, Iterable, Mapping

from ingest.directory import Directory
from ingest.watch import Watch
from nongso import store
from nongso.readings import SeriesKey
from nongso.store import contacts, series
from nongso.store.contacts import Registered

Place = tuple[str, int | None]  # property and depth: a series of a known device
TTL_S = 5.0  # how long a registration or a revocation may take to be noticed


class Registry:
    """Used by one thread. Forgets all devices together, so that one number says how old an answer can be."""

    def __init__(self, ttl_s: float = TTL_S) -> None:
        self.directory = Directory(ttl_s)
        self._ttl_s = ttl_s
        self._expires = 0.0
        self._devices: dict[str, Registered | None] = {}
        self._offices: dict[str, int] = {}
        self._numbers: dict[str, dict[Place, int]] = {}
        self.watch = Watch()

    def learn_devices(self, conn: store.Connection, device_ids: Iterable[str]) -> None:
        """Look up what is not known yet, in one query."""
        if time.monotonic() >= self._expires:
            self._devices.clear()
        missing = {device_id for device_id in device_ids if device_id not in self._devices}
        if not missing:
            return
        with store.transaction(conn):
            found = contacts.list_registered(conn, missing)
            if time.monotonic() >= self._expires:
                self._offices = contacts.office_ids(conn)
                self._expires = time.monotonic() + self._ttl_s
        self._devices.update(dict.fromkeys(missing))
        self._devices.update({entry.device_id: entry for entry in found})

    def find_device(self, device_id: str) -> Registered | None:
        return self._devices.get(device_id)

    def find_office_id(self, tenant: str) -> int | None:
        return self._offices.get(tenant)

    def learn_series(self, conn: store.Connection, missing: Collection[SeriesKey]) -> None:
        """Give what has no number one, and its past. In a transaction of its own: a series that no reading follows does no harm."""
        found: dict[SeriesKey, int] = {}
        if missing:
            with store.transaction(conn):
                found = series.resolve(conn, missing)
            for key, number in found.items():
                self._numbers.setdefault(key.device_id, {})[key.property, key.depth_cm] = number
        self.watch.learn(conn, found)

    def numbers(self, device_id: str) -> Mapping[Place, int]:
        """The numbers of a device's series: looked up once a message, so that a reading costs no more than a pair."""
        return self._numbers.get(device_id, {})
