"""`nongso ui`: serves the full app. It starts before the API does and says so on its pages until that answers."""

import argparse
import logging
import os
import sys
from pathlib import Path
from urllib.parse import urlsplit

import streamlit
import uvicorn
from starlette.middleware import Middleware

from nongso.settings import Settings
from nongso.text import LANGUAGES, catalogue
from ui import charts, delivery, door
from ui.delivery import Delivery

SCRIPT = Path(__file__).parent / "app.py"


def ui(argv: list[str]) -> int:
    """Serve until stopped; 0 after a clean stop, 1 when the port could not be taken."""
    settings = Settings.from_env(os.environ)
    parser = argparse.ArgumentParser(prog="nongso ui")
    parser.add_argument("--host", default=settings.ui_host, help="address to listen on (NONGSO_UI_HOST)")
    parser.add_argument("--port", type=int, default=settings.ui_port, help="port to listen on (NONGSO_UI_PORT)")
    chosen = parser.parse_args(argv)
    logging.basicConfig(stream=sys.stderr, level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    for chatty in ("httpx2", "uvicorn.access"):  # a line for every request would drown what matters
        logging.getLogger(chatty).setLevel(logging.WARNING)
    server = uvicorn.Server(
        uvicorn.Config(
            create_app(settings), host=chosen.host, port=chosen.port, log_config=None, access_log=False,
            server_header=False, timeout_graceful_shutdown=3,
        )
    )  # fmt: skip
    server.run()
    return 0 if server.started else 1


def create_app(settings: Settings) -> streamlit.App:
    """The ASGI app; Streamlit allows one in a process. Its configuration is .streamlit/config.toml beside app.py."""
    os.environ["STREAMLIT_BROWSER_SERVER_ADDRESS"] = urlsplit(settings.ui_url).hostname or "localhost"
    warm_up(settings)
    return streamlit.App(SCRIPT, middleware=[Middleware(Delivery, settings=settings)])


def warm_up(settings: Settings) -> None:
    """All that would make the first reader after a start wait: charts, words, packed scripts, the way to the API with its certificates."""
    charts.warm_up()
    delivery.warm_up(settings)
    door.http(settings.api_url)
    for lang in LANGUAGES:
        catalogue(lang)
