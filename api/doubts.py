"""“This reading is wrong”: anybody who works a field may say so, and the office finds out."""

from datetime import timedelta
from typing import Annotated, Literal

from fastapi import APIRouter
from pydantic import Field

from api.accounts import Created
from api.deps import Conn, Now, OfficeWriter, SignedIn
from api.harvests import Grower
from api.inputs import Body, Id, Line, MaybeLine
from nongso.store import audit_lines, doubts
from nongso.store.doubts import Doubt, DoubtDraft

router = APIRouter(prefix="/api/v1", tags=["doubts"])

MOST_LISTED = 200
LONGEST_H = 30 * 24


class DoubtBody(Body):
    """The readings of the last `hours`."""

    hours: Annotated[int, Field(ge=1, le=LONGEST_H)]
    reason: Line


class FindingBody(Body):
    """`wrong`: the readings are refused for good; `right`: they count again."""

    finding: Literal["wrong", "right"]
    note: MaybeLine = ""


@router.get("/doubts")
def list_doubts(conn: Conn, viewer: SignedIn) -> list[Doubt]:
    """The office's, or one's own; open ones first, at most 200."""
    return doubts.list_doubts(conn, viewer, MOST_LISTED)


@router.post("/series/{series_id}/doubts", status_code=201)
def doubt(conn: Conn, viewer: Grower, now: Now, series_id: Id, body: DoubtBody) -> Created:
    """Until the office has looked into it nothing is advised from these readings; alerts freeze, none is resolved."""
    draft = DoubtDraft(now - timedelta(hours=body.hours), now, body.reason)
    doubt_id = doubts.insert(conn, viewer, series_id, draft, now)
    detail = {"doubt": doubt_id, "hours": body.hours, "reason": body.reason}
    audit_lines.insert(conn, viewer, "reading.doubt", f"series:{series_id}", detail)
    return Created(doubt_id)


@router.post("/doubts/{doubt_id}/finding", status_code=204)
def settle(conn: Conn, viewer: OfficeWriter, now: Now, doubt_id: Id, body: FindingBody) -> None:
    """What the office found, once."""
    doubts.settle(conn, viewer, doubt_id, body.finding, body.note, now)
    audit_lines.insert(conn, viewer, "reading.finding", f"doubt:{doubt_id}", {"finding": body.finding})
