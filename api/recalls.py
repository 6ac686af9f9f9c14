"""Recalls: from the moment one is issued every passport of the lot says so first."""

from fastapi import APIRouter

from api.accounts import Created
from api.deps import Conn, Now, OfficeReader, OfficeWriter, TheHouse
from api.inputs import Body, Id, Line
from api.recall_work import open_case
from nongso.errors import Conflict
from nongso.store import audit_lines, events, lots, recalls
from nongso.store.recall_cases import CaseDraft
from nongso.store.recalls import Recall
from traceability import lot_events

router = APIRouter(prefix="/api/v1", tags=["recalls"])


class AlreadyRecalled(Conflict):
    """A recall of the lot is open."""

    code = "lot.already_recalled"


class ReasonBody(Body):
    """Read by buyers as it is written."""

    reason: Line


@router.get("/recalls")
def list_recalls(conn: Conn, viewer: OfficeReader) -> list[Recall]:
    """The open ones first."""
    return recalls.list_recalls(conn, viewer)


@router.post("/lots/{lot_id}/recall", status_code=201)
def recall_lot(conn: Conn, viewer: OfficeWriter, house: TheHouse, now: Now, lot_id: Id, body: ReasonBody) -> Created:
    """The lot and everything that was made of it, as a case of its own; the case's id. Raises AlreadyRecalled."""
    lot = lots.get_lot(conn, viewer, lot_id)
    if lot.recalled_at is not None:
        raise AlreadyRecalled(number=lot.number)
    draft = CaseDraft(body.reason, compulsory=False, drill=False, both_ways=False, found_at=now)
    case_id = open_case(conn, viewer, house, [lot_id], draft, now)
    audit_lines.insert(conn, viewer, "lot.recall", f"lot:{lot_id}", {"reason": body.reason})
    return Created(case_id)


@router.post("/lots/{lot_id}/recall/lift", status_code=204)
def lift_recall(conn: Conn, viewer: OfficeWriter, now: Now, lot_id: Id, body: ReasonBody) -> None:
    lot = lots.get_lot(conn, viewer, lot_id)
    recalls.lift_recall(conn, viewer, lot_id, body.reason, now)
    events.insert_event(conn, viewer, lot_id, lot_events.lifted(lot, now), now)
    audit_lines.insert(conn, viewer, "lot.recall_lift", f"lot:{lot_id}", {"reason": body.reason})
