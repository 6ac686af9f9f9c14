"""Subscriptions to named queries by WebSocket. GS1 EPCIS 2.0 §12, REST bindings, `GET /queries/{queryName}/events`.

What cannot be subscribed to is refused before the handshake, with a problem. Afterwards one task serves one socket: it looks, sends,
and looks again only when the last message has left, so that a slow reader costs one message and no more.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Query, WebSocket
from pydantic import BaseModel, ConfigDict, Field
from starlette.websockets import WebSocketDisconnect

from api import deps
from api.deps import House, TheHouse, Ticking
from api.epcis_answers import HEADERS, Negotiated
from api.epcis_problems import problem_type
from api.inputs import Instant
from nongso import store
from nongso.errors import Forbidden, NongsoError, NotFound, SignInNeeded, Unavailable
from nongso.people import Viewer
from nongso.store import epcis_events, epcis_queries
from nongso.store.epcis_events import Page
from traceability.epcis.destination import BadSchedule
from traceability.epcis.query import from_json
from traceability.epcis.results import message
from traceability.epcis.schedule import Schedule, next_after, read_schedule

router = APIRouter(prefix="/epcis/queries", dependencies=[Negotiated])

EVENTS = 100  # in one message
POLL_S = 2  # how soon a stream looks for more, and whether its reader may still read
POLICY, TRY_AGAIN, WRONG = 1008, 1013, 1011  # close codes of RFC 6455 §7.4 and its registry
CLOSES: tuple[tuple[type[NongsoError], int], ...] = (
    (SignInNeeded, POLICY),
    (Forbidden, POLICY),
    (NotFound, POLICY),
    (Unavailable, TRY_AGAIN),
    (NongsoError, WRONG),
)

Cron = Annotated[str | None, Field(max_length=200)]


class Controls(BaseModel):
    """When to tell: with `stream` at once, else by a schedule in UTC; what is recorded from `initialRecordTime` on."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    second: Cron = None
    minute: Cron = None
    hour: Cron = None
    day_of_month: Annotated[Cron, Field(alias="dayOfMonth")] = None
    month: Cron = None
    day_of_week: Annotated[Cron, Field(alias="dayOfWeek")] = None
    stream: bool = False
    report_if_empty: Annotated[bool, Field(alias="reportIfEmpty")] = False
    initial_record_time: Annotated[Instant | None, Field(alias="initialRecordTime")] = None

    def schedule(self) -> Schedule | None:
        """None for a stream. Raises BadSchedule for neither or both of the two."""
        told = {"stream", "report_if_empty", "initial_record_time"}
        fields = self.model_dump(by_alias=True, exclude_none=True, exclude=told)
        if self.stream == bool(fields):
            raise BadSchedule(schedule="stream")
        return read_schedule(fields) if fields else None


@dataclass(frozen=True, slots=True)
class Cursor:
    """Events up to `last_event` are told; nothing more is looked for before `next_at`."""

    last_event: int
    next_at: datetime


@dataclass(frozen=True, slots=True)
class Subscriber:
    """Who listens on a socket, to which query and when."""

    house: House
    socket: WebSocket
    query_name: str
    schedule: Schedule | None
    report_if_empty: bool

    def viewer(self, conn: store.Connection, now: datetime) -> Viewer:
        """Who opened the socket, if they may still read. Raises SignInNeeded, Forbidden."""
        return deps.office_reader(deps.signed_in(deps.find_viewer(self.socket, conn, now)))

    def next_time(self, now: datetime) -> datetime:
        return now if self.schedule is None else next_after(self.schedule, now)


@router.websocket("/{query_name}/events")
async def subscribe(
    socket: WebSocket, house: TheHouse, ticking: Ticking, query_name: str, controls: Annotated[Controls, Query()]
) -> None:
    """Send new events that fit, until one of the two hangs up. Raises NoSuchQuery, BadSchedule, TooManySockets."""
    listener = Subscriber(house, socket, query_name, controls.schedule(), controls.report_if_empty)
    office_id, cursor = await house.sockets.look(partial(begin, listener, controls.initial_record_time, ticking()))
    with house.sockets.taken(office_id):
        await socket.accept(headers=[(name.encode(), value.encode()) for name, value in HEADERS.items()])
        gone = asyncio.create_task(until_gone(socket))
        try:
            await tell(listener, cursor, ticking, gone)
        except WebSocketDisconnect:
            pass  # in the middle of a message
        finally:
            gone.cancel()


def begin(listener: Subscriber, since: datetime | None, now: datetime) -> tuple[int, Cursor]:
    """The office that listens and where its subscription begins. Raises SignInNeeded, Forbidden, NoSuchQuery, BadSchedule."""
    with store.connection(listener.house.pool) as conn:
        viewer = listener.viewer(conn, now)
        epcis_queries.get_query(conn, viewer, listener.query_name)
        last = epcis_events.last_event_id(conn, viewer.office_id, since)
        return viewer.office_id, Cursor(last, listener.next_time(now))


async def tell(listener: Subscriber, cursor: Cursor, ticking: Callable[[], datetime], gone: asyncio.Task[None]) -> None:
    """Look and send until the reader is gone, or may no longer read. Raises WebSocketDisconnect."""
    while not gone.done():
        try:
            told, cursor, more = await listener.house.sockets.look(partial(look, listener, cursor, ticking()))
        except NongsoError as fault:
            code = next(code for kind, code in CLOSES if isinstance(fault, kind))
            await listener.socket.close(code, f"{problem_type(fault)} {fault.code}")
            return
        if told is not None:
            await listener.socket.send_text(told)
        if not more:
            await asyncio.wait({gone}, timeout=POLL_S)


def look(listener: Subscriber, cursor: Cursor, now: datetime) -> tuple[str | None, Cursor, bool]:
    """The next message if there is one, the cursor after it, and whether more waits already."""
    with store.connection(listener.house.pool) as conn:
        viewer = listener.viewer(conn, now)
        query = epcis_queries.get_query(conn, viewer, listener.query_name)
        if now < cursor.next_at:
            return None, cursor, False
        wanted = from_json(query.definition).wanted
        found = epcis_events.list_events(conn, viewer, wanted, Page(EVENTS + 1, after_id=cursor.last_event))
    events, more = found[:EVENTS], len(found) > EVENTS
    after = Cursor(events[-1].id if events else cursor.last_event, now if more else listener.next_time(now))
    silent = not events and not (listener.report_if_empty and listener.schedule is not None)
    return None if silent else message(events, now, listener.query_name), after, more


async def until_gone(socket: WebSocket) -> None:
    """What a subscriber says is passed over; only that they hang up counts."""
    while (await socket.receive())["type"] != "websocket.disconnect":
        pass
