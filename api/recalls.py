"""Recalls lot by lot, as buyers read them, and their lifting; a recall begins as a case (api/recall_cases.py)."""

from fastapi import APIRouter

from api.deps import Conn, Now, OfficeReader, OfficeWriter
from api.inputs import Body, Id, Line
from nongso.store import audit_lines, events, lots, recalls
from nongso.store.recalls import Recall
from traceability import lot_events

router = APIRouter(prefix="/api/v1", tags=["recalls"])


class ReasonBody(Body):
    """Read by buyers as it is written."""

    reason: Line


@router.get("/recalls")
def list_recalls(conn: Conn, viewer: OfficeReader) -> list[Recall]:
    """The open ones first."""
    return recalls.list_recalls(conn, viewer)


@router.post("/lots/{lot_id}/recall/lift", status_code=204)
def lift_recall(conn: Conn, viewer: OfficeWriter, now: Now, lot_id: Id, body: ReasonBody) -> None:
    lot = lots.get_lot(conn, viewer, lot_id)
    recalls.lift_recall(conn, viewer, lot_id, body.reason, now)
    events.insert_event(conn, viewer, lot_id, lot_events.lifted(lot, now), now)
    audit_lines.insert(conn, viewer, "lot.recall_lift", f"lot:{lot_id}", {"reason": body.reason})
