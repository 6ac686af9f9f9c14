"""Errors become answers here and nowhere else: problem+json (RFC 9457) for programs, a page in the reader's language for browsers."""

import logging
from collections.abc import Mapping
from secrets import token_hex
from urllib.parse import quote

from fastapi import FastAPI, Request, Response
from fastapi.encoders import jsonable_encoder
from fastapi.exceptions import RequestValidationError, WebSocketRequestValidationError
from fastapi.requests import HTTPConnection
from fastapi.responses import JSONResponse, RedirectResponse
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api import deps
from api.cross_origin import CORS
from api.epcis_problems import problem_type
from nongso.errors import Conflict, Forbidden, InvalidInput, NongsoError, NotFound, SignInNeeded, TooMany, Unavailable
from nongso.text import say

log = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"
TYPE_PREFIX = "urn:nong-so:problem:"
PROGRAM_PATHS = ("/api/", "/epcis", "/sta/", "/log", "/health/", "/metrics")
BUYER_PATHS = ("/00/", "/01/", "/414/", "/417/", "/8004/", "/p/", "/paper/", "/t/", "/T/")
OPEN_PATHS = ("/00/", "/01/", "/414/", "/417/", "/8004/", "/t/", "/T/", "/.well-known/gs1resolver")  # of the resolver
TRUNK = (InvalidInput, SignInNeeded, Forbidden, NotFound, Conflict, TooMany, Unavailable)
RETRY_S = 5  # when the database is away


class InvalidFields(InvalidInput):
    """A body, path or query that does not fit its model; `fields` names each place and what is wrong in a word."""

    code = "invalid_fields"
    status = 422


class BodyTooLarge(InvalidInput):
    code = "body_too_large"
    status = 413


class MethodNotAllowed(InvalidInput):
    code = "method_not_allowed"
    status = 405


BY_STATUS: dict[int, type[NongsoError]] = {404: NotFound, 405: MethodNotAllowed, 413: BodyTooLarge}


def install(app: FastAPI) -> None:
    """Make every error of `app` come out as a problem."""
    app.add_exception_handler(NongsoError, on_fault)
    app.add_exception_handler(HTTPException, on_http)
    app.add_exception_handler(RequestValidationError, on_invalid)
    app.add_exception_handler(WebSocketRequestValidationError, on_invalid)


def on_fault(request: HTTPConnection, fault: Exception) -> Response:
    assert isinstance(fault, NongsoError)
    return answer(request, fault)


def on_http(request: Request, fault: Exception) -> Response:
    assert isinstance(fault, HTTPException)
    return answer(request, BY_STATUS.get(fault.status_code, InvalidInput)(), fault.headers)


def on_invalid(request: HTTPConnection, fault: Exception) -> Response:
    assert isinstance(fault, RequestValidationError | WebSocketRequestValidationError)
    fields = ", ".join(sorted({f"{'.'.join(map(str, each['loc']))} ({each['type']})" for each in fault.errors()}))
    return answer(request, InvalidFields(fields=fields))


def answer(request: HTTPConnection, fault: NongsoError, headers: Mapping[str, str] | None = None) -> Response:
    """The problem, as whoever asks can read it. Somebody not signed in who opens a page is led to the sign-in and back."""
    lang = deps.buyer_lang(request) if request.url.path.startswith(BUYER_PATHS) else deps.lang(request)
    more = {**(headers or {}), **retry_after(fault)}
    if request.url.path.startswith(OPEN_PATHS):
        more |= CORS
    if not wants_page(request):
        status, kind = fault.status, {}
        if request.url.path.startswith("/epcis"):
            status = InvalidInput.status if isinstance(fault, InvalidFields) else status  # its description knows no 422
            kind = {"type": problem_type(fault), "status": status}
        return JSONResponse(body(lang, fault) | kind, status, media_type=MEDIA_TYPE, headers=more)
    if isinstance(fault, SignInNeeded):
        asked = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        return RedirectResponse(f"/sign-in?next={quote(asked, safe='')}", status_code=303)
    pages = deps.house(request).pages
    said, hint = words_of_page(lang, fault)
    page = pages.answer("problem.html", lang, status=fault.status, title=title(lang, fault), detail=said, hint=hint)
    page.headers.update(more)
    return page


def wants_page(request: HTTPConnection) -> bool:
    return not request.url.path.startswith(PROGRAM_PATHS) and "text/html" in request.headers.get("accept", "")


def body(lang: str, fault: NongsoError) -> dict[str, object]:
    """The wire shape, pinned by a contract test."""
    return {
        "type": TYPE_PREFIX + fault.code,
        "title": title(lang, fault),
        "status": fault.status,
        "code": fault.code,
        "detail": detail(lang, fault),
        "params": jsonable_encoder(fault.values),
    }


def title(lang: str, fault: NongsoError) -> str:
    """The same words for all errors of a branch."""
    branch = next((trunk for trunk in TRUNK if isinstance(fault, trunk)), None)
    return say(lang, f"error.{branch.code}") if branch else say(lang, "problem.unexpected")


def words_of_page(lang: str, fault: NongsoError) -> tuple[str, str]:
    """What a person reads, and a hint: names of fields are for programs, and who finds nothing is told what to look at."""
    said = say(lang, "problem.incomplete") if isinstance(fault, InvalidFields) else detail(lang, fault)
    hint = say(lang, "problem.lost") if isinstance(fault, NotFound) and said == title(lang, fault) else ""
    return said, hint


def detail(lang: str, fault: NongsoError) -> str:
    return say(lang, f"error.{fault.code}", **fault.values)


def retry_after(fault: NongsoError) -> dict[str, str]:
    if isinstance(fault, Unavailable):
        return {"Retry-After": str(RETRY_S)}
    wait_s = fault.values.get("wait_s")
    return {"Retry-After": str(wait_s)} if wait_s else {}


class Unexpected:
    """The innermost layer: what nobody foresaw is logged once under an id, and only the id leaves the house."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = False

        async def watch(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await send(message)

        try:
            await self.app(scope, receive, watch)
        except Exception:
            mark = token_hex(6)
            log.exception("unexpected id=%s path=%s", mark, scope.get("path"))
            if started or scope["type"] != "http":
                raise
            await answer(Request(scope), NongsoError(id=mark))(scope, receive, send)
