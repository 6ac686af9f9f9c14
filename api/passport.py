"""The buyer's page: what the code on a label opens, as HTML without script; the scan is counted after the answer is sent."""

import logging
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache, partial
from typing import Annotated
from urllib.parse import quote, unquote

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from starlette.background import BackgroundTask

from api.crop_pictures import picture
from api.deps import Conn, House, Now, house, lang
from api.inputs import Id
from api.pages import Pages
from api.passport_chart import chart
from nongso import store
from nongso.brands import standing
from nongso.catalogue import PROPERTIES
from nongso.clock import local_day
from nongso.errors import InvalidInput, NongsoError, NotFound
from nongso.store import passports, products, scans
from nongso.store.passports import LotFacts, ProductFacts, UnitName
from nongso.text import say
from traceability.gs1 import link, local
from traceability.gs1.digits import gtin_14
from traceability.gs1.elements import Element
from traceability.gs1.local import grouped
from traceability.passport import Passport, Verdict, read_passport

router = APIRouter(include_in_schema=False)
log = logging.getLogger(__name__)

SHEETS = ("passport",)
POLICY = "Content-Security-Policy"
REMEMBERED = 256  # pages: what a village sells in a season, or one lot that everybody talks about
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
    return Visit(request, house(request), lang(request), now)


Visited = Annotated[Visit, Depends(visit)]


@router.api_route("/01/{rest:path}", methods=GET_OR_HEAD)
def open_link(conn: Conn, visit: Visited) -> Response:
    """A GS1 Digital Link of ours: /01/{gtin}/10/{lot}, or /01/{gtin} of a label without a lot."""
    try:
        path = read_path(visit.request.scope["raw_path"].decode("ascii", "replace"))
    except InvalidInput as fault:
        return malformed_page(visit, fault)
    product = passports.find_product(conn, path[0].value)
    if product is None or [element.ai for element in path[1:]] not in ([], ["10"]):
        return unknown_page(visit)
    if len(path) == 1:
        return product_page(visit, product)
    lot = passports.find_lot(conn, product.product_id, path[1].value)
    return lot_page(conn, visit, product, lot) if lot is not None else unknown_page(visit)


@router.api_route("/t", methods=GET_OR_HEAD)
def ask_for_code(visit: Visited, code: str = "") -> Response:
    """Where a person types the short code that stands under a label's QR code."""
    if code:
        return RedirectResponse(f"/t/{quote(code.strip(), safe='')}?lang={visit.lang}", 303)
    return visit.house.pages.answer("passport_ask.html", visit.lang, sheets=SHEETS)


@router.api_route("/t/{code}", methods=GET_OR_HEAD)
@router.api_route("/T/{code}", methods=GET_OR_HEAD)
def open_code(conn: Conn, visit: Visited, code: str) -> Response:
    """A short code of ours, however it was typed."""
    try:
        known = local.parse(code)
    except InvalidInput as fault:
        return malformed_page(visit, fault)
    lot = passports.find_lot_by_code(conn, known)
    if lot is None:
        return unknown_page(visit)
    return lot_page(conn, visit, passports.get_product(conn, lot.product_id), lot)


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


def lot_page(conn: store.Connection, visit: Visit, product: ProductFacts, lot: LotFacts) -> Response:
    passport = read_passport(conn, product, lot, visit.now)
    kept = written_page(visit.house.pages, visit.lang, passport, visit.now.replace(second=0, microsecond=0))
    answer = HTMLResponse(kept.body, headers={POLICY: kept.headers[POLICY]})
    return counted(visit, answer, passport.verdict, lot.lot_id)


@lru_cache(maxsize=REMEMBERED)
def written_page(pages: Pages, lang: str, passport: Passport, seen_at: datetime) -> Response:
    """The page that says these facts. It is remembered by the facts themselves, so no change can meet an old page."""
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
        now=seen_at,
        local_day=local_day,
        place_name=partial(place_name, lang),
    )


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
    answer.headers["Vary"] = "Accept-Language"
    if visit.request.method == "GET":
        answer.background = BackgroundTask(record_scan, visit, verdict, lot_id)
    return answer


def record_scan(visit: Visit, verdict: Verdict, lot_id: int | None) -> None:
    """A scan that cannot be written is lost; the page was not."""
    try:
        with store.connection(visit.house.pool) as conn:
            scans.insert_scan(conn, lot_id, verdict, visit.lang, visit.now)
    except NongsoError as fault:
        log.warning("scan not recorded: %s", fault)
