"""The buyer's page: what the code on a label opens, as HTML without script; the scan is counted after the answer is sent."""

import gzip
from dataclasses import dataclass
from datetime import date
from functools import lru_cache, partial
from typing import Any
from urllib.parse import quote, unquote

from fastapi import APIRouter, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from markupsafe import Markup
from starlette.background import BackgroundTask, BackgroundTasks

from api.crop_pictures import picture
from api.deps import BuyerLang, Conn, TheHouse
from api.inputs import Id
from api.page_route import PageRoute, Visit, always, asks_for_no_links, asks_for_page
from api.pages import Pages
from api.passport_chart import chart
from api.visitors import Told, record, sighting
from nongso import store
from nongso.brands import standing
from nongso.catalogue import PROPERTIES
from nongso.clock import local_day
from nongso.errors import InvalidInput, NotFound
from nongso.store import passports, products
from nongso.store.passport_facts import Key, facts_of, find_facts
from nongso.store.passports import ProductFacts, UnitName
from nongso.store.scans import Scan
from nongso.text import find, say
from nongso.text.format import moment
from traceability.growing import Growing
from traceability.gs1 import link, local
from traceability.gs1.digits import gtin_14
from traceability.gs1.elements import Element
from traceability.gs1.local import grouped
from traceability.labels.serials import code_of
from traceability.passport import Passport, Place, Verdict, overdue, passport_of, read_place
from traceability.unit_label import with_label

router = APIRouter(include_in_schema=False)

SHEETS = ("passport",)
POLICY = "Content-Security-Policy"
REMEMBERED = 1000  # pages of some 15 KiB: what a village sells in a season, or one lot that everybody talks about
MOST_ORIGINS = 8  # the others are counted: a page has 14 KiB
MARK = "\N{OBJECT REPLACEMENT CHARACTER}"  # where a remembered page will say when it was seen
GET_OR_HEAD = ["GET", "HEAD"]
A_YEAR_S = 365 * 86_400
UNITS = {key: entry.unit for key, entry in PROPERTIES.items()}
TONES = {
    Verdict.IN_BOOK: "good",
    Verdict.UNIT: "good",
    Verdict.RECALLED: "act",
    Verdict.FAILED_CHECK: "act",
}  # every other verdict of a lot asks for a second look


@dataclass(frozen=True, slots=True)
class Ghost:
    """A serial under a product of ours that nobody issued."""

    product: ProductFacts
    serial: str


@dataclass(frozen=True, slots=True)
class Said:
    """All that a lot's page says but the moment it was seen. The day, because papers end; `late` as `overdue` gives it."""

    facts: str
    place: Place
    growing: Growing
    today: date
    late: tuple[bool, ...]


@dataclass(frozen=True, slots=True)
class Written:
    """A lot's page with MARK for the moment, and what whoever opens it is told."""

    body: bytes
    policy: str
    lot_id: int
    verdict: Verdict
    told: Told | None


Found = Said | ProductFacts | Ghost | None  # a lot; a product whose label names no lot; not in the book


def open_link(visit: Visit) -> Response:
    """A GS1 Digital Link of ours: /01/{gtin}/21/{serial} of one piece, /01/{gtin}/10/{lot}, or /01/{gtin} without a lot."""
    try:
        path = read_path(visit.request.scope["raw_path"].decode("ascii", "replace"))
    except InvalidInput as fault:
        return malformed_page(visit, fault)
    with store.reading(visit.house.pool) as conn:
        found = find_by_link(conn, visit, path)
    return page_of(visit, found)


@router.api_route("/t", methods=GET_OR_HEAD)
def ask_for_code(house: TheHouse, lang: BuyerLang, code: str = "") -> Response:
    """Where a person types the short code that stands under a label's QR code."""
    if code:
        return RedirectResponse(f"/t/{quote(code.strip(), safe='')}?lang={lang}", 303)
    return house.pages.answer("passport_ask.html", lang, sheets=SHEETS)


def open_code(visit: Visit) -> Response:
    """A short code of ours, however it was typed."""
    try:
        known = local.parse(visit.request.path_params["code"])
    except InvalidInput as fault:
        return malformed_page(visit, fault)
    with store.reading(visit.house.pool) as conn:
        found = read(conn, visit, Key(code=known, serial=known[: local.LENGTH]))
    return page_of(visit, found)


PAGES = (
    PageRoute("/t/{code}", open_code, asks_for_no_links),
    PageRoute("/T/{code}", open_code, asks_for_no_links),
    PageRoute("/01/{rest:path}", open_link, asks_for_page),
    PageRoute("/p/{rest:path}", open_link, always),  # where the resolver sends programs
)


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
    gtin, named = path[0].value, {element.ai: element.value for element in path[1:]}
    if not set(named) <= {"10", "21"}:
        return None
    serial, number = named.get("21"), None if "21" in named else named.get("10")
    if named and (said := read(conn, visit, Key(gtin=gtin, serial=serial, number=number))):
        return said
    product = None if number else passports.find_product(conn, gtin)
    return Ghost(product, serial) if product and serial else product


def read(conn: store.Connection, visit: Visit, key: Key) -> Said | None:
    """What the page of a lot, or of one piece of it, says at this moment; None for what is not in the book."""
    text = find_facts(conn, key)
    if text is None:
        return None
    facts, today = facts_of(text), local_day(visit.now)
    growing = visit.house.growing.get(conn, facts.lot, facts.product.crop, visit.now)
    return Said(text, read_place(conn, facts.lot, today), growing, today, overdue(facts, visit.now))


def page_of(visit: Visit, found: Found) -> Response:
    if found is None:
        return unknown_page(visit)
    if isinstance(found, ProductFacts):
        return product_page(visit, found)
    if isinstance(found, Ghost):
        return ghost_page(visit, found)
    return lot_page(visit, found)


def lot_page(visit: Visit, said: Said) -> Response:
    page = written_page(visit.house.pages, visit.lang, said)
    sent = stamped(page.body, moment(visit.lang, visit.now))
    headers = {POLICY: page.policy}
    if "gzip" in visit.request.headers.get("accept-encoding", ""):
        packed = {"Content-Encoding": "gzip", "Vary": "Accept-Encoding"}
        answer = HTMLResponse(sent.packed, headers={**headers, **packed})
    else:
        answer = HTMLResponse(sent.plain, headers=headers)
    return counted(visit, answer, page.verdict, page.lot_id, page.told)


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
def written_page(pages: Pages, lang: str, said: Said) -> Written:
    """The page is written from `said` and nothing else and is remembered by it, so no change can meet an old page."""
    facts = facts_of(said.facts)
    unit = facts.unit
    passport = passport_of(facts, said.place, said.growing, said.today, said.late)
    if unit is not None:
        passport = with_label(passport, unit)
    page = pages.answer("passport_lot.html", lang, sheets=SHEETS, **words(pages, lang, passport))
    told = Told(unit.serial, unit.product_id, facts.lot.lot_id, passport.verdict) if unit else None
    return Written(bytes(page.body), page.headers[POLICY], facts.lot.lot_id, passport.verdict, told)


def words(pages: Pages, lang: str, passport: Passport) -> dict[str, Any]:
    """What the template of a lot's page is given."""
    product, lot = passport.product, passport.lot
    return {
        "passport": passport,
        "verdict": passport.verdict,
        "tone": TONES.get(passport.verdict, "watch"),
        "product": product,
        "picture": picture(product.crop),
        "brand_standing": standing(product.brand_valid_from, product.brand_valid_to, passport.today),
        "lot": lot,
        "code": grouped(code_of(passport.unit.serial) if passport.unit else lot.code),
        "report": code_of(passport.unit.serial) if passport.unit else lot.code,
        "share": f"{pages.public_url}/t/{lot.code}",
        "growing": written_growing(pages, lang, passport.growing),
        "most_origins": MOST_ORIGINS,
        "now": MARK,
        "local_day": local_day,
        "place_name": partial(place_name, lang),
        "step_name": partial(step_name, lang),
    }


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
