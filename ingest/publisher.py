"""Publishing with QoS 1 and a window: never more on its way than the broker was seen to take."""

import threading
from types import TracebackType

from ingest.broker import Account, Session
from nongso.errors import Unavailable


class BrokerSilent(Unavailable):
    """The broker has confirmed nothing for a while."""

    code = "replay.broker_silent"


class Publisher:
    """A session that sends. `publish` waits while the window is full; both waits raise BrokerSilent after `patience_s`."""

    def __init__(self, account: Account, window: int, patience_s: float) -> None:
        self._url = account.url
        self._window = window
        self._patience_s = patience_s
        self._open = threading.Semaphore(window)
        self._session = Session(account, on_published=self._open.release)

    def publish(self, topic: str, payload: bytes) -> None:
        self._take()
        self._session.publish([(topic, payload)], qos=1)

    def wait_confirmed(self) -> None:
        """Until the broker has everything."""
        for _ in range(self._window):
            self._take()
        self._open.release(self._window)

    def _take(self) -> None:
        if not self._open.acquire(timeout=self._patience_s):
            raise BrokerSilent(url=self._url)

    def __enter__(self) -> "Publisher":
        self._session.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._session.stop()
