"""Alerts: the open ones, the past ones, and that somebody has seen them."""

from typing import Annotated, Literal

from fastapi import APIRouter, Query

from api.deps import Conn, Lang, Now, SignedIn
from api.inputs import Id
from api.views import AlertView, alert_view
from nongso.errors import Forbidden
from nongso.people import Role
from nongso.store import alerts, audit_lines

router = APIRouter(prefix="/api/v1", tags=["alerts"])


@router.get("/alerts")
def list_alerts(
    conn: Conn, viewer: SignedIn, lang: Lang, state: Annotated[Literal["open", "all"], Query()] = "open"
) -> list[AlertView]:
    """Open alerts first, the most severe first; `state=all` adds the newest closed ones."""
    found = alerts.list_alerts(conn, viewer)
    return [alert_view(lang, alert) for alert in found if state == "all" or alert.closed_at is None]


@router.post("/alerts/{alert_id}/acknowledge", status_code=204)
def acknowledge(conn: Conn, viewer: SignedIn, now: Now, alert_id: Id) -> None:
    """Say that one has seen it; the first to say so stands."""
    if viewer.role is Role.INSPECTOR:
        raise Forbidden()
    alerts.acknowledge(conn, viewer, alert_id, now)
    audit_lines.insert(conn, viewer, "alert.acknowledge", f"alert:{alert_id}")
