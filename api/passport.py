"""The buyer's page: what the code on a label opens, as HTML without script; the scan is counted after the answer is sent."""

import gzip
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache, partial
from typing import Annotated
from urllib.parse import quote, unquote

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from starlette.background import BackgroundTask

from api.crop_pictures import picture
from api.deps import Conn, House, Now, buyer_lang, house
from api.inputs import Id
from api.pages import Pages
from api.passport_chart import chart
from nongso import store
from nongso.brands import standing
from nongso.catalogue import PROPERTIES
from nongso.clock import local_day
from nongso.errors import InvalidInput, NotFound
from nongso.store import passports, products
from nongso.store.passports import LotFacts, ProductFacts, UnitName
from nongso.store.scans import Scan
from nongso.text import find, say
from nongso.text.format import moment
from traceability.gs1 import link, local
from traceability.gs1.digits import gtin_14
from traceability.gs1.elements import Element
from traceability.gs1.local import grouped
from traceability.passport import Passport, Verdict, read_passport

router = APIRouter(include_in_schema=False)

SHEETS = ("passport",)
POLICY = "Content-Security-Policy"
REMEMBERED = 1000  # pages of some 15 KiB: what a village sells in a season, or one lot that everybody talks about
PAGES_AT_ONCE = 4  # more threads on two cores would only wait for each other; each holds a connection
MARK = "\N{OBJECT REPLACEMENT CHARACTER}"  # where a remembered page will say when it was seen
GET_OR_HEAD = ["GET", "HEAD"]
A_YEAR_S = 365 * 86_400
UNITS = {key: entry.unit for key, entry in PROPERTIES.items()}
TONES = {Verdict.IN_BOOK: "good", Verdict.RECALLED: "act"}  # every other verdict of a lot asks for a second look


@dataclass(frozen=True, slots=True)
class Visit:
    """Somebody who opened a code: what they asked, in which language, when."""

    request: Request
    house: House
    lang: str
    now: datetime


async def visit(request: Request, now: Now) -> Visit:
    """Async so that it runs where the request is instead of taking a thread: a page a buyer waits for counts its hops."""
    return Visit(request, house(request), buyer_lang(request), now)


async def turn() -> AsyncIterator[None]:
    """A place among the buyers who are answered at this moment."""
    yield


Visited = Annotated[Visit, Depends(visit)]
Turn = Depends(turn, scope="function", max_concurrency=PAGES_AT_ONCE)
Found = Passport | ProductFacts | None  # a lot; a product whose label names no lot; not in the book


@router.api_route("/01/{rest:path}", methods=GET_OR_HEAD, dependencies=[Turn])
def open_link(visit: Visited) -> Response:
    """A GS1 Digital Link of ours: /01/{gtin}/10/{lot}, or /01/{gtin} of a label without a lot."""
    try:
        path = read_path(visit.request.scope["raw_path"].decode("ascii", "replace"))
    except InvalidInput as fault:
        return malformed_page(visit, fault)
    with store.connection(visit.house.pool) as conn:
        found = find_by_link(conn, visit, path)
    return page_of(visit, found)


@router.api_route("/t", methods=GET_OR_HEAD)
def ask_for_code(visit: Visited, code: str = "") -> Response:
    """Where a person types the short code that stands under a label's QR code."""
    if code:
        return RedirectResponse(f"/t/{quote(code.strip(), safe='')}?lang={visit.lang}", 303)
    return visit.house.pages.answer("passport_ask.html", visit.lang, sheets=SHEETS)


@router.api_route("/t/{code}", methods=GET_OR_HEAD, dependencies=[Turn])
@router.api_route("/T/{code}", methods=GET_OR_HEAD, dependencies=[Turn])
def open_code(visit: Visited, code: str) -> Response:
    """A short code of ours, however it was typed."""
    try:
        known = local.parse(code)
    except InvalidInput as fault:
        return malformed_page(visit, fault)
    with store.connection(visit.house.pool) as conn:
        found = find_by_code(conn, visit, known)
    return page_of(visit, found)


@router.api_route("/img/product/{product_id}.webp", methods=GET_OR_HEAD)
def open_image(conn: Conn, product_id: Id) -> Response:
    """The address carries the picture's digest, so a phone may keep it."""
    webp = products.find_image(conn, product_id)
    if webp is None:
        raise NotFound()
    return Response(webp, media_type="image/webp", headers={"Cache-Control": f"public, max-age={A_YEAR_S}, immutable"})


def read_path(raw_path: str) -> tuple[Element, ...]:
    """The key and qualifiers of a link's path. A GTIN may come with fewer than 14 digits, and a slash at the end is passed over.

    Raises a BadLink or a BadValue.
    """
    gtin, slash, qualifiers = raw_path.strip("/").partition("/")[2].partition("/")
    return link.parse(f"https://host/01/{gtin_14(unquote(gtin))}{slash}{qualifiers}").path


def find_by_link(conn: store.Connection, visit: Visit, path: tuple[Element, ...]) -> Found:
    product = passports.find_product(conn, path[0].value)
    if product is None or [element.ai for element in path[1:]] not in ([], ["10"]):
        return None
    if len(path) == 1:
        return product
    lot = passports.find_lot(conn, product.product_id, path[1].value)
    return read(conn, visit, product, lot) if lot is not None else None


def find_by_code(conn: store.Connection, visit: Visit, code: str) -> Found:
    lot = passports.find_lot_by_code(conn, code)
    return read(conn, visit, passports.get_product(conn, lot.product_id), lot) if lot is not None else None


def read(conn: store.Connection, visit: Visit, product: ProductFacts, lot: LotFacts) -> Passport:
    growing = visit.house.growing.get(conn, lot, product.crop, visit.now)
    return read_passport(conn, product, lot, growing, visit.now)


def page_of(visit: Visit, found: Found) -> Response:
    if found is None:
        return unknown_page(visit)
    if isinstance(found, ProductFacts):
        return product_page(visit, found)
    return lot_page(visit, found)


def lot_page(visit: Visit, passport: Passport) -> Response:
    kept = written_page(visit.house.pages, visit.lang, passport)
    sent = stamped(bytes(kept.body), moment(visit.lang, visit.now))
    headers = {POLICY: kept.headers[POLICY]}
    if "gzip" in visit.request.headers.get("accept-encoding", ""):
        packed = {"Content-Encoding": "gzip", "Vary": "Accept-Encoding"}
        answer = HTMLResponse(sent.packed, headers={**headers, **packed})
    else:
        answer = HTMLResponse(sent.plain, headers=headers)
    return counted(visit, answer, passport.verdict, passport.lot.lot_id)


@dataclass(frozen=True, slots=True)
class Stamped:
    """A page that says when it was seen, as it is and compressed."""

    plain: bytes
    packed: bytes


@lru_cache(maxsize=REMEMBERED)
def stamped(body: bytes, seen: str) -> Stamped:
    """Remembered too: within a minute everybody gets the same bytes."""
    plain = body.replace(MARK.encode(), seen.encode())
    return Stamped(plain, gzip.compress(plain, mtime=0))


@lru_cache(maxsize=REMEMBERED)
def written_page(pages: Pages, lang: str, passport: Passport) -> Response:
    """The page that says these facts, with MARK for the moment. It is remembered by the facts themselves, so no change
    can meet an old page.
    """
    product, lot = passport.product, passport.lot
    return pages.answer(
        "passport_lot.html",
        lang,
        sheets=SHEETS,
        passport=passport,
        verdict=passport.verdict,
        tone=TONES.get(passport.verdict, "watch"),
        product=product,
        picture=picture(product.crop),
        brand_standing=standing(product.brand_valid_from, product.brand_valid_to, passport.today),
        lot=lot,
        code=grouped(lot.code),
        chart=chart(passport.growing),
        units=UNITS,
        now=MARK,
        local_day=local_day,
        place_name=partial(place_name, lang),
        step_name=partial(step_name, lang),
    )


def step_name(lang: str, step: str) -> str:
    """What happened, in a buyer's words; steps that buyers have no word for are one more record."""
    return find(lang, f"evidence.step.{step}") or say(lang, "evidence.step.other")


def place_name(lang: str, unit: UnitName) -> str:
    """A unit with the one above it: Xã Cái Cối, tỉnh Vĩnh Long."""
    if unit.parent_name is None:
        return unit.name
    return say(lang, "passport.in_parent", name=unit.name, parent=unit.parent_name)


def product_page(visit: Visit, product: ProductFacts) -> Response:
    """The label names no lot: what is known of the product, and that its lot is not."""
    answer = visit.house.pages.answer(
        "passport_product.html",
        visit.lang,
        sheets=SHEETS,
        tone="watch",
        product=product,
        picture=picture(product.crop),
        brand_standing=standing(product.brand_valid_from, product.brand_valid_to, local_day(visit.now)),
        now=visit.now,
    )
    return counted(visit, answer, Verdict.NO_LOT)


def unknown_page(visit: Visit) -> Response:
    """404: a code that is not in the book; says what that may mean and what to do."""
    answer = visit.house.pages.answer(
        "passport_none.html", visit.lang, status=404, sheets=SHEETS, verdict=Verdict.UNKNOWN, tone="act", detail=""
    )
    return counted(visit, answer, Verdict.UNKNOWN)


def malformed_page(visit: Visit, fault: InvalidInput) -> Response:
    """400: no code at all; says where it is wrong."""
    detail = say(visit.lang, f"error.{fault.code}", **fault.values)
    answer = visit.house.pages.answer(
        "passport_none.html",
        visit.lang,
        status=400,
        sheets=SHEETS,
        verdict=Verdict.MALFORMED,
        tone="watch",
        detail=detail,
    )
    return counted(visit, answer, Verdict.MALFORMED)


def counted(visit: Visit, answer: Response, verdict: Verdict, lot_id: int | None = None) -> Response:
    """The answer, with its scan to be recorded after it was sent."""
    answer.headers.add_vary_header("Accept-Language")
    if visit.request.method == "GET":
        answer.background = BackgroundTask(visit.house.desk.take, Scan(visit.now, lot_id, verdict, visit.lang))
    return answer
