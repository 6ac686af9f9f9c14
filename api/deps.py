"""What an endpoint asks for: a connection in one transaction, the viewer, the reader's language, now."""

from collections.abc import Callable, Collection, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated

from fastapi import Depends
from fastapi.requests import HTTPConnection

from api.growing_memory import GrowingMemory
from api.metrics import Metrics
from api.pages import Pages
from api.scan_desk import ScanDesk
from api.socket_places import SocketPlaces
from nongso import clock, store
from nongso.errors import Forbidden, SignInNeeded
from nongso.people import Role, Viewer
from nongso.settings import Settings
from nongso.store import sessions
from nongso.text import BUYER_LANGUAGES, LANGUAGES
from nongso.tokens import token_hash

COOKIE = "ns_session"
KEY_PREFIX = "nsk_"
CONNECTIONS = (
    8  # no more requests hold or wait for a connection than the pool has, so that waiting cannot take every thread
)


PAGES_AT_ONCE = 4  # of buyers: more threads on two cores would only wait for each other; each holds a connection


def writers() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(PAGES_AT_ONCE, "page")


@dataclass(frozen=True, slots=True)
class House:
    """What the app was built from; `request.app.state.house`. `now` is its clock, `writers` the threads that write buyers' pages."""

    settings: Settings
    pool: store.Pool
    pages: Pages
    metrics: Metrics
    growing: GrowingMemory
    desk: ScanDesk
    now: Callable[[], datetime] = clock.utc_now
    sockets: SocketPlaces = field(default_factory=SocketPlaces)
    writers: ThreadPoolExecutor = field(default_factory=writers)


def house(request: HTTPConnection) -> House:
    return request.app.state.house


def conn(request: HTTPConnection) -> Iterator[store.Connection]:
    """One transaction for the whole request: committed before the answer is sent, rolled back on any error."""
    with store.connection(house(request).pool) as connection:
        yield connection


async def now(request: HTTPConnection) -> datetime:
    """Async because it waits for nothing (as layers.refuse_forged)."""
    return house(request).now()


async def ticking(request: HTTPConnection) -> Callable[[], datetime]:
    """For what outlives a request: the time whenever it is asked for."""
    return house(request).now


def lang(request: HTTPConnection) -> str:
    """The reader's language: asked for by `?lang=`, else the first of ours in Accept-Language, else the house's."""
    return chosen_lang(request, LANGUAGES)


def buyer_lang(request: HTTPConnection) -> str:
    """The same for the pages a label opens, which know more languages."""
    return chosen_lang(request, BUYER_LANGUAGES)


def chosen_lang(request: HTTPConnection, languages: Collection[str]) -> str:
    asked = request.query_params.get("lang", "")
    accepted = [
        part.split(";")[0].strip()[:2].lower() for part in request.headers.get("accept-language", "").split(",")
    ]
    known = [choice for choice in (asked, *accepted) if choice in languages]
    return known[0] if known else house(request).settings.lang


Conn = Annotated[store.Connection, Depends(conn, scope="function", max_concurrency=CONNECTIONS)]
Now = Annotated[datetime, Depends(now)]
Ticking = Annotated[Callable[[], datetime], Depends(ticking)]
Lang = Annotated[str, Depends(lang)]
BuyerLang = Annotated[str, Depends(buyer_lang)]
TheHouse = Annotated[House, Depends(house)]


def find_viewer(request: HTTPConnection, connection: Conn, at: Now) -> Viewer | None:
    """Who asks, by `Authorization: Bearer nsk_…` or by the session's cookie; None when nobody is signed in."""
    scheme, _, key = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return sessions.find_viewer_by_key(connection, token_hash(key.strip()))
    token = request.cookies.get(COOKIE)
    return sessions.find_viewer(connection, token_hash(token), at) if token else None


MaybeViewer = Annotated[Viewer | None, Depends(find_viewer)]


def signed_in(viewer: MaybeViewer) -> Viewer:
    if viewer is None:
        raise SignInNeeded()
    return viewer


SignedIn = Annotated[Viewer, Depends(signed_in)]


def office_reader(viewer: SignedIn) -> Viewer:
    if not viewer.sees_office:
        raise Forbidden()
    return viewer


def office_writer(viewer: SignedIn) -> Viewer:
    if not viewer.writes_office:
        raise Forbidden()
    return viewer


def admin(viewer: SignedIn) -> Viewer:
    if viewer.role is not Role.ADMIN:
        raise Forbidden()
    return viewer


OfficeReader = Annotated[Viewer, Depends(office_reader)]  # officer, admin, inspector
OfficeWriter = Annotated[Viewer, Depends(office_writer)]  # officer, admin
Admin = Annotated[Viewer, Depends(admin)]
