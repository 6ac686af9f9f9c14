"""Many devices from one table: looked at first, registered all or none, credentials handed out once."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Response
from pydantic import Field

from api.deps import Conn, Lang, Now, OfficeWriter
from api.inputs import Body
from nongso import device_sheet, store
from nongso.device_sheet import Fault, Place, Row, Sheet
from nongso.errors import InvalidInput
from nongso.mosquitto import password_hash
from nongso.people import Viewer
from nongso.store import audit_lines, contacts, device_groups, devices, gateways, places
from nongso.store.devices import DeviceDraft
from nongso.text import say
from nongso.tokens import new_token

router = APIRouter(prefix="/api/v1", tags=["devices"])

MOST_CHARACTERS = 1_000_000


class SheetFaulty(InvalidInput):
    """The table has `faults` faults, the first of them named; nothing of it was registered."""

    code = "device_sheet.faulty"


class ImportBody(Body):
    """`csv` as docs/devices.md describes it."""

    csv: Annotated[str, Field(max_length=MOST_CHARACTERS)]


@dataclass(frozen=True, slots=True)
class FaultView:
    """A cell that cannot be used, and why."""

    fault: Fault
    sentence: str


@dataclass(frozen=True, slots=True)
class Preview:
    """What would be registered, and what is in the way."""

    rows: list[Row]
    faults: list[FaultView]


@router.post("/device-imports/preview")
def preview(conn: Conn, viewer: OfficeWriter, lang: Lang, body: ImportBody) -> Preview:
    """Look at a table without registering anything."""
    sheet = read(conn, viewer, body.csv)
    return Preview(sheet.rows, [FaultView(fault, sentence(lang, fault)) for fault in sheet.faults])


@router.post("/device-imports", status_code=201, response_class=Response)
def register_all(conn: Conn, viewer: OfficeWriter, now: Now, lang: Lang, body: ImportBody) -> Response:
    """Register every row or none; the credentials as a CSV file, this once."""
    sheet = read(conn, viewer, body.csv)
    if sheet.faults:
        raise SheetFaulty(faults=len(sheet.faults), first=sentence(lang, sheet.faults[0]))
    credentials = [(row.id, register(conn, viewer, row, now)) for row in sheet.rows]
    for row in sheet.rows:  # only now are all gateways there
        if row.gateway_id is not None:
            gateways.set_gateway(conn, viewer, row.id, row.gateway_id)
    audit_lines.insert(conn, viewer, "device.import", f"devices:{len(sheet.rows)}", {"devices": len(sheet.rows)})
    headers = {"Content-Disposition": 'attachment; filename="devices.csv"'}
    return Response(device_sheet.credentials_csv(credentials), 201, headers, "text/csv; charset=utf-8")


def read(conn: store.Connection, viewer: Viewer, text: str) -> Sheet:
    fields = [Place(field.id, field.farm_name, field.name) for field in places.list_fields(conn, viewer)]
    known = [device.id for device in devices.list_devices(conn, viewer)]
    asked = {cells["id"] for _, cells in device_sheet.table(text)}
    taken = [entry.device_id for entry in contacts.list_registered(conn, asked)]
    return device_sheet.read(text, fields, known, taken)


def register(conn: store.Connection, viewer: Viewer, row: Row, now: datetime) -> str:
    """Register a row's device; its secret."""
    secret = new_token()
    draft = DeviceDraft(row.id, row.kind, row.name, row.interval_s, password_hash(secret))
    devices.insert(conn, viewer.office_id, draft, now)
    devices.move(conn, viewer, row.id, row.field_ids, now)
    device_groups.put(conn, viewer, row.id, row.groups)
    return secret


def sentence(lang: str, fault: Fault) -> str:
    return say(lang, f"device_sheet.{fault.problem}", row=fault.row, value=fault.value)
