"""The water of the light page: what each valve is known to do, and the button that stops it, without script."""

from dataclasses import dataclass
from datetime import datetime

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from api import deps
from api.deps import Conn, Now
from api.harvests import Grower
from api.inputs import Id
from api.irrigation import ask_to_stop, look_at_all
from api.irrigation_views import ZoneView
from nongso import store
from nongso.people import Role, Viewer
from nongso.store import irrigation_zones

router = APIRouter(include_in_schema=False)

LEVELS = {"closed": "good", "open": "watch", "opening": "watch", "closing": "watch", "unknown": "act"}
MOVING = ("opening", "closing")
LOOK_AGAIN_S = 5


@dataclass(frozen=True, slots=True)
class Water:
    """A zone as the page shows it. `may_stop`: the reader may, and nobody knows that it is closed."""

    zone: ZoneView
    level: str
    may_stop: bool


def waters(conn: store.Connection, viewer: Viewer, now: datetime, lang: str) -> list[Water]:
    """The zones of the viewer, those that may be open first."""
    zones = look_at_all(conn, viewer, now, lang)
    shown = [Water(zone, LEVELS[zone.state], may_stop(viewer, zone)) for zone in zones]
    return sorted(shown, key=lambda water: water.zone.state == "closed")


def may_stop(viewer: Viewer, zone: ZoneView) -> bool:
    return viewer.role is not Role.INSPECTOR and zone.state != "closed"


def is_moving(shown: list[Water]) -> bool:
    """Whether the page is worth looking at again by itself in a moment."""
    return any(water.zone.state in MOVING for water in shown)


@router.post("/m/water/{zone_id}/stop")
def stop(request: Request, conn: Conn, viewer: Grower, now: Now, zone_id: Id) -> Response:
    """Back to the page, which says what the valve says."""
    ask_to_stop(conn, viewer, irrigation_zones.get_plan(conn, viewer, zone_id), now)
    lang = deps.lang(request) if "lang" in request.query_params else viewer.lang
    return RedirectResponse(f"/m?stopped={zone_id}&lang={lang}#water", status_code=303)
