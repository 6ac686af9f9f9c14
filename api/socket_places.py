"""How many sockets an office may hold open, and how many of them may look into the store at once."""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from starlette.concurrency import run_in_threadpool

from nongso.errors import TooMany

MOST_OF_OFFICE = 10
LOOKS_AT_ONCE = 2  # each holds a thread and a connection

T = TypeVar("T")


class TooManySockets(TooMany):
    """The office holds `limit` sockets of this process already."""

    code = "epcis.too_many_sockets"


class SocketPlaces:
    """Counts the open sockets of this process. Lives on the event loop; only what `look` is given runs in a thread."""

    def __init__(self) -> None:
        self.held: Counter[int] = Counter()
        self.turns = asyncio.Semaphore(LOOKS_AT_ONCE)

    @contextmanager
    def taken(self, office_id: int) -> Iterator[None]:
        """A place of the office for as long as the block lasts. Raises TooManySockets."""
        if self.held[office_id] >= MOST_OF_OFFICE:
            raise TooManySockets(limit=MOST_OF_OFFICE)
        self.held[office_id] += 1
        try:
            yield
        finally:
            self.held[office_id] -= 1

    async def look(self, work: Callable[[], T]) -> T:
        """What `work` finds in the store; sockets wait for each other here, so that requests never wait for sockets."""
        async with self.turns:
            return await run_in_threadpool(work)
