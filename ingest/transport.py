"""A socket that reads and writes in large pieces, because paho asks for one byte at a time and sends every acknowledgement alone.

And a short way for the messages that are almost all of them: QoS 1 without properties (docs/decisions/0265).
"""

import socket
import time
from typing import Protocol

import paho.mqtt.client as mqtt
from paho.mqtt.enums import MQTTErrorCode

CHUNK = 256 * 1024
CLOSE_S = 5.0
QOS_1, QOS_BITS, DUP_BIT, RETAIN_BIT = 0b0010, 0b0110, 0b1000, 0b0001  # of a PUBLISH packet's first byte, MQTT 5 §3.3.1


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
    """paho's client over a BufferedSocket, for MQTT 5 with acknowledgements by hand.

    `_create_socket` is where paho itself wraps sockets (TLS, WebSocket), `_handle_publish` where it has read a whole PUBLISH packet.
    """

    buffered: BufferedSocket | None = None

    def _create_socket(self) -> BufferedSocket:
        self.buffered = BufferedSocket(super()._create_socket())
        return self.buffered

    def _handle_publish(self) -> MQTTErrorCode:
        message = plain_publish(self._in_packet["command"], self._in_packet["packet"])
        if message is None or self.on_message is None:
            return super()._handle_publish()
        self.on_message(self, None, message)
        return MQTTErrorCode.MQTT_ERR_SUCCESS


def plain_publish(header: int, packet: bytes | bytearray) -> mqtt.MQTTMessage | None:
    """A QoS 1 message without properties (MQTT 5 §3.3); None for any other, and for one that is cut: those are paho's.

    paho makes 54 entries of a table for the properties of every message, which is half of what a message costs it.
    """
    named = int.from_bytes(packet[:2], "big") + 2
    if header & QOS_BITS != QOS_1 or len(packet) < named + 3 or packet[named + 2] != 0:
        return None
    message = mqtt.MQTTMessage(mid=int.from_bytes(packet[named : named + 2], "big"), topic=bytes(packet[2:named]))
    message.qos = 1
    message.dup = bool(header & DUP_BIT)
    message.retain = bool(header & RETAIN_BIT)
    message.payload = bytes(packet[named + 3 :])
    message.timestamp = time.monotonic()
    return message
