"""How often one sender may ask: a bucket of tokens each, so that a device gone wild slows itself and nobody else."""

import math
import time
from collections.abc import Callable

from ingest.http_faults import TooOften

RATE, BURST = 20.0, 200.0  # requests a second for ever, and at once
MOST = 10_000  # senders remembered; a full bucket is not worth remembering


class Pace:
    """Used by one thread."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._buckets: dict[str, tuple[float, float]] = {}

    def spend(self, sender: str) -> None:
        """One request. Raises TooOften with the seconds until the next one."""
        now = self._clock()
        tokens, at = self._buckets.get(sender, (BURST, now))
        tokens = min(BURST, tokens + (now - at) * RATE)
        if tokens < 1:
            raise TooOften(wait_s=math.ceil((1 - tokens) / RATE))
        if len(self._buckets) >= MOST:
            self._forget(now)
        self._buckets[sender] = tokens - 1, now

    def _forget(self, now: float) -> None:
        full = [sender for sender, (tokens, at) in self._buckets.items() if tokens + (now - at) * RATE >= BURST]
        for sender in full:
            del self._buckets[sender]
