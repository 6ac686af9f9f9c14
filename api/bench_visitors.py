"""The visitors of the passport's bench: one thread that keeps the schedule, because what it takes of the processors is missing in the API.

A request leaves when it was planned to, or as soon as a connection is free; it is never left out and never put off for the server's sake.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from operator import attrgetter
from selectors import EVENT_READ, SelectSelector  # of all selectors the one that waits in microseconds
from socket import create_connection, socket

from nongso.errors import Unavailable

CLIENTS = 16  # connections kept open; far more than 200 pages a second of 25 ms need
SILENCE_S = 10.0
IDLE_S = 4.0  # the API closes a connection over which nothing came for five seconds
HEAD_END = b"\r\n\r\n"
LENGTH = b"\r\ncontent-length: "
REQUEST = "GET {} HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nAccept-Encoding: gzip\r\nAccept-Language: vi\r\n\r\n"


class ServerNotUp(Unavailable):
    """The API did not answer in time."""

    code = "bench.not_up"


@dataclass(frozen=True, slots=True)
class Seen:
    """One page: the planned departure, the real one and the last byte, in seconds of one clock."""

    planned: float
    sent: float
    done: float
    status: int
    size: int
    is_first: bool


class Visitor:
    """Owns one connection to the API, and what has come over it of the page that was asked for last."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.line = self.connect()
        self.number = 0
        self.sent = time.perf_counter()
        self.came = b""

    def connect(self) -> socket:
        return create_connection(("127.0.0.1", self.port), timeout=SILENCE_S)

    def ask(self, number: int, path: str) -> None:
        now = time.perf_counter()
        if now - self.sent > IDLE_S:
            self.line.close()
            self.line = self.connect()
        self.number, self.came, self.sent = number, b"", now
        self.line.sendall(REQUEST.format(path, self.port).encode())

    def hear(self) -> tuple[int, int] | None:
        """Status and length of the body once the whole page is here. Raises ServerNotUp when the API hung up."""
        came = self.line.recv(65536)
        if not came:
            raise ServerNotUp(seconds=0)
        self.came += came
        head, end, body = self.came.partition(HEAD_END)
        length = int(head.lower().partition(LENGTH)[2].split(b"\r\n", 1)[0] or 0)
        return (int(head[9:12]), length) if end and len(body) >= length else None


def visit(port: int, paths: Sequence[str], opened: int, per_second: float, requests: int) -> list[Seen]:
    """Walk round and round through `paths`, of which the first `opened` were opened before. Raises ServerNotUp."""
    free, seen, sent = [Visitor(port) for _ in range(CLIENTS)], list[Seen](), 0
    start = time.perf_counter() + 0.2
    with SelectSelector() as busy:
        while len(seen) < requests:
            while free and sent < requests and time.perf_counter() >= start + sent / per_second:
                visitor = free.pop()
                visitor.ask(sent, paths[sent % len(paths)])
                busy.register(visitor.line, EVENT_READ, visitor)
                sent += 1
            is_next = bool(free) and sent < requests  # else only an answer can change anything
            heard = busy.select(max(0.0, start + sent / per_second - time.perf_counter()) if is_next else SILENCE_S)
            if not heard and not is_next:
                raise ServerNotUp(seconds=SILENCE_S)
            for visitor in (key.data for key, _ in heard):
                if (answer := visitor.hear()) is not None:
                    planned, is_first = start + visitor.number / per_second, opened <= visitor.number < len(paths)
                    status, size = answer
                    seen.append(Seen(planned, visitor.sent, time.perf_counter(), status, size, is_first))
                    busy.unregister(visitor.line)
                    free.append(visitor)
    for visitor in free:
        visitor.line.close()
    return sorted(seen, key=attrgetter("planned"))
