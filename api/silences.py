"""Silences: nobody is told of something for a while, with a reason and an end."""

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import Field

from api.deps import Conn, Now, SignedIn
from api.inputs import Body, DeviceId, Line, Slug
from nongso.alerting.catalogue import check_known
from nongso.errors import Forbidden, InvalidInput
from nongso.people import Role, Viewer
from nongso.store import audit_lines, silences
from nongso.store.silences import Silence, Silenced

router = APIRouter(prefix="/api/v1", tags=["silences"])

LONGEST_H = 30 * 24


class SilencesNothing(InvalidInput):
    """Neither a rule, a field nor a device was named."""

    code = "silence.nothing"


class SilenceBody(Body):
    """At least one of rule, field and device; a farmer silences their own fields only."""

    rule: Slug | None = None
    field_id: Annotated[int | None, Field(ge=1, le=2**31 - 1)] = None
    device_id: DeviceId | None = None
    reason: Line
    hours: Annotated[int, Field(ge=1, le=LONGEST_H)]


@router.get("/silences")
def list_silences(conn: Conn, viewer: SignedIn, now: Now) -> list[Silence]:
    """Those that last, the next to end first."""
    return silences.list_silences(conn, viewer, now)


@router.post("/silences", status_code=204)
def insert(conn: Conn, viewer: SignedIn, now: Now, body: SilenceBody) -> None:
    """The alert goes on and is shown; nobody is told of it until the end."""
    what = named(viewer, body.rule, body.field_id, body.device_id)
    number = silences.insert(conn, viewer, what, body.reason, now, now + timedelta(hours=body.hours))
    audit_lines.insert(conn, viewer, "silence.begin", f"silence:{number}", {"reason": body.reason})


@router.delete("/silences", status_code=204)
def end(
    conn: Conn,
    viewer: SignedIn,
    now: Now,
    rule: str | None = None,
    field_id: Annotated[int | None, Query(ge=1, le=2**31 - 1)] = None,
    device_id: str | None = None,
) -> None:
    """End the silences of exactly this; nothing happens where there is none."""
    what = named(viewer, rule, field_id, device_id)
    ended = silences.end(conn, viewer, what, now)
    audit_lines.insert(conn, viewer, "silence.end", f"rule:{rule or '*'}", {"ended": str(ended)})


def named(viewer: Viewer, rule: str | None, field_id: int | None, device_id: str | None) -> Silenced:
    """Raises Forbidden for an inspector, who changes nothing, UnknownRule and SilencesNothing."""
    if viewer.role is Role.INSPECTOR:
        raise Forbidden()
    if rule is None and field_id is None and device_id is None:
        raise SilencesNothing()
    if rule is not None:
        check_known(rule)
    return Silenced(rule, field_id, device_id)
