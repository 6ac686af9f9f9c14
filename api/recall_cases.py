"""Recalls from the dry run to the report: what is reached, who was told and answered, what became of the goods."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import Field, StringConstraints

from api.accounts import Created
from api.deps import Conn, House, Now, OfficeReader, OfficeWriter, TheHouse
from api.inputs import Body, Id, Instant, Line, MaybeLine
from api.parties import Phone
from api.recall_work import Plan, extend, goods_of, open_case, plan
from api.register_inputs import Kilograms, RowId
from nongso import recalls as rules
from nongso import store
from nongso.clock import local_day
from nongso.errors import NotFound
from nongso.people import Viewer
from nongso.recalls import Answer, Effect, Treatment
from nongso.store import audit_lines, epcis_events, lots, recall_cases
from nongso.store.recall_cases import CaseDraft, Notice, NoticeDraft, RecallCase, Thing, Treated
from traceability import chain_events
from traceability.chain_events import Goods
from traceability.lot_links import place_uri

router = APIRouter(prefix="/api/v1", tags=["recalls"])

MOST_LOTS = 50
TREATED = {
    Treatment.FIX: chain_events.mended,
    Treatment.OTHER_USE: chain_events.given_other_use,
    Treatment.RE_EXPORT: chain_events.sent_back,
    Treatment.DESTROY: chain_events.destroyed,
}


class CaseBody(Body):
    """`digest`: of the dry run that is confirmed. `reason` is read by buyers as it is written.

    `found_at`: when the fault was established, now where it is left out.
    """

    lot_ids: Annotated[list[RowId], Field(min_length=1, max_length=MOST_LOTS)]
    digest: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
    reason: Line
    compulsory: bool = False
    drill: bool = False
    both_ways: bool = False
    found_at: Instant | None = None


class ToldBody(Body):
    """`phone`: the number that was called, where the register had none or another."""

    phone: Phone = ""


class TreatmentBody(Body):
    lot_id: RowId
    kind: Treatment
    kg: Kilograms
    note: MaybeLine = ""


class CloseBody(Body):
    """`note` says why, where somebody who got the goods has not answered."""

    note: MaybeLine = ""


@dataclass(frozen=True, slots=True)
class Reached:
    """The dry run: nothing is changed by looking. A recall names its `digest`, so that nobody recalls what they have not seen."""

    digest: str
    things: list[Thing]
    notices: tuple[NoticeDraft, ...]
    sent_kg: float
    recalled_already: list[str]


@dataclass(frozen=True, slots=True)
class NoticeView:
    """`link` opens the party's own page without signing in."""

    notice: Notice
    link: str


@dataclass(frozen=True, slots=True)
class CaseView:
    """`due_at` ends the 24 hours. `told_all_at` and `answered_all_at` are None until the last one was. `undiscovered`: came to light since."""

    case: RecallCase
    due_at: datetime
    things: list[Thing]
    notices: list[NoticeView]
    treated: list[Treated]
    effect: Effect
    share: float | None
    told_all_at: datetime | None
    answered_all_at: datetime | None
    undiscovered: list[str]


@dataclass(frozen=True, slots=True)
class Cases:
    """`drill_due_by`: the day by which the next drill must be; a drill is due once a quarter."""

    cases: list[RecallCase]
    last_drill_on: date | None
    drill_due_by: date


@router.get("/recall-reach")
def get_reach(
    conn: Conn,
    viewer: OfficeReader,
    house: TheHouse,
    now: Now,
    lot: Annotated[list[int], Query(min_length=1, max_length=MOST_LOTS)],
    both_ways: bool = False,
) -> Reached:
    """What a recall of these lots would reach and who would be told."""
    return reached(plan(conn, viewer, house, lot, both_ways, now), now)


def reached(work: Plan, now: datetime) -> Reached:
    sent = sum(notice.sent_kg or 0.0 for notice in work.notices if notice.direction == "down")
    already = [lot.number for lot in work.lots if lot.recalled_at is not None]
    return Reached(work.digest, work.things(now), work.notices, sent, already)


@router.get("/recall-cases")
def list_cases(conn: Conn, viewer: OfficeReader, now: Now) -> Cases:
    """The open ones first."""
    found = recall_cases.list_cases(conn, viewer)
    last = max((local_day(case.opened_at) for case in found if case.drill), default=None)
    return Cases(found, last, rules.drill_due_by(last, local_day(now)))


@router.post("/recall-cases", status_code=201)
def create_case(conn: Conn, viewer: OfficeWriter, house: TheHouse, now: Now, body: CaseBody) -> Created:
    """Recall the lots and all that hangs together with them; a drill only looks.

    Raises NotFound, FoundLater, TooWide, and ReachChanged when the dry run is not the one of now.
    """
    found_at = body.found_at or now
    rules.check_found(found_at, now)
    draft = CaseDraft(body.reason, body.compulsory, body.drill, body.both_ways, found_at)
    case_id = open_case(conn, viewer, house, body.lot_ids, draft, body.digest, now)
    detail = {"reason": body.reason, "drill": body.drill, "lots": len(body.lot_ids)}
    audit_lines.insert(conn, viewer, "recall.open", f"recall_case:{case_id}", detail)
    return Created(case_id)


@router.get("/recall-cases/{case_id}")
def get_case(conn: Conn, viewer: OfficeReader, house: TheHouse, now: Now, case_id: Id) -> CaseView:
    """The case as it stands, with what has come to light since it was opened."""
    return view(conn, viewer, house, recall_cases.get_case(conn, viewer, case_id), now)


def view(conn: store.Connection, viewer: Viewer, house: House, case: RecallCase, now: datetime) -> CaseView:
    things, notices = recall_cases.list_things(conn, case.id), recall_cases.list_notices(conn, case.id)
    down = [notice for notice in notices if notice.direction == "down"]
    weighed = rules.effect(Answer(notice.sent_kg, accounted(notice)) for notice in down)
    told, answered = [notice.told_at for notice in notices], [notice.answered_at for notice in down]
    return CaseView(
        case,
        rules.due_at(case.found_at),
        things,
        [NoticeView(notice, f"{house.settings.public_url}/recall/{notice.token}") for notice in notices],
        recall_cases.list_treated(conn, case.id),
        weighed,
        weighed.share,
        last_of(told),
        last_of(answered),
        undiscovered(conn, viewer, house, case, things, now) if case.closed_at is None else [],
    )


def accounted(notice: Notice) -> float | None:
    if notice.answered_at is None:
        return None
    return (notice.held_kg or 0.0) + (notice.returned_kg or 0.0) + (notice.sold_kg or 0.0)


def last_of(moments: list[datetime | None]) -> datetime | None:
    """The last of them; None while one is missing."""
    known = [moment for moment in moments if moment is not None]
    return max(known) if known and len(known) == len(moments) else None


def undiscovered(
    conn: store.Connection, viewer: Viewer, house: House, case: RecallCase, things: list[Thing], now: datetime
) -> list[str]:
    held = {thing.epc for thing in things}
    seeds = [thing.lot_id for thing in things if thing.seed and thing.lot_id is not None]
    work = plan(conn, viewer, house, seeds, case.both_ways, now)
    return [thing.name for thing in work.things(now) if thing.epc not in held]


@router.post("/recall-cases/{case_id}/extend", status_code=204)
def extend_case(conn: Conn, viewer: OfficeWriter, house: TheHouse, now: Now, case_id: Id) -> None:
    """Reach also what came to light since. Raises CaseClosed."""
    found = extend(conn, viewer, house, open_one(conn, viewer, case_id), now)
    audit_lines.insert(conn, viewer, "recall.extend", f"recall_case:{case_id}", {"things": found})


@router.post("/recall-cases/{case_id}/notices/{notice_id}/told", status_code=204)
def tell(
    conn: Conn, viewer: OfficeWriter, house: TheHouse, now: Now, case_id: Id, notice_id: Id, body: ToldBody
) -> None:
    """The party was told, by call or message. Raises CaseClosed."""
    case = open_one(conn, viewer, case_id)
    recall_cases.tell(conn, viewer, case_id, notice_id, body.phone, now)
    told = next(notice for notice in recall_cases.list_notices(conn, case_id) if notice.id == notice_id)
    goods = goods_of(recall_cases.list_things(conn, case_id))
    event = chain_events.told_of_recall(goods, now, told.party, address(house, case.id))
    epcis_events.lock_office(conn, viewer.office_id)
    epcis_events.append_event(conn, viewer, event, now)
    audit_lines.insert(conn, viewer, "recall.tell", f"recall_notice:{notice_id}", {"case": case_id})


@router.post("/recall-cases/{case_id}/treatments", status_code=204)
def treat(conn: Conn, viewer: OfficeWriter, house: TheHouse, now: Now, case_id: Id, body: TreatmentBody) -> None:
    """What became of so much of a recalled lot. Raises CaseClosed, NotFound for a lot outside the case, MoreThanLot."""
    case = open_one(conn, viewer, case_id)
    if body.lot_id not in {thing.lot_id for thing in recall_cases.list_things(conn, case_id)}:
        raise NotFound()
    lot = lots.get_lot(conn, viewer, body.lot_id)
    before = sum(each.quantity_kg for each in recall_cases.list_treated(conn, case_id) if each.lot_id == lot.id)
    if before + body.kg > lot.quantity_kg:
        raise rules.MoreThanLot(number=lot.number, lot_kg=lot.quantity_kg, treated_kg=before)
    recall_cases.insert_treatment(conn, viewer, case_id, lot.id, body.kind, body.kg, body.note, now)
    if not case.drill:
        event = TREATED[body.kind](Goods(lot.epc_class, body.kg), now, address(house, case_id))
        epcis_events.lock_office(conn, viewer.office_id)
        epcis_events.append_event(conn, viewer, event, now, lot.id)
    detail = {"lot": lot.number, "kind": body.kind, "kg": body.kg}
    audit_lines.insert(conn, viewer, "recall.treat", f"recall_case:{case_id}", detail)


@router.post("/recall-cases/{case_id}/close", status_code=204)
def close(conn: Conn, viewer: OfficeWriter, house: TheHouse, now: Now, case_id: Id, body: CloseBody) -> None:
    """End the case; its lots stay recalled until each is lifted. Raises CaseClosed, NotAnswered without a note."""
    case = open_one(conn, viewer, case_id)
    state = view(conn, viewer, house, case, now)
    waiting = [notice.notice.name for notice in state.notices if notice.notice.answered_at is None]
    if state.effect.answered < state.effect.parties and not body.note:
        raise rules.NotAnswered(names=", ".join(waiting))
    recall_cases.close_case(conn, viewer, case_id, body.note, now)
    goods = goods_of(state.things)
    epcis_events.lock_office(conn, viewer.office_id)
    epcis_events.append_event(conn, viewer, chain_events.noted(goods, now, address(house, case_id)), now)
    audit_lines.insert(conn, viewer, "recall.close", f"recall_case:{case_id}", {"note": body.note})


def open_one(conn: store.Connection, viewer: Viewer, case_id: int) -> RecallCase:
    """Raises NotFound or CaseClosed."""
    case = recall_cases.get_case(conn, viewer, case_id)
    if case.closed_at is not None:
        raise rules.CaseClosed()
    return case


def address(house: House, case_id: int) -> str:
    return place_uri("recall", case_id, house.settings.public_url)
