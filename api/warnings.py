"""Warnings for everybody: a feed for each administrative unit, and each warning as a CAP 1.2 message."""

from fastapi import APIRouter
from starlette.responses import Response

from api.deps import Conn, Lang, Now, TheHouse
from api.inputs import Id, UnitCode
from nongso.alerting.public import atom_xml, cap_xml
from nongso.store import warnings

router = APIRouter(prefix="/public", tags=["warnings"])


@router.get("/warnings/{unit}.atom")
def feed(conn: Conn, house: TheHouse, now: Now, lang: Lang, unit: UnitCode) -> Response:
    """What lasts in the unit and below it, and what ended in the last two days."""
    root = house.settings.public_url
    name = warnings.get_unit_name(conn, unit)
    found = warnings.list_public(conn, unit, now)
    body = atom_xml(found, lang, name, root, f"{root}/public/warnings/{unit}.atom", now)
    return Response(body, media_type="application/atom+xml")


@router.get("/cap/{alert_id}.xml")
def message(conn: Conn, house: TheHouse, alert_id: Id) -> Response:
    """An Alert while it lasts, a Cancel afterwards, in Vietnamese and English."""
    warning = warnings.get_public(conn, alert_id)
    body = cap_xml(warning, f"{house.settings.public_url}/public/cap/{alert_id}.xml")
    return Response(body, media_type="application/cap+xml")
