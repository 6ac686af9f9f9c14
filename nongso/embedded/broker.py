"""The embedded MQTT broker: rumqttd from the `iotcore` wheel, on loopback only, for a demo, tests and a first try.

It speaks MQTT 5 with shared subscriptions, but forgets everything on restart and knows no topic rules: production uses Mosquitto.
Devices of ours lose nothing by it, because they keep a reading until its receipt (docs/mqtt.md).
"""

import contextlib
import signal
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType

from iotcore import Broker as IotcoreBroker

from nongso.errors import Unavailable

MAX_PAYLOAD = 256 * 1024
CONFIG = """\
# Written by nongso; changed at every start.
id = 0

[router]
id = 0
max_connections = 20010
max_outgoing_packet_count = 500
max_segment_size = 104857600
max_segment_count = 10

[v5.1]
name = "v5"
listen = "{host}:{port}"
next_connection_delay_ms = 0

    [v5.1.connections]
    connection_timeout_ms = 60000
    max_payload_size = {max_payload}
    max_inflight_count = 2000
    dynamic_filters = true
"""


class PortTaken(Unavailable):
    """Somebody else listens where we should; `setting` names what to change."""

    code = "embedded.port_taken"


class BrokerFailed(Unavailable):
    code = "embedded.broker_failed"


def check_port(host: str, port: int, setting: str) -> None:
    """Raises PortTaken when `host:port` is in use."""
    with contextlib.closing(socket.socket()) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as fault:
            raise PortTaken(port=str(port), setting=setting) from fault


@contextlib.contextmanager
def _deaf_to_interrupt() -> Iterator[None]:
    """A child started here does not hear Ctrl-C in the terminal: it must outlive its clients, and we end it ourselves."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    heard = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, heard)


class Broker:
    """A broker in a child process, which ends by itself when this process does."""

    def __init__(self, data_dir: Path, port: int, host: str = "127.0.0.1") -> None:
        self.host, self.port = host, port
        self._config = data_dir / "broker.toml"
        self._broker: IotcoreBroker | None = None

    @property
    def url(self) -> str:
        return f"mqtt://{self.host}:{self.port}"

    def start(self) -> "Broker":
        """Start and wait until it accepts connections. Raises PortTaken or BrokerFailed."""
        check_port(self.host, self.port, "NONGSO_MQTT_URL")
        self._config.parent.mkdir(parents=True, exist_ok=True)
        self._config.write_text(CONFIG.format(host=self.host, port=self.port, max_payload=MAX_PAYLOAD))
        self._broker = IotcoreBroker(config_path=str(self._config))
        try:
            with _deaf_to_interrupt():
                self._broker.start()
        except (OSError, RuntimeError) as fault:
            raise BrokerFailed(reason=str(fault)) from fault
        return self

    def stop(self) -> None:
        if self._broker is not None:
            self._broker.stop()
            self._broker = None

    def kill(self) -> None:
        """End it as a power cut would: for the chaos run."""
        if self._broker is not None and self._broker._process is not None:
            self._broker._process.kill()  # the wheel has no public word for it
        self.stop()

    def __enter__(self) -> "Broker":
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
