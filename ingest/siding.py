"""The siding: what a hurried speaker sends too fast waits here on disk, so that its neighbours' readings pass.

Nothing is refused for coming fast: a device that was away has much to tell. It only does not go first (docs/decisions/0180).
"""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from ingest.messages import Message
from ingest.spool import Spool

RATE_PER_S = 20.0  # messages of one topic that always go with the others
BURST = 200.0
SPEAKERS = 50_000  # budgets remembered; when there are more, all begin anew
LIMIT = 200_000  # messages; about 60 MB


class Budgets:
    """A token bucket for each topic, and so for each device: a device speaks on a topic of its own."""

    def __init__(self, rate_per_s: float = RATE_PER_S, burst: float = BURST) -> None:
        self._rate_per_us = rate_per_s / 1e6
        self._burst = burst
        self._left: dict[str, tuple[float, int]] = {}

    def spend(self, topic: str, at_us: int) -> bool:
        """Whether a message that came at `at_us` is within its topic's budget, and counts it."""
        left, since_us = self._left.get(topic) or (self._burst, at_us)
        left = min(self._burst, left + max(0, at_us - since_us) * self._rate_per_us)
        if left < 1:
            self._left[topic] = (left, at_us)
            return False
        if len(self._left) > SPEAKERS:
            self._left.clear()
        self._left[topic] = (left - 1, at_us)
        return True


class Siding:
    """Used by the writer's thread. While a topic waits here, all it sends queues up behind, so each device keeps its order."""

    def __init__(self, file: Path, budgets: Budgets | None = None, limit: int = LIMIT) -> None:
        self._budgets = budgets or Budgets()
        self.limit = limit
        self._spool = Spool(file, limit)
        self._waiting = Counter(self._spool.topics())

    @property
    def length(self) -> int:
        return self._spool.length

    def sort(self, messages: Sequence[Message]) -> tuple[list[Message], list[Message]]:
        """Those that go now, and those that must be kept here."""
        now: list[Message] = []
        later: list[Message] = []
        hurried: set[str] = set()
        for message in messages:
            within = self._budgets.spend(message.topic, message.received_us)
            if within and message.topic not in self._waiting and message.topic not in hurried:
                now.append(message)
            else:
                hurried.add(message.topic)
                later.append(message)
        return now, later

    def keep(self, messages: Sequence[Message]) -> None:
        """Durable when it returns. Raises SpoolFull."""
        self._spool.append(messages)
        self._waiting.update(message.topic for message in messages)

    def oldest(self, count: int) -> tuple[int, list[Message]]:
        """Up to `count` messages, oldest first, and the mark to remove them by."""
        return self._spool.oldest(count)

    def remove(self, mark: int, messages: Sequence[Message]) -> None:
        """Forget what `oldest` gave: it is in the database now."""
        self._spool.remove(mark)
        self._waiting.subtract(message.topic for message in messages)
        self._waiting = +self._waiting
