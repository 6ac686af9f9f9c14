"""Layers around the app: security headers, counts, a limit on bodies, and the rule against forged requests."""

import time
from urllib.parse import urlsplit

from fastapi.requests import HTTPConnection
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.metrics import Metrics
from nongso.errors import Forbidden
from nongso.settings import Settings

MAX_BODY_BYTES = 2 * 1024 * 1024
MAX_DOCUMENT_BYTES = 16 * 1024 * 1024  # of events, on the paths that take them
DOCUMENT_PATHS = ("/epcis/capture", "/epcis/events")
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "Cache-Control": "no-store",
}


class ForeignOrigin(Forbidden):
    """A request that changes something came from another site's page."""

    code = "foreign_origin"


class SecurityHeaders:
    """Every answer carries HEADERS unless its endpoint set one itself."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def dressed(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        await self.app(scope, receive, dressed)


class Counting:
    """Counts every answer under its route's template, so that ids do not become labels."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self.app = app
        self.metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started, status = time.perf_counter(), 500

        async def watch(message: Message) -> None:
            nonlocal status
            status = message.get("status", status)
            await send(message)

        try:
            await self.app(scope, receive, watch)
        finally:
            route = getattr(scope.get("route"), "path", "unknown")
            self.metrics.count(scope["method"], route, status, time.perf_counter() - started)


class BodyLimit:
    """A body of more than MAX_BODY_BYTES (a document of events: MAX_DOCUMENT_BYTES) is refused while it arrives, whatever it says."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        received = 0
        limit = MAX_DOCUMENT_BYTES if scope.get("path") in DOCUMENT_PATHS else MAX_BODY_BYTES

        async def measured() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > limit:
                raise HTTPException(413)
            return message

        await self.app(scope, measured, send)


async def refuse_forged(request: HTTPConnection) -> None:
    """A request that changes something must come from our own pages or from a program (docs/decisions/0081).

    Async, like every dependency that waits for nothing: a plain function would take each request through one more thread.

    Raises ForeignOrigin when its Origin (or Referer) is another site's, or when it has neither and is not JSON:
    what a foreign page's form can send is never enough, and a Bearer key is never sent by a browser on its own.
    A WebSocket counts as such a request, because a browser lets any page open one and read it; it never does so without an Origin.
    """
    if request.scope.get("method") in SAFE_METHODS or request.headers.get("authorization", "").lower().startswith(
        "bearer "
    ):
        return
    source = request.headers.get("origin") or request.headers.get("referer")
    if source is None:
        if request.scope["type"] == "http" and not request.headers.get("content-type", "").startswith(
            "application/json"
        ):
            raise ForeignOrigin(origin="")
        return
    if urlsplit(source).netloc not in own_hosts(request.app.state.house.settings, request.headers):
        raise ForeignOrigin(origin=source[:200])


def own_hosts(settings: Settings, headers: Headers) -> set[str]:
    urls = (settings.public_url, settings.ui_url, settings.api_url)
    return {headers.get("host", ""), *(urlsplit(url).netloc for url in urls)}
