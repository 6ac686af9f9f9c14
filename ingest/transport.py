"""A socket that reads and writes in large pieces, because paho asks for one byte at a time and sends every acknowledgement alone."""

import socket
from typing import Protocol

import paho.mqtt.client as mqtt

CHUNK = 256 * 1024
CLOSE_S = 5.0


class Stream(Protocol):
    """What paho hands us: a plain or a TLS socket."""

    def recv(self, size: int, /) -> bytes: ...
    def send(self, data: bytes | bytearray, /) -> int: ...
    def fileno(self) -> int: ...
    def setblocking(self, flag: bool, /) -> None: ...
    def close(self) -> None: ...


class BufferedSocket:
    """Between paho and the network. `send` only remembers: whoever runs the loop calls `flush` once per turn."""

    def __init__(self, stream: Stream) -> None:
        self._stream = stream
        self._incoming = b""
        self._read = 0
        self._outgoing = bytearray()

    def recv(self, buffer_size: int) -> bytes:
        if self._read == len(self._incoming):
            self._incoming, self._read = self._stream.recv(CHUNK), 0
        piece = self._incoming[self._read : self._read + buffer_size]
        self._read += len(piece)
        return piece

    def send(self, buffer: bytes | bytearray) -> int:
        self._outgoing += buffer
        return len(buffer)

    def flush(self) -> None:
        """Send what is remembered, as far as the network takes it now. Raises OSError when the connection is gone."""
        while self._outgoing:
            try:
                del self._outgoing[: self._stream.send(self._outgoing)]
            except BlockingIOError:
                return

    @property
    def unread(self) -> int:
        return len(self._incoming) - self._read

    @property
    def unsent(self) -> int:
        return len(self._outgoing)

    def fileno(self) -> int:
        return self._stream.fileno()

    def setblocking(self, flag: bool) -> None:
        self._stream.setblocking(flag)

    def close(self) -> None:
        # The last thing paho sends before it closes is DISCONNECT.
        try:
            if isinstance(self._stream, socket.socket):
                self._stream.settimeout(CLOSE_S)
            self.flush()
        except OSError:
            pass
        finally:
            self._stream.close()


class BufferedClient(mqtt.Client):
    """paho's client over a BufferedSocket. `_create_socket` is where paho itself wraps sockets (TLS, WebSocket)."""

    buffered: BufferedSocket | None = None

    def _create_socket(self) -> BufferedSocket:
        self.buffered = BufferedSocket(super()._create_socket())
        return self.buffered
