"""`/report/{code}`: a buyer tells the office that something is wrong with a label or the goods; no sign-in, no script."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from api import visitors
from api.deps import BuyerLang, Conn, Now, TheHouse
from nongso import store
from nongso.errors import InvalidInput, NotFound, TooMany
from nongso.label_scans import CaseKind
from nongso.store import label_cases, label_scans, passports
from nongso.store.label_cases import CaseDraft, Report
from nongso.store.passports import LotFacts
from nongso.text import say
from nongso.text.sorting import normal
from traceability.gs1 import local

router = APIRouter(include_in_schema=False)

KINDS = {"label": CaseKind.CLONE, "goods": CaseKind.QUALITY, "place": CaseKind.DIVERSION}
MOST_A_DAY = 5
MOST_WORDS, MOST_CONTACT = 1000, 100


class ReportIncomplete(InvalidInput):
    """Nothing was chosen or nothing was written."""

    code = "report.incomplete"


class TooManyReports(TooMany):
    """Somebody has written often enough for a day."""

    code = "report.too_many"


@dataclass(frozen=True, slots=True)
class About:
    """What a report is about: a lot, or one label of it."""

    lot: LotFacts
    serial: str


@dataclass(frozen=True, slots=True)
class Typed:
    """What the form brought, tidied."""

    kind: str = ""
    words: str = ""
    contact: str = ""


async def typed(request: Request) -> Typed:
    """Async because the body is read from the link."""
    async with request.form(max_files=0, max_fields=10) as form:
        words = {name: value for name, value in form.items() if isinstance(value, str)}
    return Typed(
        words.get("kind", ""),
        plain(words.get("words", ""), MOST_WORDS),
        plain(words.get("contact", ""), MOST_CONTACT),
    )


def plain(text: str, most: int) -> str:
    """Text without control characters but new lines, cut where the form would have stopped."""
    return normal("".join(letter for letter in text if letter == "\n" or letter.isprintable()).strip())[:most]


def find_about(conn: store.Connection, code: str) -> About:
    """Raises BadLocalCode or NotFound."""
    known = local.parse(code)
    lot = passports.find_lot_by_code(conn, known)
    if lot is not None:
        return About(lot, "")
    label = label_scans.find_label(conn, known[: local.LENGTH])
    of_label = passports.find_lot_by_code(conn, label.lot_code) if label else None
    if label is None or of_label is None:
        raise NotFound()
    return About(of_label, label.serial)


@router.get("/report/{code}")
def open_form(conn: Conn, house: TheHouse, lang: BuyerLang, code: str) -> Response:
    return form(conn, house, lang, code, Typed())


def form(
    conn: store.Connection, house: TheHouse, lang: str, code: str, filled: Typed, fault: InvalidInput | None = None
) -> Response:
    about = find_about(conn, code)
    product = passports.get_product(conn, about.lot.product_id)
    return house.pages.answer(
        "report.html",
        lang,
        status=fault.status if fault else 200,
        sheets=("passport", "report"),
        code=local.parse(code),
        name=f"{product.product_name} · {about.lot.number}",
        office=product.office_name,
        kinds=tuple(KINDS),
        kind=filled.kind,
        words=filled.words,
        contact=filled.contact,
        problem=say(lang, f"error.{fault.code}") if fault else "",
    )


@router.post("/report/{code}")
def send(
    request: Request, conn: Conn, house: TheHouse, lang: BuyerLang, now: Now, code: str,
    filled: Annotated[Typed, Depends(typed)],
) -> Response:  # fmt: skip
    """A case for staff, or one more voice in the one that is open. Raises TooManyReports."""
    if filled.kind not in KINDS or not filled.words:
        return form(conn, house, lang, code, filled, ReportIncomplete())
    about = find_about(conn, code)
    visitor = label_scans.pseudonym(conn, visitors.address(request), now)
    if label_cases.count_reports(conn, visitor, now - timedelta(days=1)) >= MOST_A_DAY:
        raise TooManyReports()
    product = passports.get_product(conn, about.lot.product_id)
    office = passports.get_office_of_lot(conn, about.lot.lot_id)
    draft = CaseDraft(
        office, KINDS[filled.kind], product.product_id, about.lot.lot_id, about.serial, {"reported": True}
    )
    report = Report(now, filled.kind, filled.words, filled.contact)
    label_cases.insert_report(conn, label_cases.open_case(conn, draft, now), report, visitor)
    return house.pages.answer(
        "reported.html", lang, sheets=("passport",), code=local.parse(code), office=product.office_name
    )
