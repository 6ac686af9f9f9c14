"""HTTP ingest: devices and webhooks post readings, and are answered 2xx only after COMMIT or fsync into the spool.

One colour inside: requests are read on the server's event loop, everything that touches the store happens on the desk's one thread.
"""

import asyncio
import hashlib
import re
import time
from base64 import b64decode
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from ingest import http_body, http_faults
from ingest.broker import Delivery, Ticket
from ingest.dialects.address import Address, Form, Hook
from ingest.dialects.uplink import Mark
from ingest.http_answer import answer_of
from ingest.http_desk import Desk
from ingest.http_faults import BadBody, BadKey, Busy, NotKept
from ingest.http_pace import Pace
from ingest.messages import Message
from ingest.outcomes import Outcome
from ingest.writer import Source
from nongso.errors import NongsoError
from nongso.store.connection import StoreAway

WAITING = 64  # requests at once; one more is told to come later
SPOOL_S = 20.0
SENML = "application/senml+json"
EVENT = re.compile(r"[a-z]{1,20}")
T = TypeVar("T")


class Hold:
    """A request whose records went to the writer, which says when they are safe."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self.safe = asyncio.Event()

    def acknowledge(self, tickets: Sequence[Ticket]) -> None:
        """Called on the writer's thread."""
        self._loop.call_soon_threadsafe(self.safe.set)


class Door:
    """The endpoints. `put` hands messages to the writer, which spools them while the database is away."""

    def __init__(self, desk: Desk, put: Callable[[Source, list[Delivery]], None], pace: Pace | None = None) -> None:
        self._desk = desk
        self._put = put
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="http-desk")
        self._pace = pace or Pace()
        self._waiting = 0

    async def device(self, request: Request) -> Response:
        """`POST /api/v1/ingest/{device}`: one object or an array in our own form, or a SenML pack by its media type."""
        device_id = request.path_params["device"]
        tenant = await self._admit_device(device_id, device_secret(request, device_id))
        body = await http_body.read(request)
        if request.headers.get("content-type", "").partition(";")[0].strip().lower() == SENML:
            return await self._take(request, tenant, device_id, Form.SENML, [http_body.whole(body)])
        return await self._take(request, tenant, device_id, Form.NATIVE, http_body.records(body))

    async def telemetry(self, request: Request) -> Response:
        """`POST /api/v1/{token}/telemetry`, as ThingsBoard has it; our token is `device~secret`."""
        device_id, _, secret = request.path_params["token"].partition("~")
        tenant = await self._admit_device(device_id, secret)
        found = http_body.records(await http_body.read(request))
        return await self._take(request, tenant, device_id, Form.THINGSBOARD, found)

    async def chirpstack(self, request: Request) -> Response:
        """`POST /api/v1/ingest/chirpstack?event=up`."""
        event = request.query_params.get("event", "")
        return await self._take_hook(request, "chirpstack", event)

    async def ttn(self, request: Request) -> Response:
        """`POST /api/v1/ingest/ttn`, whatever path The Things Stack appends: the body says what it is about."""
        return await self._take_hook(request, "ttn", "up")

    def close(self) -> None:
        self._thread.shutdown(wait=True)
        self._desk.close()

    async def _admit_device(self, device_id: str, secret: str) -> str:
        tenant = await self._ask(lambda: self._desk.admit_device(device_id, secret))
        self._pace.spend(device_id)
        return tenant

    async def _take(
        self, request: Request, tenant: str, device_id: str, form: Form, records: Sequence[bytes]
    ) -> Response:
        key = request.headers.get("idempotency-key")
        marks = [mark(key, place) for place in range(len(records))]
        topics = [str(Address(tenant, device_id, form, one)) for one in marks]
        return await self._keep([Message(*each, now_us()) for each in zip(topics, records, strict=True)])

    async def _take_hook(self, request: Request, kind: str, event: str) -> Response:
        if not EVENT.fullmatch(event):
            raise BadBody(problem="event")
        key = bearer(request)
        integration_id = await self._ask(lambda: self._desk.admit_integration(kind, key))
        body = http_body.whole(await http_body.read(request))
        return await self._keep([Message(str(Hook(integration_id, event)), body, now_us())])

    async def _keep(self, messages: list[Message]) -> Response:
        if not messages:
            return answer_of([])
        try:
            outcomes: list[Outcome] = await self._ask(lambda: self._desk.settle(messages))
        except StoreAway:
            await self._spool(messages)
            return JSONResponse({"received": len(messages), "spooled": True}, 202)
        return answer_of(outcomes)

    async def _spool(self, messages: list[Message]) -> None:
        """Let the writer keep them until the database returns. Raises NotKept."""
        hold = Hold()
        self._put(hold, [Delivery(message, Ticket(0, place, 1)) for place, message in enumerate(messages)])
        try:
            async with asyncio.timeout(SPOOL_S):
                await hold.safe.wait()
        except TimeoutError as fault:
            raise NotKept from fault

    async def _ask(self, question: Callable[[], T]) -> T:
        """Something only the desk can do. Raises Busy when too many wait for it already."""
        if self._waiting >= WAITING:
            raise Busy
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._thread, question)
        finally:
            self._waiting -= 1


def create_app(door: Door) -> Starlette:
    routes = [
        Route("/api/v1/ingest/chirpstack", door.chirpstack, methods=["POST"]),
        Route("/api/v1/ingest/ttn", door.ttn, methods=["POST"]),
        Route("/api/v1/ingest/ttn/{event:path}", door.ttn, methods=["POST"]),
        Route("/api/v1/ingest/{device}", door.device, methods=["POST"]),
        Route("/api/v1/{token}/telemetry", door.telemetry, methods=["POST"]),
    ]
    return Starlette(routes=routes, exception_handlers={NongsoError: http_faults.answer})


def device_secret(request: Request, device_id: str) -> str:
    """What the request proves itself with: `Bearer secret`, or `Basic` with the device as its user. Raises BadKey."""
    scheme, _, given = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return bearer(request)
    try:
        user, _, secret = b64decode(given.strip(), validate=True).decode().partition(":")
    except ValueError as fault:
        raise BadKey from fault
    if user != device_id:
        raise BadKey
    return secret


def bearer(request: Request) -> str:
    """Raises BadKey."""
    scheme, _, given = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not given.strip():
        raise BadKey
    return given.strip()


def mark(key: str | None, place: int) -> Mark | None:
    """An Idempotency-Key as the number of a message: the same key again is a repeat, also for readings without a time."""
    if key is None:
        return None
    return Mark(f"k{hashlib.sha256(key.encode()).hexdigest()[:30]}", place + 1)


def now_us() -> int:
    return time.time_ns() // 1000
