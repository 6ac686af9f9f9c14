"""The HTTP server of a collector: a socket of its own, a thread of its own."""

import socket
import threading

import uvicorn

from ingest.http import Door, create_app
from nongso.errors import InvalidInput
from nongso.journal import note

GRACE_S = 10


class BadAddress(InvalidInput):
    """Not `host:port`, or nobody may listen there."""

    code = "http.bad_address"


class Server:
    """Listens from the moment it is made; answers between `start` and `stop`."""

    def __init__(self, address: str, door: Door) -> None:
        self._socket = listening(address)
        self._door = door
        config = uvicorn.Config(
            create_app(door),
            log_config=None,
            access_log=False,  # a path may hold a token
            lifespan="off",
            server_header=False,
            timeout_graceful_shutdown=GRACE_S,
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(
            target=self._server.run, kwargs={"sockets": [self._socket]}, name="http", daemon=True
        )

    def start(self) -> None:
        host, port = self._socket.getsockname()[:2]
        note("http.listening", host=host, port=port)
        self._thread.start()

    def stop(self) -> None:
        """Answer what was asked, take nothing more."""
        self._server.should_exit = True
        self._thread.join()
        self._door.close()
        self._socket.close()


def listening(address: str) -> socket.socket:
    """A socket that listens at `host:port`. Raises BadAddress."""
    host, _, port = address.rpartition(":")
    try:
        return socket.create_server((host.strip("[]") or "127.0.0.1", int(port)), backlog=256)
    except (OSError, ValueError, OverflowError) as fault:
        raise BadAddress(address=address) from fault
