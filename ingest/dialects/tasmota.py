"""Tasmota: `tele/{topic}/SENSOR` with the device's local time, `tele/{topic}/LWT` retained.

Source: Tasmota's documentation of MQTT. `Time` has no offset; it is read in the integration's zone.
"""

from datetime import datetime
from zoneinfo import ZoneInfo

from ingest.dialects import shape
from ingest.dialects.uplink import Incoming, Said, Unreadable, Uplink
from nongso.readings import Reason

DEFAULTS = "tasmota"
UNITS = {"Temperature": "TempUnit", "DewPoint": "TempUnit", "Pressure": "PressureUnit", "SeaPressure": "PressureUnit"}
SETTINGS = frozenset({"Time", "TempUnit", "PressureUnit", "SpeedUnit"})
STATES = {"Online": True, "Offline": False}
FIRST_YEAR = 2000  # a device that has not reached a time server counts from 1970


def filters(root: str) -> tuple[str, ...]:
    return (f"{root}/+/SENSOR", f"{root}/+/LWT")


def read(incoming: Incoming) -> list[Uplink]:
    """Raises Unreadable."""
    sender, _, kind = incoming.path.rpartition("/")
    if kind == "LWT":
        return [Uplink(shape.clean(sender), online=STATES.get(shape.text_of(incoming.payload)))]
    if incoming.retained:
        raise Unreadable(Reason.RETAINED)
    body = shape.json_object(incoming.payload)
    ts = with_offset(body.get("Time"), ZoneInfo(incoming.zone))
    said = (
        Said(field, value, ts, unit_of(field, body)) for field, value in shape.leaves(body) if field not in SETTINGS
    )
    return [Uplink(shape.clean(sender), said=tuple(said), defaults=DEFAULTS)]


def with_offset(time: object, zone: ZoneInfo) -> object:
    """The local time with its offset; None for a clock that was never set; as it is when it is no time."""
    if not isinstance(time, str):
        return time
    try:
        at = datetime.fromisoformat(time)
    except ValueError:
        return time
    if at.year < FIRST_YEAR:
        return None
    return (at if at.tzinfo is not None else at.replace(tzinfo=zone)).isoformat()


def unit_of(field: str, body: dict[str, object]) -> str | None:
    setting = UNITS.get(field.rpartition(".")[2])
    return shape.name(body.get(setting)) or None if setting else None
