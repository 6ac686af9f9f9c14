"""A device in use: its second secret, work on it, its gateway, groups, habits and the places it stood at."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter
from pydantic import Field

from api.accounts import Created
from api.deps import Conn, Now, OfficeReader, OfficeWriter, SignedIn
from api.devices import Credential
from api.inputs import Body, DeviceId, Id, Instant, Line, MaybeLine
from nongso.mosquitto import password_hash
from nongso.store import (
    audit_lines,
    device_groups,
    gateways,
    installations,
    intervals,
    maintenance,
    rotations,
)
from nongso.store.device_groups import DeviceGroup
from nongso.store.gateways import Heard
from nongso.store.installations import Installation
from nongso.store.intervals import DeviceInterval, SeriesInterval
from nongso.store.maintenance import Window
from nongso.tokens import new_token

router = APIRouter(prefix="/api/v1", tags=["devices"])


class RotationBody(Body):
    """For how long the old secret stays good beside the new one."""

    days: Annotated[int, Field(ge=1, le=30)] = 7


class WindowBody(Body):
    """From `from_at` (now when it is not given) until `to_at`."""

    to_at: Instant
    from_at: Instant | None = None
    reason: MaybeLine = ""


class GatewayBody(Body):
    gateway_id: DeviceId | None


class GroupsBody(Body):
    groups: Annotated[list[Line], Field(max_length=50)]


class IntervalBody(Body):
    """How often the device should report; null: expect its own habit."""

    interval_s: Annotated[int | None, Field(ge=1, le=7 * 86_400)]


@dataclass(frozen=True, slots=True)
class Intervals:
    """What is expected of a device and of each of its series, beside what was learned."""

    device: DeviceInterval
    series: list[SeriesInterval]


@router.post("/devices/{device_id}/rotation")
def begin_rotation(conn: Conn, viewer: OfficeWriter, now: Now, device_id: DeviceId, body: RotationBody) -> Credential:
    """A second credential, good at once beside the first; the first ends when the second is used over HTTP, is told to, or is due."""
    secret = new_token()
    until = now + timedelta(days=body.days)
    username = rotations.begin(conn, viewer.office_id, device_id, password_hash(secret), until)
    audit_lines.insert(conn, viewer, "device.rotation", f"device:{device_id}", {"until": until.isoformat()})
    return Credential(username, secret)


@router.post("/devices/{device_id}/rotation/finish", status_code=204)
def finish_rotation(conn: Conn, viewer: OfficeWriter, device_id: DeviceId) -> None:
    """The device uses its second credential: end the first now."""
    rotations.finish(conn, viewer.office_id, device_id)
    audit_lines.insert(conn, viewer, "device.rotation_end", f"device:{device_id}")


@router.get("/devices/{device_id}/maintenance")
def list_windows(conn: Conn, viewer: OfficeReader, device_id: DeviceId) -> list[Window]:
    return maintenance.list_windows(conn, viewer, device_id)


@router.post("/devices/{device_id}/maintenance", status_code=201)
def announce_work(conn: Conn, viewer: OfficeWriter, now: Now, device_id: DeviceId, body: WindowBody) -> Created:
    """Meanwhile its readings are flagged and its silence alarms nobody."""
    from_at = body.from_at or now
    window_id = maintenance.insert(conn, viewer, device_id, from_at, body.to_at, body.reason, now)
    detail = {"from": from_at.isoformat(), "to": body.to_at.isoformat()}
    audit_lines.insert(conn, viewer, "device.maintenance", f"device:{device_id}", detail)
    return Created(window_id)


@router.post("/maintenance/{window_id}/end", status_code=204)
def end_work(conn: Conn, viewer: OfficeWriter, now: Now, window_id: Id) -> None:
    """The work is done."""
    maintenance.end(conn, viewer, window_id, now)
    audit_lines.insert(conn, viewer, "device.maintenance_end", f"maintenance:{window_id}")


@router.put("/devices/{device_id}/gateway", status_code=204)
def set_gateway(conn: Conn, viewer: OfficeWriter, device_id: DeviceId, body: GatewayBody) -> None:
    """Say through which device this one speaks: the broker then lets that one publish on its topics."""
    gateways.set_gateway(conn, viewer, device_id, body.gateway_id)
    audit_lines.insert(conn, viewer, "device.gateway", f"device:{device_id}", {"gateway": body.gateway_id})


@router.get("/gateway-receptions")
def list_heard(conn: Conn, viewer: OfficeReader) -> list[Heard]:
    """Who heard whom over the air, the newest of each pair."""
    return gateways.list_heard(conn, viewer)


@router.get("/device-groups")
def list_groups(conn: Conn, viewer: OfficeReader) -> list[DeviceGroup]:
    return device_groups.list_groups(conn, viewer)


@router.put("/devices/{device_id}/groups", status_code=204)
def put_in_groups(conn: Conn, viewer: OfficeWriter, device_id: DeviceId, body: GroupsBody) -> None:
    """Put the device in exactly these groups; a new name makes a group."""
    device_groups.put(conn, viewer, device_id, body.groups)
    audit_lines.insert(conn, viewer, "device.groups", f"device:{device_id}", {"groups": "; ".join(body.groups)})


@router.get("/devices/{device_id}/intervals")
def list_intervals(conn: Conn, viewer: OfficeReader, device_id: DeviceId) -> Intervals:
    """How often it should report and how often it does."""
    device = intervals.get_device(conn, viewer, device_id)
    return Intervals(device, intervals.list_series(conn, viewer, device_id))


@router.put("/devices/{device_id}/interval", status_code=204)
def set_interval(conn: Conn, viewer: OfficeWriter, device_id: DeviceId, body: IntervalBody) -> None:
    intervals.configure(conn, viewer, device_id, body.interval_s)
    audit_lines.insert(conn, viewer, "device.interval", f"device:{device_id}", {"interval_s": body.interval_s})


@router.get("/devices/{device_id}/installations")
def list_installations(conn: Conn, viewer: SignedIn, device_id: DeviceId) -> list[Installation]:
    """Where the device stood, as far as the viewer sees those fields."""
    return installations.list_installations(conn, viewer, device_id)
