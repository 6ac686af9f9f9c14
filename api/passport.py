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
from markupsafe import Markup
from starlette.background import BackgroundTask, BackgroundTasks

from api.crop_pictures import picture
from api.deps import Conn, House, Now, buyer_lang, house
from api.inputs import Id
from api.pages import Pages
from api.passport_chart import chart
from api.visitors import Told, record, sighting
from nongso import store
from nongso.brands import standing
from nongso.catalogue import PROPERTIES
from nongso.clock import local_day
from nongso.errors import InvalidInput, NotFound
from nongso.store import label_scans, passports, products
from nongso.store.passports import LotFacts, ProductFacts, UnitName
from nongso.store.scans import Scan
from nongso.text import find, say
from nongso.text.format import moment
from traceability.growing import Growing
from traceability.gs1 import link, local
from traceability.gs1.digits import gtin_14
from traceability.gs1.elements import Element
from traceability.gs1.local import grouped
from traceability.labels.serials import code_of
from traceability.passport import Passport, Verdict, read_passport
from traceability.unit_label import with_label

router = APIRouter(include_in_schema=False)

SHEETS = ("passport",)
POLICY = "Content-Security-Policy"
REMEMBERED = 1000  # pages of some 15 KiB: what a village sells in a season, or one lot that everybody talks about
PAGES_AT_ONCE = 4  # more threads on two cores would only wait for each other; each holds a connection
MOST_ORIGINS = 8  # the others are counted: a page has 14 KiB
MARK = "\N{OBJECT REPLACEMENT CHARACTER}"  # where a remembered page will say when it was seen
GET_OR_HEAD = ["GET", "HEAD"]
A_YEAR_S = 365 * 86_400
UNITS = {key: entry.unit for key, entry in PROPERTIES.items()}
TONES = {
    Verdict.IN_BOOK: "good",
    Verdict.UNIT: "good",
    Verdict.RECALLED: "act",
}  # every other verdict of a lot asks for a second look


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


@dataclass(frozen=True, slots=True)
class Ghost:
    """A serial under a product of ours that nobody issued."""

    product: ProductFacts
    serial: str


Found = Passport | ProductFacts | Ghost | None  # a lot; a product whose label names no lot; not in the book


@router.api_route("/01/{rest:path}", methods=GET_OR_HEAD, dependencies=[Turn])
def open_link(visit: Visited) -> Response:
    """A GS1 Digital Link of ours: /01/{gtin}/21/{serial} of one piece, /01/{gtin}/10/{lot}, or /01/{gtin} without a lot."""
    try:
        path = read_path(visit.request.scope["raw_path"].decode("ascii", "replace"))
    except InvalidInput as fault:
        return malformed_page(visit, fault)
    with store.reading(visit.house.pool) as conn:
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
    with store.reading(visit.house.pool) as conn:
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
    named = {element.ai: element.value for element in path[1:]}
    if product is None or not set(named) <= {"10", "21"}:
        return None
    if "21" in named:
        return find_unit(conn, visit, named["21"], product.product_id) or Ghost(product, named["21"])
    if not named:
        return product
    lot = passports.find_lot(conn, product.product_id, named["10"])
    return read(conn, visit, product, lot) if lot is not None else None


def find_by_code(conn: store.Connection, visit: Visit, code: str) -> Found:
    """Of a lot, or of one piece: the same code without its check character is the piece's serial."""
    lot = passports.find_lot_by_code(conn, code)
    if lot is None:
        return find_unit(conn, visit, code[: local.LENGTH])
    return read(conn, visit, passports.get_product(conn, lot.product_id), lot)


def find_unit(conn: store.Connection, visit: Visit, serial: str, product_id: int | None = None) -> Passport | None:
    """The passport of the lot that a label stands for today; None for a serial nobody issued, or under another product's number."""
    label = label_scans.find_label(conn, serial)
    if label is None or product_id not in (None, label.product_id):
        return None
    lot = passports.find_lot_by_code(conn, label.lot_code)
    assert lot is not None
    return with_label(read(conn, visit, passports.get_product(conn, label.product_id), lot), label)


def read(conn: store.Connection, visit: Visit, product: ProductFacts, lot: LotFacts) -> Passport:
    growing = visit.house.growing.get(conn, lot, product.crop, visit.now)
    return read_passport(conn, product, lot, growing, visit.now)


def page_of(visit: Visit, found: Found) -> Response:
    if found is None:
        return unknown_page(visit)
    if isinstance(found, ProductFacts):
        return product_page(visit, found)
    if isinstance(found, Ghost):
        return ghost_page(visit, found)
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
    lot, unit = passport.lot, passport.unit
    told = Told(unit.serial, unit.product_id, lot.lot_id, passport.verdict) if unit else None
    return counted(visit, answer, passport.verdict, lot.lot_id, told)


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
        code=grouped(code_of(passport.unit.serial) if passport.unit else lot.code),
        report=code_of(passport.unit.serial) if passport.unit else lot.code,
        share=f"{pages.public_url}/t/{lot.code}",
        growing=written_growing(pages, lang, passport.growing),
        most_origins=MOST_ORIGINS,
        now=MARK,
        local_day=local_day,
        place_name=partial(place_name, lang),
        step_name=partial(step_name, lang),
    )


@lru_cache(maxsize=REMEMBERED)
def written_growing(pages: Pages, lang: str, growing: Growing) -> Markup:
    """What sensors measured, in words and a chart: half of the work of a page, and the same for all lots of a harvest."""
    return pages.part("passport_growing.html", lang, growing=growing, chart=chart(growing), units=UNITS)


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
    return counted(visit, none_page(visit, 404, Verdict.UNKNOWN, "act"), Verdict.UNKNOWN)


def ghost_page(visit: Visit, ghost: Ghost) -> Response:
    """404: the product is ours, the serial is not. Only what everybody may know of the product is said."""
    detail = say(visit.lang, "passport.ghost", product=ghost.product.product_name, office=ghost.product.office_name)
    answer = none_page(visit, 404, Verdict.GHOST, "act", detail)
    return counted(visit, answer, Verdict.GHOST, told=Told(ghost.serial, ghost.product.product_id, None, Verdict.GHOST))


def none_page(visit: Visit, status: int, verdict: Verdict, tone: str, detail: str = "") -> Response:
    return visit.house.pages.answer(
        "passport_none.html", visit.lang, status=status, sheets=SHEETS, verdict=verdict, tone=tone, detail=detail
    )


def malformed_page(visit: Visit, fault: InvalidInput) -> Response:
    """400: no code at all; says where it is wrong."""
    detail = say(visit.lang, f"error.{fault.code}", **fault.values)
    answer = none_page(visit, 400, Verdict.MALFORMED, "watch", detail)
    return counted(visit, answer, Verdict.MALFORMED)


def counted(
    visit: Visit, answer: Response, verdict: Verdict, lot_id: int | None = None, told: Told | None = None
) -> Response:
    """The answer, with its scan to be recorded after it was sent, and what was told of a serial."""
    answer.headers.add_vary_header("Accept-Language")
    if visit.request.method != "GET":
        return answer
    tasks = [BackgroundTask(visit.house.desk.take, Scan(visit.now, lot_id, verdict, visit.lang))]
    if told is not None:
        seen = sighting(visit.request, visit.house.settings.scan_area_header, told, visit.now)
        tasks.append(BackgroundTask(record, visit.house.pool, seen))
    answer.background = BackgroundTasks(tasks)
    return answer
