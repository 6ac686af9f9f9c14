"""A device in use: its second secret, work on it, its gateway, groups, habits, places; many devices at once."""

from dataclasses import dataclass
from datetime import datetime

from ui.calls.devices import Credential
from ui.door import Door


@dataclass(frozen=True, slots=True)
class Window:
    """From `from_at` to `to_at` its readings are not believed and its silence alarms nobody."""

    id: int
    device_id: str
    from_at: datetime
    to_at: datetime
    reason: str
    recorded_by: str


@dataclass(frozen=True, slots=True)
class Installation:
    field_name: str
    farm_name: str
    from_at: datetime
    to_at: datetime | None


@dataclass(frozen=True, slots=True)
class DeviceHabit:
    """How often it should report, whence that number is, and how often it does."""

    expected_interval_s: int
    source: str
    learned_s: int | None


@dataclass(frozen=True, slots=True)
class SeriesHabit:
    series_id: int
    property: str
    depth_cm: int | None
    expected_s: int


@dataclass(frozen=True, slots=True)
class Habits:
    device: DeviceHabit
    series: list[SeriesHabit]


@dataclass(frozen=True, slots=True)
class Group:
    id: int
    name: str
    device_ids: list[str]


@dataclass(frozen=True, slots=True)
class Heard:
    """Who heard whom over the air, the newest of a pair."""

    gateway_id: str
    device_id: str
    device_name: str
    heard_at: datetime
    rssi: float | None
    snr: float | None


@dataclass(frozen=True, slots=True)
class Calibration:
    """value = gain · raw + shift from `valid_from` on."""

    id: int
    valid_from: datetime
    gain: float
    shift: float
    note: str
    recorded_by: str


@dataclass(frozen=True, slots=True)
class CalibrationDraft:
    valid_from: datetime
    gain: float
    shift: float
    note: str


@dataclass(frozen=True, slots=True)
class BatchKey:
    """`used` of `most` devices have come by it."""

    id: int
    name: str
    kind: str
    most: int
    used: int
    expires_at: datetime
    revoked_at: datetime | None


@dataclass(frozen=True, slots=True)
class KeyDraft:
    name: str
    kind: str
    most: int
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class NewKey:
    """`key` is shown once."""

    id: int
    key: str


@dataclass(frozen=True, slots=True)
class Row:
    id: str
    name: str
    kind: str


@dataclass(frozen=True, slots=True)
class Fault:
    sentence: str


@dataclass(frozen=True, slots=True)
class Preview:
    """What a table would register, and what is in the way."""

    rows: list[Row]
    faults: list[Fault]


def begin_rotation(door: Door, device_id: str, days: int) -> Credential:
    """A second credential, good beside the first for so many days."""
    return door.post(f"/api/v1/devices/{device_id}/rotation", {"days": days}, Credential)


def finish_rotation(door: Door, device_id: str) -> None:
    door.do("POST", f"/api/v1/devices/{device_id}/rotation/finish")


def list_windows(door: Door, device_id: str) -> list[Window]:
    return door.get(f"/api/v1/devices/{device_id}/maintenance", list[Window])


def announce_work(door: Door, device_id: str, to_at: datetime, reason: str) -> None:
    """From now on."""
    door.do("POST", f"/api/v1/devices/{device_id}/maintenance", {"to_at": to_at, "reason": reason})


def end_work(door: Door, window_id: int) -> None:
    door.do("POST", f"/api/v1/maintenance/{window_id}/end")


def set_gateway(door: Door, device_id: str, gateway_id: str | None) -> None:
    door.do("PUT", f"/api/v1/devices/{device_id}/gateway", {"gateway_id": gateway_id})


def list_heard(door: Door) -> list[Heard]:
    return door.get("/api/v1/gateway-receptions", list[Heard])


def list_groups(door: Door) -> list[Group]:
    return door.get("/api/v1/device-groups", list[Group])


def put_in_groups(door: Door, device_id: str, groups: list[str]) -> None:
    """Exactly these; a new name makes a group."""
    door.do("PUT", f"/api/v1/devices/{device_id}/groups", {"groups": groups})


def get_habits(door: Door, device_id: str) -> Habits:
    return door.get(f"/api/v1/devices/{device_id}/intervals", Habits)


def set_interval(door: Door, device_id: str, interval_s: int | None) -> None:
    """None: expect its own habit."""
    door.do("PUT", f"/api/v1/devices/{device_id}/interval", {"interval_s": interval_s})


def list_installations(door: Door, device_id: str) -> list[Installation]:
    return door.get(f"/api/v1/devices/{device_id}/installations", list[Installation])


def list_calibrations(door: Door, series_id: int) -> list[Calibration]:
    return door.get(f"/api/v1/series/{series_id}/calibrations", list[Calibration])


def calibrate(door: Door, series_id: int, draft: CalibrationDraft) -> None:
    door.do("POST", f"/api/v1/series/{series_id}/calibrations", draft)


def list_keys(door: Door) -> list[BatchKey]:
    return door.get("/api/v1/provisioning-keys", list[BatchKey])


def create_key(door: Door, draft: KeyDraft) -> str:
    return door.post("/api/v1/provisioning-keys", draft, NewKey).key


def revoke_key(door: Door, key_id: int) -> None:
    door.do("DELETE", f"/api/v1/provisioning-keys/{key_id}")


def preview(door: Door, csv: str) -> Preview:
    return door.post("/api/v1/device-imports/preview", {"csv": csv}, Preview)


def register_all(door: Door, csv: str) -> bytes:
    """The credentials as CSV, this once."""
    return door.take("POST", "/api/v1/device-imports", {"csv": csv})


def print_stickers(door: Door, device_ids: list[str]) -> bytes:
    """A PDF; earlier stickers of these devices are dead."""
    return door.take("POST", "/api/v1/device-stickers", {"device_ids": device_ids})
