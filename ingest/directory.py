"""What the collector remembers of other languages: who speaks them where, how devices are called there, what was told earlier."""

import math
import time
from collections.abc import Iterable, Mapping
from typing import cast

from ingest.codecs.shelf import Shelf
from nongso import store
from nongso.store import integrations, senders
from nongso.store.integrations import Integration, Remembered
from nongso.store.senders import Sender

HASTE_S = 1.0  # a topic of nobody's is no reason to ask again sooner: the next one may be nobody's too
Subject = tuple[int, str]


class Directory:
    """Used by one thread. Everything is forgotten together after `ttl_s`, so that one number says how old an answer can be."""

    def __init__(self, ttl_s: float) -> None:
        self._ttl_s = ttl_s
        self._learned = -math.inf
        self._integrations: list[Integration] = []
        self._senders: dict[str, list[Sender]] = {}
        self.memory: dict[Subject, object] = {}
        self.shelf = Shelf()

    def learn(self, conn: store.Connection, topics: Iterable[str]) -> None:
        """Look everything up again when it is too old, or when nobody is known to speak on one of these topics."""
        age_s = time.monotonic() - self._learned
        if age_s < self._ttl_s and (age_s < HASTE_S or all(self.listening(topic) for topic in topics)):
            return
        with store.transaction(conn):
            self._integrations = [one for one in integrations.list_integrations(conn) if not one.removed]
            self.memory = {(one.integration_id, one.subject): one.body for one in integrations.list_memory(conn)}
            self.shelf.learn(conn)
        self._senders.clear()
        self._learned = time.monotonic()

    def learn_senders(self, conn: store.Connection, names: Iterable[str]) -> None:
        """Look up who is called so, what is not known yet, in one query."""
        missing = {name for name in names if name not in self._senders}
        if not missing:
            return
        with store.transaction(conn):
            found = senders.list_senders(conn, missing)
        self._senders.update({name: [] for name in missing})
        for sender in found:
            for name in {sender.device.device_id, sender.external_id} & missing:
                self._senders[cast("str", name)].append(sender)

    def find_sender(self, office_id: int, name: str) -> Sender | None:
        """The device that an office knows under this name: its name elsewhere goes before its id here."""
        ours = [sender for sender in self._senders.get(name, ()) if sender.device.office_id == office_id]
        return next((one for one in ours if one.external_id == name), next(iter(ours), None))

    def find_by_id(self, device_id: str) -> Sender | None:
        """The device with this id, of whichever office."""
        return next((one for one in self._senders.get(device_id, ()) if one.device.device_id == device_id), None)

    def find_integration(self, integration_id: int) -> Integration | None:
        return next((one for one in self._integrations if one.id == integration_id), None)

    def listening(self, topic: str) -> Integration | None:
        """Whose topic this is. Roots do not overlap, so there is one at most."""
        inside = (one for one in self._integrations if any(topic.startswith(f"{root}/") for root in one.roots))
        return next(inside, None)

    def remembered(self, told: Iterable[Remembered]) -> None:
        """Take over what was committed."""
        for one in told:
            if one.body is None:
                self.memory.pop((one.integration_id, one.subject), None)
            else:
                self.memory[one.integration_id, one.subject] = one.body


def subjects(memory: Mapping[Subject, object], integration_id: int) -> dict[str, object]:
    """What one integration was told."""
    return {subject: body for (owner, subject), body in memory.items() if owner == integration_id}
