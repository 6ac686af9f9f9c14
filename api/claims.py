"""Stickers for devices, and the page a sticker opens on a phone: say at which field the device stands."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from pydantic import Field

from api import deps
from api.deps import Conn, Lang, Now, OfficeWriter, SignedIn, TheHouse
from api.inputs import Body, DeviceId
from nongso import store
from nongso.errors import Forbidden
from nongso.people import Role, Viewer
from nongso.store import audit_lines, claims, devices, places
from nongso.store.claims import Standing, Stuck
from nongso.text import say
from nongso.tokens import token_hash
from traceability.gs1 import local
from traceability.labels import sheet
from traceability.labels.press import Label
from traceability.labels.stock import get_stock

router = APIRouter()

MOST_STICKERS = 500
MOST_FIELDS = 30  # buttons on the page; the rest is found by its name
STATUS = {Standing.GOOD: 200, Standing.WRONG: 404, Standing.USED: 409, Standing.EXPIRED: 409, Standing.DEAD: 409}

Device = Annotated[DeviceId, Query(alias="d")]
Code = Annotated[str, Query(alias="c", max_length=40)]


class StickersBody(Body):
    stock: Annotated[str, Field(max_length=40)] = "a4-24"
    device_ids: Annotated[list[DeviceId], Field(min_length=1, max_length=MOST_STICKERS)]


@router.post("/api/v1/device-stickers", tags=["devices"], response_class=Response)
def print_stickers(
    conn: Conn, viewer: OfficeWriter, house: TheHouse, now: Now, lang: Lang, body: StickersBody
) -> Response:
    """A sheet with a new one-time code for each device; earlier stickers of these devices are dead."""
    stock = get_stock(body.stock)
    codes = {device_id: local.mint() for device_id in body.device_ids}
    hashes = {device_id: token_hash(code) for device_id, code in codes.items()}
    stuck = claims.insert_codes(conn, viewer.office_id, hashes, now)
    office = places.get_office(conn, viewer.office_id).name
    labels = [sticker(device, codes[device.device_id], house.settings.public_url, office, lang) for device in stuck]
    pdf = sheet.render(labels, stock, lang=lang)
    audit_lines.insert(conn, viewer, "device.stickers", f"devices:{len(stuck)}", {"devices": len(stuck)})
    headers = {"Content-Disposition": 'attachment; filename="stickers.pdf"'}
    return Response(pdf, headers=headers, media_type="application/pdf")


def sticker(device: Stuck, code: str, public_url: str, office: str, lang: str) -> Label:
    uri = f"{public_url}/claim?d={device.device_id}&c={code}"
    title = say(lang, "claim.sticker", device=device.device_id)
    return Label(uri, device.name, title, "", None, local.grouped(code), office)


@router.get("/claim", include_in_schema=False)
def claim_page(
    request: Request,
    conn: Conn,
    viewer: SignedIn,
    house: TheHouse,
    now: Now,
    device_id: Device,
    code: Code,
    search: Annotated[str, Query(max_length=100)] = "",
) -> Response:
    """The device and a button for each field the viewer may put it at."""
    lang = language(request, viewer)
    standing, device = look(conn, viewer, device_id, code, now)
    fields = places.list_fields(conn, viewer, search.replace("\0", "")) if standing is Standing.GOOD else []
    return house.pages.answer(
        "claim.html",
        lang,
        status=STATUS[standing],
        problem=problem(lang, standing),
        device=device,
        code=code,
        fields=fields[:MOST_FIELDS],
        more=max(0, len(fields) - MOST_FIELDS),
        search=search,
    )


@router.post("/claim", include_in_schema=False)
def claim(
    request: Request,
    conn: Conn,
    viewer: SignedIn,
    house: TheHouse,
    now: Now,
    device_id: Device,
    code: Code,
    field_id: Annotated[int, Query(alias="field", ge=1, le=2**31 - 1)],
) -> Response:
    """From now on the device serves this field and no other, and the sticker is used up."""
    lang = language(request, viewer)
    standing, device = look(conn, viewer, device_id, code, now)
    if standing is not Standing.GOOD or device is None:
        return house.pages.answer("claim.html", lang, status=STATUS[standing], problem=problem(lang, standing))
    field = places.get_field(conn, viewer, field_id)
    devices.move(conn, viewer, device_id, [field_id], now)
    claims.use(conn, viewer, device_id, now)
    audit_lines.insert(conn, viewer, "device.claim", f"device:{device_id}", {"field": field_id})
    return house.pages.answer("claimed.html", lang, device=device, field=field)


def problem(lang: str, standing: Standing) -> str:
    """Why the sticker is good for nothing; "" when it is good."""
    return "" if standing is Standing.GOOD else say(lang, f"claim.{standing}")


def look(
    conn: store.Connection, viewer: Viewer, device_id: str, code: str, now: datetime
) -> tuple[Standing, Stuck | None]:
    """What the sticker is good for. A wrong code is answered, not raised, so that its count is kept."""
    if viewer.role is Role.INSPECTOR:
        raise Forbidden()
    return claims.look(conn, viewer.office_id, device_id, token_hash(typed(code)), now)


def typed(code: str) -> str:
    """The code as printed, from what was scanned or typed; what is none stays as it is, and fits nothing."""
    try:
        return local.parse(code)
    except local.BadLocalCode:
        return code


def language(request: Request, viewer: Viewer) -> str:
    return deps.lang(request) if "lang" in request.query_params else viewer.lang
