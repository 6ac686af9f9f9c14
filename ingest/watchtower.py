"""The collector's own small HTTP server for those who watch over it: `/health` says whether somebody is needed, every other path is /metrics."""

import json
import threading
import time
from collections.abc import Callable, Iterable
from socketserver import ThreadingMixIn
from typing import TYPE_CHECKING
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from prometheus_client import CollectorRegistry, make_wsgi_app

from ingest.backlog import Backlog, faults

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIEnvironment


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Silent(WSGIRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - named so by the class it comes from
        """Who watches asks every few seconds: nothing to write down."""


def serve(host: str, port: int, registry: CollectorRegistry, backlog: Callable[[], Backlog]) -> None:
    """Answer on a thread of its own until the process ends."""
    metrics = make_wsgi_app(registry)

    def app(environ: "WSGIEnvironment", start: "StartResponse") -> Iterable[bytes]:
        if environ["PATH_INFO"] != "/health":
            return metrics(environ, start)
        status, body = health(backlog(), time.time_ns() // 1000)
        start(status, [("Content-Type", "application/json"), ("Cache-Control", "no-store")])
        return [body]

    server = make_server(host, port, app, server_class=_Server, handler_class=_Silent)
    threading.Thread(target=server.serve_forever, name="watchtower", daemon=True).start()


def health(backlog: Backlog, now_us: int) -> tuple[str, bytes]:
    """200 as long as nobody is needed, else 503 with the faults."""
    found = faults(backlog, now_us)
    body = {
        "ok": not found,
        "faults": list(found),
        "spooled": backlog.spooled,
        "oldest_unwritten_s": round(backlog.oldest_s(now_us)),
        "aside": backlog.aside,
    }
    return ("503 Service Unavailable" if found else "200 OK"), json.dumps(body).encode()
