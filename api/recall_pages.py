"""Two printable pages of a recall: what a party that was told reads and answers, without signing in; the report of a case."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Form, Response

from api.deps import Conn, House, Lang, Now, OfficeReader, TheHouse
from api.inputs import Id
from api.recall_cases import view
from nongso import recalls as rules
from nongso import store
from nongso.errors import InvalidInput, NotFound
from nongso.people import Role, Viewer
from nongso.recalls import Treatment
from nongso.store import epcis_events, recall_cases
from nongso.store.recall_cases import AnswerDraft, Notice, RecallCase
from nongso.text import say
from nongso.text.format import parse_number
from traceability import chain_events
from traceability.chain_events import Goods
from traceability.lot_links import place_uri

router = APIRouter(include_in_schema=False)

SHEETS = ("recall",)
MOST_KG = 10_000_000
Typed = Annotated[str, Form(max_length=40)]


class BadWeight(InvalidInput):
    """No weight, or less than nothing."""

    code = "recall.bad_weight"


@router.get("/recall/{token}")
def open_notice(conn: Conn, house: TheHouse, now: Now, lang: Lang, token: str) -> Response:
    """What the party must do, and where it says what it still has. The address is the proof of who they are."""
    notice = found(conn, token)
    case = recall_cases.get_case_of(conn, notice)
    recall_cases.open_notice(conn, notice.id, now)
    return page(house, lang, notice, case, "")


@router.post("/recall/{token}")
def answer(
    conn: Conn,
    house: TheHouse,
    now: Now,
    lang: Lang,
    token: str,
    answered_by: Annotated[str, Form(max_length=200)] = "",
    held: Typed = "",
    returned: Typed = "",
    sold: Typed = "",
    note: Annotated[str, Form(max_length=200)] = "",
) -> Response:
    """The first answer stands. What cannot be read is asked for again, and nothing is kept of it."""
    notice = found(conn, token)
    case = recall_cases.get_case_of(conn, notice)
    try:
        if case.closed_at is not None:
            raise rules.CaseClosed()
        draft = read_answer(answered_by, (held, returned, sold), note)
        recall_cases.answer_notice(conn, notice.id, draft, now)
    except (InvalidInput, rules.CaseClosed, rules.AlreadyAnswered) as fault:
        return page(house, lang, notice, case, say(lang, f"error.{fault.code}", **fault.values), fault.status)
    record(conn, house, case, notice, draft, now)
    return page(house, lang, found(conn, token), case, "")


class NoName(InvalidInput):
    """Nobody said who answers."""

    code = "recall.no_name"


def read_answer(answered_by: str, weights: tuple[str, str, str], note: str) -> AnswerDraft:
    """Raises NoName, BadWeight or BadNumber. A weight left empty is none."""
    name = " ".join(answered_by.split())
    if not name:
        raise NoName()
    held, returned, sold = (read_weight(typed) for typed in weights)
    return AnswerDraft(name, held, returned, sold, " ".join(note.split()))


def read_weight(typed: str) -> float:
    kg = float(parse_number(typed)) if typed.strip() else 0.0
    if not 0 <= kg <= MOST_KG:
        raise BadWeight()
    return kg


def record(
    conn: store.Connection, house: House, case: RecallCase, notice: Notice, draft: AnswerDraft, now: datetime
) -> None:
    """The answer as an event. It is recorded in the name of the officer who opened the case: the link was given by them."""
    keeper = Viewer(case.opened_by, case.office_id, Role.OFFICER, draft.answered_by)
    things = recall_cases.list_things(conn, case.id)
    goods = [Goods(thing.epc, weighed=False) for thing in things if thing.is_class]
    address = place_uri("recall", case.id, house.settings.public_url)
    epcis_events.lock_office(conn, case.office_id)
    epcis_events.append_event(conn, keeper, chain_events.answered_recall(goods, now, notice.party, address), now)


def found(conn: store.Connection, token: str) -> Notice:
    """Raises NotFound."""
    notice = recall_cases.find_notice(conn, token)
    if notice is None:
        raise NotFound()
    return notice


def page(house: House, lang: str, notice: Notice, case: RecallCase, problem: str, status: int = 200) -> Response:
    return house.pages.answer(
        "recall_notice.html",
        lang,
        status=status,
        sheets=SHEETS,
        notice=notice,
        case=case,
        problem=problem,
        due_at=rules.due_at(case.found_at),
    )


@router.get("/recall-report/{case_id}")
def report(conn: Conn, viewer: OfficeReader, house: TheHouse, now: Now, case_id: Id) -> Response:
    """Everything of the case on paper, for the file and for a drill."""
    state = view(conn, viewer, house, recall_cases.get_case(conn, viewer, case_id), now)
    sums = {
        kind: sum(each.quantity_kg for each in state.treated if each.kind == kind)
        for kind in Treatment
        if any(each.kind == kind for each in state.treated)
    }
    return house.pages.answer(
        "recall_report.html", viewer.lang, sheets=SHEETS, state=state, case=state.case, treated=sums, now=now
    )
