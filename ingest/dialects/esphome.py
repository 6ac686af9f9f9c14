"""ESPHome: a bare value on `{root}/{device}/sensor/{name}/state`, `online` or `offline` on `{root}/{device}/status`.

Source: ESPHome's MQTT client component. There is no time in it: readings stand at their arrival and say so.
"""

import re

from ingest.dialects import shape
from ingest.dialects.uplink import Incoming, Said, Unreadable, Uplink
from nongso.readings import Reason

PATH = re.compile(r"([^/]+)/(sensor|binary_sensor|switch|valve)/([^/]+)/state")
STATUS = {"online": True, "offline": False}
SWITCHED: dict[str, object] = {"ON": True, "OFF": False, "OPEN": True, "CLOSED": False}


def filters(root: str) -> tuple[str, ...]:
    components = ("sensor", "binary_sensor", "switch", "valve")
    return (*(f"{root}/+/{component}/+/state" for component in components), f"{root}/+/status")


def read(incoming: Incoming) -> list[Uplink]:
    """Raises Unreadable."""
    device, _, last = incoming.path.rpartition("/")
    if last == "status" and "/" not in device:
        return [Uplink(shape.clean(device), online=STATUS.get(shape.text_of(incoming.payload)))]
    found = PATH.fullmatch(incoming.path)
    if found is None:
        raise Unreadable(Reason.BAD_TOPIC, incoming.path)
    if incoming.retained:  # ESPHome retains states by default: what it repeats was not observed now
        raise Unreadable(Reason.RETAINED)
    value = shape.text_of(incoming.payload)
    if found[2] != "sensor":
        return [Uplink(found[1], said=(Said(found[3], SWITCHED.get(value.upper(), value)),))]
    return [Uplink(found[1], said=(Said(found[3], value),))]
