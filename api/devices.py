"""The register of devices: a credential is shown once, then only its hash is kept."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter
from pydantic import Field

from api.deps import Conn, Now, OfficeWriter, SignedIn
from api.inputs import Body, DeviceId, Instant, Line
from nongso.devices import Kind, silent_after
from nongso.mosquitto import password_hash
from nongso.store import audit_lines, devices
from nongso.store.devices import Device, DeviceDraft
from nongso.tokens import new_token

router = APIRouter(prefix="/api/v1", tags=["devices"])

FieldIds = Annotated[list[Annotated[int, Field(ge=1, le=2**31 - 1)]], Field(max_length=100)]


class DeviceBody(Body):
    """`accept_from` lets a device bring history from before its registration; without it only newer observations are taken.

    Without an interval the device's own habit is expected of it, 900 s until that is known.
    """

    id: DeviceId
    kind: Kind
    name: Line
    expected_interval_s: Annotated[int | None, Field(ge=1, le=7 * 86_400)] = None
    field_ids: FieldIds = Field(default_factory=list)
    accept_from: Instant | None = None


class MoveBody(Body):
    """From `from_at` (now when it is not given) the device serves exactly these fields."""

    field_ids: FieldIds
    from_at: Instant | None = None


@dataclass(frozen=True, slots=True)
class Credential:
    """The device's user name and password at the broker. The password is shown this once and never again."""

    username: str
    password: str


@dataclass(frozen=True, slots=True)
class DeviceView:
    """A device and whether it is silent now: never heard, or not within three of its intervals."""

    device: Device
    silent: bool


@router.get("/devices")
def list_devices(conn: Conn, viewer: SignedIn, now: Now) -> list[DeviceView]:
    """Office roles see all devices of the office, a farmer those that serve their fields."""
    return [DeviceView(device, is_silent(device, now)) for device in devices.list_devices(conn, viewer)]


@router.post("/devices", status_code=201)
def register(conn: Conn, viewer: OfficeWriter, now: Now, body: DeviceBody) -> Credential:
    secret = new_token()
    draft = DeviceDraft(body.id, body.kind, body.name, body.expected_interval_s, password_hash(secret))
    devices.insert(conn, viewer.office_id, draft, body.accept_from or now)
    devices.move(conn, viewer, body.id, body.field_ids, body.accept_from or now)
    audit_lines.insert(conn, viewer, "device.register", f"device:{body.id}", {"kind": body.kind, "name": body.name})
    return Credential(body.id, secret)


@router.post("/devices/{device_id}/rotate")
def rotate(conn: Conn, viewer: OfficeWriter, device_id: DeviceId) -> Credential:
    """Give the device another password; the old one stops working when the broker has read the new file."""
    secret = new_token()
    devices.update_secret(conn, viewer.office_id, device_id, password_hash(secret))
    audit_lines.insert(conn, viewer, "device.rotate", f"device:{device_id}")
    return Credential(device_id, secret)


@router.post("/devices/{device_id}/revoke", status_code=204)
def revoke(conn: Conn, viewer: OfficeWriter, now: Now, device_id: DeviceId) -> None:
    """End a device: its password, its installations and its alerts. Its readings stay."""
    devices.revoke(conn, viewer.office_id, device_id, now)
    audit_lines.insert(conn, viewer, "device.revoke", f"device:{device_id}")


@router.put("/devices/{device_id}/fields", status_code=204)
def move(conn: Conn, viewer: OfficeWriter, now: Now, device_id: DeviceId, body: MoveBody) -> None:
    """Say which fields the device serves from now on, or from an instant on."""
    devices.move(conn, viewer, device_id, body.field_ids, body.from_at or now)
    fields = " ".join(map(str, body.field_ids))
    audit_lines.insert(conn, viewer, "device.move", f"device:{device_id}", {"fields": fields})


def is_silent(device: Device, now: datetime) -> bool:
    """Never heard, or not within the silence limit; one that is revoked is not expected to speak."""
    if device.revoked_at is not None:
        return False
    return device.heard_at is None or now - device.heard_at > silent_after(device.expected_interval_s)
