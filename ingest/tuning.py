"""Keeps a session listening to what the integrations need, while offices switch them on and off."""

import time
from collections.abc import Sequence

from ingest.broker import Session
from ingest.dialects.languages import subscriptions
from nongso import store
from nongso.store import integrations
from nongso.store.connection import StoreAway

LOOK_S = 5.0


class Tuning:
    """Looks now and then which integrations there are. While the database is away, or not migrated, it stays with what it knew."""

    def __init__(self, database_url: str, session: Session, own: Sequence[str], group: str | None) -> None:
        self._url = database_url
        self._session = session
        self._own = list(own)
        self._group = group
        self._heard: set[str] | None = None  # None: nobody knows what an earlier run of this session listened to
        self._due = 0.0

    def tend(self) -> None:
        """Called often; looks every few seconds."""
        if time.monotonic() < self._due:
            return
        self._due = time.monotonic() + LOOK_S
        try:
            with store.connect(self._url) as conn:
                known = integrations.list_integrations(conn) if integrations.is_ready(conn) else []
        except StoreAway:
            return
        wanted = subscriptions((one for one in known if not one.removed), self._group)
        if wanted != self._heard:
            ended = subscriptions((one for one in known if one.removed), self._group) | (self._heard or set())
            self._session.listen([*self._own, *sorted(wanted)], sorted(ended - wanted))
            self._heard = wanted
