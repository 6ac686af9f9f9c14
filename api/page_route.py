"""The way of a buyer's page through the API, as short as it can be: one comparison of paths, one turn in a thread, the answer.

FastAPI's dependencies and nested routers would take twice as long again (docs/decisions/0290).
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from fastapi import Request, Response
from starlette.routing import Match, Route
from starlette.types import Receive, Scope, Send

from api.deps import House, buyer_lang, house
from traceability.resolver.linkset import MEDIA_TYPE


@dataclass(frozen=True, slots=True)
class Visit:
    """Somebody who opened a code: what they asked, in which language, when."""

    request: Request
    house: House
    lang: str
    now: datetime


class PageRoute(Route):
    """A route of those who ask for a page; whoever asks for links at the same address is the resolver's (docs/decisions/0145)."""

    def __init__(self, path: str, page: Callable[[Visit], Response], is_asked: Callable[[Request], bool]) -> None:
        super().__init__(path, page, include_in_schema=False)
        self.page = page
        self.is_asked = is_asked
        self.app = self.open

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        found, inner = super().matches(scope)
        if found is Match.FULL and not self.is_asked(Request(scope)):
            return Match.NONE, {}
        return found, {**inner, "route": self}

    async def open(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the page, written in one of the few threads that write pages."""
        request = Request(scope, receive)
        home = house(request)
        visit = Visit(request, home, buyer_lang(request), home.now())
        answer = await asyncio.get_running_loop().run_in_executor(home.writers, self.page, visit)
        await answer(scope, receive, send)


def always(_: Request) -> bool:
    return True


def asks_for_links(request: Request) -> bool:
    return "linkType" in request.query_params or MEDIA_TYPE in request.headers.get("accept", "")


def asks_for_no_links(request: Request) -> bool:
    """The page of a short code is its own default link."""
    return not asks_for_links(request)


def asks_for_page(request: Request) -> bool:
    """What a browser sends; no Accept at all says nothing against a page."""
    return not asks_for_links(request) and "text/html" in request.headers.get("accept", "text/html")
