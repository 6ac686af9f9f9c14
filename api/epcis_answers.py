"""How EPCIS is spoken over HTTP: versions and forms agreed on, GS1's headers, documents of results, pages."""

import base64
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from importlib.metadata import version
from typing import Annotated

from fastapi import Depends, Query, Request, Response
from fastapi.requests import HTTPConnection
from fastapi.responses import JSONResponse

from api.epcis_problems import NotAcceptable, ResultTooLarge, UnsupportedMedia, UriTooLong
from nongso import store
from nongso.people import Viewer
from nongso.store import epcis_events
from nongso.store.epcis_events import Page, StoredEvent
from traceability.epcis.document import ANY_QUERY
from traceability.epcis.json_writer import write_json
from traceability.epcis.query import BadParameter
from traceability.epcis.query import Query as EventQuery
from traceability.epcis.results import results, with_links
from traceability.epcis.xml_writer import write_xml

MINE = "2.0.0"
CONTEXT = "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"
HEADERS = {"GS1-EPCIS-Version": MINE, "GS1-CBV-Version": MINE, "GS1-EPC-Format": "Always_GS1_Digital_Link"}
DISCOVERY = {
    **HEADERS,
    "GS1-EPCIS-Min": MINE,
    "GS1-EPCIS-Max": MINE,
    "GS1-CBV-Min": MINE,
    "GS1-CBV-Max": MINE,
    "GS1-CBV-XML-Format": "Always_Web_URI",
    "GS1-Vendor-Version": version("nong-so"),
}
AS_THEY_CAME = ("Never_Translates", "No_Preference")
FORMATS = ("Always_GS1_Digital_Link", *AS_THEY_CAME)
JSON_TYPES = ("application/json", "application/ld+json")
XML_TYPES = ("application/xml", "text/xml")
LONGEST_QUERY = 16_000
PER_PAGE, MOST_PER_PAGE = 30, 500
MOST_COUNTED = 10_000
CONTROLS = ("perPage", "nextPageToken", "lang")


@dataclass(frozen=True, slots=True)
class Start:
    """Where a page begins: after a row, by its id, its time or its name; `left` is how many more are wanted in all."""

    id: int | None = None
    at: datetime | None = None
    left: int | None = None
    after: str = ""


@dataclass(frozen=True, slots=True)
class Paging:
    """How many on a page, and where it begins."""

    size: int
    start: Start


def negotiated(request: HTTPConnection) -> None:
    """Raises NotAcceptable unless the versions and EPC formats asked for are among ours, UriTooLong for an endless query."""
    if len(request.url.query) > LONGEST_QUERY:
        raise UriTooLong(limit=LONGEST_QUERY)
    for standard in ("EPCIS", "CBV"):
        low, high = (request.headers.get(f"gs1-{standard}-{end}") for end in ("min", "max"))
        if (low and numbers(low) > numbers(MINE)) or (high and numbers(high) < numbers(MINE)):
            raise NotAcceptable(asked=f"{standard} {low or ''}–{high or ''}")
    wanted = request.headers.get("gs1-epc-format", FORMATS[0])
    if wanted not in FORMATS:
        raise NotAcceptable(asked=wanted[:60])


def numbers(text: str) -> tuple[int, ...]:
    """A version to compare; 2.0 is 2.0.0. Raises NotAcceptable."""
    parts = text.strip().split(".")
    if not all(part.isascii() and part.isdigit() and len(part) < 6 for part in parts):
        raise NotAcceptable(asked=text[:60])
    return (*map(int, parts), 0, 0)[:3]


async def document_bytes(request: Request) -> bytes:
    """The body of a capture, whole. Raises UnsupportedMedia for what is neither JSON nor XML."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in JSON_TYPES + XML_TYPES:
        raise UnsupportedMedia(found=kind[:60])
    return await request.body()


Negotiated = Depends(negotiated)
DocumentBytes = Annotated[bytes, Depends(document_bytes)]


def paging(
    request: Request,
    size: Annotated[int, Query(alias="perPage", ge=1, le=MOST_PER_PAGE)] = PER_PAGE,
    token: Annotated[str, Query(alias="nextPageToken", max_length=2000)] = "",
) -> Paging:
    return Paging(size, read_token(token, request))


Paged = Annotated[Paging, Depends(paging)]


def accepts_xml(request: Request) -> bool:
    """Whether the asker prefers XML. Raises NotAcceptable when they take neither of the two."""
    accepted = [part.split(";")[0].strip().lower() for part in request.headers.get("accept", "*/*").split(",")]
    for kind in accepted:
        if kind in ("*/*", "application/*", "", *JSON_TYPES):
            return False
        if kind in (*XML_TYPES, "text/*"):
            return True
    raise NotAcceptable(asked=", ".join(accepted)[:200])


def answer(content: object, status: int = 200, headers: Mapping[str, str] | None = None) -> JSONResponse:
    """JSON with GS1's headers."""
    return JSONResponse(content, status, headers={**HEADERS, **(headers or {})})


def empty(status: int, headers: Mapping[str, str] | None = None) -> Response:
    return Response(status_code=status, headers={**HEADERS, **(headers or {})})


def collection(members: Sequence[str], headers: Mapping[str, str] | None = None) -> JSONResponse:
    return answer({"@context": CONTEXT, "type": "Collection", "member": list(members)}, headers=headers)


def events_page(
    request: Request, conn: store.Connection, viewer: Viewer, query: EventQuery, now: datetime, paged: Paging
) -> Response:
    """One page of the events that fit, as a document of query results, and the way to the next."""
    if query.most is not None:
        refuse_more(conn, viewer, query)
    start = paged.start
    left = query.limit if start.left is None else start.left
    count = paged.size if left is None else min(paged.size, left)
    page = Page(count + 1, query.order, query.descending, start.at, start.id)
    found = epcis_events.list_events(conn, viewer, query.wanted, page)
    shown = found[:count]
    more = len(found) > count and (left is None or left > count)
    headers = next_page(request, start_after(shown[-1], query, left, count), paged) if more else {}
    return document_answer(request, shown, now, headers)


def refuse_more(conn: store.Connection, viewer: Viewer, query: EventQuery) -> None:
    """Raises ResultTooLarge when more events fit than the asker allows."""
    most = min(query.most or MOST_COUNTED, MOST_COUNTED)
    if len(epcis_events.list_events(conn, viewer, query.wanted, Page(most + 1))) > most:
        raise ResultTooLarge(limit=most)


def start_after(last: StoredEvent, query: EventQuery, left: int | None, shown: int) -> Start:
    at = {"event": last.event_time, "record": last.record_time}.get(query.order)
    return Start(last.id, at, None if left is None else left - shown)


def document_answer(
    request: Request, events: Sequence[StoredEvent], now: datetime, headers: Mapping[str, str], name: str = ANY_QUERY
) -> Response:
    """Events as JSON-LD, or as XML for who asks for it."""
    wanted = request.headers.get("gs1-epc-format", FORMATS[0])
    document = results(events, now, name)
    if wanted not in AS_THEY_CAME:
        document = with_links(document)
    if accepts_xml(request):
        more = {**HEADERS, "GS1-CBV-XML-Format": "Always_Web_URI", **headers}
        return Response(write_xml(document), media_type="application/xml", headers=more)
    return answer(write_json(document), headers={**headers, "GS1-EPC-Format": wanted})


def next_page(request: Request, start: Start, paged: Paging) -> dict[str, str]:
    """The Link header to the page after (RFC 8288). The token says where to go on, and for which question."""
    known = {name: value for name, value in asdict(start).items() if value is not None}
    text = json.dumps({**known, "question": digest(request)}, separators=(",", ":"), default=datetime.isoformat)
    token = base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")
    url = request.url.include_query_params(perPage=paged.size, nextPageToken=token)
    return {"Link": f'<{url}>; rel="next"'}


def read_token(token: str, request: Request) -> Start:
    """What `next_page` wrote; the beginning for the first page. Raises BadParameter for anything else, or another question's token."""
    if not token:
        return Start()
    try:
        read = json.loads(base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)))
        at = datetime.fromisoformat(read["at"]) if "at" in read else None
        start = Start(read.get("id"), at, read.get("left"), str(read.get("after", "")))
        question = read["question"]
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise BadParameter(name="nextPageToken", value=token[:60]) from error
    fit = all(number is None or (type(number) is int and 0 <= number < 2**63) for number in (start.id, start.left))
    if question != digest(request) or not fit or (at is not None and at.tzinfo is None):
        raise BadParameter(name="nextPageToken", value=token[:60])
    return start


def digest(request: Request) -> str:
    """Names the question, without the page."""
    asked = sorted(item for item in request.query_params.multi_items() if item[0] not in CONTROLS)
    return hashlib.sha256(json.dumps([request.url.path, asked]).encode()).hexdigest()[:16]


def parameters(request: Request) -> dict[str, list[str]]:
    """The query parameters of the address; several values are parted by | or given one by one."""
    found: dict[str, list[str]] = {}
    for name, text in request.query_params.multi_items():
        if name not in CONTROLS:
            found.setdefault(name, []).extend(text.split("|"))
    return found


def namespaces(request: Request) -> dict[str, str]:
    """Prefix → namespace from the GS1-Extensions header: `ex=https://ns.example.com/, …`."""
    pairs = [part.partition("=") for part in request.headers.get("gs1-extensions", "").split(",")]
    return {prefix.strip(): name.strip() for prefix, equals, name in pairs if equals}
