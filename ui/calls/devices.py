"""Devices: the register, the credential that is shown once, which fields they serve."""

from dataclasses import dataclass
from datetime import datetime

from ui.door import Door


@dataclass(frozen=True, slots=True)
class Device:
    id: str
    kind: str
    name: str
    expected_interval_s: int
    registered_at: datetime
    revoked_at: datetime | None
    heard_at: datetime | None
    battery_v: float | None
    battery_percent: float | None
    field_ids: list[int]


@dataclass(frozen=True, slots=True)
class Listed:
    """A device and whether it is silent at this moment."""

    device: Device
    silent: bool


@dataclass(frozen=True, slots=True)
class DeviceDraft:
    id: str
    kind: str
    name: str
    expected_interval_s: int
    field_ids: list[int]


@dataclass(frozen=True, slots=True)
class Credential:
    """User name and password at the broker; the password is never shown again."""

    username: str
    password: str


def list_devices(door: Door) -> list[Listed]:
    return door.get("/api/v1/devices", list[Listed])


def register(door: Door, draft: DeviceDraft) -> Credential:
    return door.post("/api/v1/devices", draft, Credential)


def rotate(door: Door, device_id: str) -> Credential:
    return door.post(f"/api/v1/devices/{device_id}/rotate", None, Credential)


def revoke(door: Door, device_id: str) -> None:
    door.do("POST", f"/api/v1/devices/{device_id}/revoke")


def move(door: Door, device_id: str, field_ids: list[int]) -> None:
    door.do("PUT", f"/api/v1/devices/{device_id}/fields", {"field_ids": field_ids})
