"""Harvests: a farmer records for their own fields, an officer for all."""

from typing import Annotated

from fastapi import APIRouter, Depends

from api.accounts import Created
from api.deps import Conn, Now, SignedIn
from api.inputs import Body, Day, Id, MaybeLine
from api.register_inputs import Kilograms, RowId, Search
from api.waiting import keep_waiting
from nongso.clock import local_day
from nongso.errors import Forbidden, InvalidInput
from nongso.people import Role, Viewer
from nongso.store import audit_lines, diary, harvests
from nongso.store.harvests import Harvest

router = APIRouter(prefix="/api/v1", tags=["harvests"])


class HarvestInFuture(InvalidInput):
    """Nothing is harvested tomorrow."""

    code = "harvest.in_future"


class HarvestBody(Body):
    """`waiting_reason` is for an officer who records a harvest although a spray's waiting period was not over."""

    field_id: RowId
    harvested_on: Day
    quantity_kg: Kilograms
    waiting_reason: MaybeLine = ""


def grower(viewer: SignedIn) -> Viewer:
    """Everybody but an inspector; the store keeps a farmer to their own fields."""
    if viewer.role is Role.INSPECTOR:
        raise Forbidden()
    return viewer


Grower = Annotated[Viewer, Depends(grower)]


@router.get("/harvests")
def list_harvests(conn: Conn, viewer: SignedIn, search: Search = "") -> list[Harvest]:
    """Newest first; `search` finds fields and farms with or without their marks."""
    return harvests.list_harvests(conn, viewer, search)


@router.post("/harvests", status_code=201)
def create_harvest(conn: Conn, viewer: Grower, now: Now, body: HarvestBody) -> Created:
    """Refused with 409 before the end of a waiting period of the field's diary."""
    if body.harvested_on > local_day(now):
        raise HarvestInFuture(day=body.harvested_on)
    harvest_id = harvests.insert_harvest(conn, viewer, body.field_id, body.harvested_on, body.quantity_kg, now)
    kept = keep_waiting(conn, viewer, body.field_id, body.harvested_on, body.waiting_reason, now)
    diary.update_waiting_reason(conn, harvest_id, kept)
    detail = {"field": body.field_id, "day": body.harvested_on.isoformat(), "kg": body.quantity_kg}
    audit_lines.insert(conn, viewer, "harvest.create", f"harvest:{harvest_id}", detail)
    return Created(harvest_id)


@router.delete("/harvests/{harvest_id}", status_code=204)
def delete_harvest(conn: Conn, viewer: Grower, harvest_id: Id) -> None:
    """Take back one typed by mistake, as long as no lot was made of it."""
    harvests.delete_harvest(conn, viewer, harvest_id)
    audit_lines.insert(conn, viewer, "harvest.delete", f"harvest:{harvest_id}")
