"""`nongso api`: runs the API. It starts before its database does and answers 503 until that is there."""

import argparse
import gc
import logging
import os
import signal
import sys

import uvicorn

from api.app import create_app
from nongso.settings import Settings

LONGEST_SAID = 1024  # bytes that a subscriber may say on a socket; nothing of it is read
SWITCH_S = 0.001  # how long a thread may keep the interpreter from the event loop; Python's own 5 ms is as long as a page takes


def api(argv: list[str]) -> int:
    """Serve until stopped; 0 after a clean stop, 1 when the port could not be taken."""
    settings = Settings.from_env(os.environ)
    parser = argparse.ArgumentParser(prog="nongso api")
    parser.add_argument("--host", default=settings.api_host, help="address to listen on (NONGSO_API_HOST)")
    parser.add_argument("--port", type=int, default=settings.api_port, help="port to listen on (NONGSO_API_PORT)")
    chosen = parser.parse_args(argv)
    logging.basicConfig(stream=sys.stderr, level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    config = uvicorn.Config(
        create_app(settings),
        host=chosen.host,
        port=chosen.port,
        ws="websockets-sansio",
        ws_max_size=LONGEST_SAID,
        log_config=None,
        access_log=False,
        server_header=False,
    )
    signal.signal(
        signal.SIGTERM, lambda *_: None
    )  # uvicorn stops cleanly, then raises the signal again for whoever was before
    # A buyer's page takes a few milliseconds; these two waits of the interpreter are longer (docs/decisions/0260).
    gc.freeze()
    sys.setswitchinterval(SWITCH_S)
    server = uvicorn.Server(config)
    server.run()
    return 0 if server.started else 1
