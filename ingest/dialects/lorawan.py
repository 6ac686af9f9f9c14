"""What both LoRaWAN network servers tell in the same manner: frames in base64, DevEUIs, times that may be nobody's."""

import binascii
import re
from base64 import b64decode

from ingest.dialects import shape
from ingest.dialects.uplink import Mark, Said, Unreadable
from nongso.readings import Reason

MAX_FPORT = 255
NOBODYS_TIME = "0001-01-01"  # Go's zero time: the network server had none
EUI = re.compile(r"[0-9a-f]{16}")


def frame_of(data: object) -> bytes | None:
    """The raw frame; None when there is none. Raises Unreadable."""
    if data is None or data == "":
        return None
    if not isinstance(data, str):
        raise Unreadable(Reason.BAD_FORM, data)
    try:
        return b64decode(data, validate=True)
    except (binascii.Error, ValueError) as fault:
        raise Unreadable(Reason.BAD_FORM, fault) from fault


def time_of(value: object) -> object:
    """A time as sent, None for nobody's."""
    if value is None or (isinstance(value, str) and (not value or value.startswith(NOBODYS_TIME))):
        return None
    return value


def eui(value: object) -> str:
    """A DevEUI as we write it, in lower case; empty when it is none."""
    found = shape.name(value).lower()
    return found if EUI.fullmatch(found) else ""


def decoded(body: object, ts: object) -> tuple[Said, ...]:
    """The fields of a decoded object."""
    return tuple(Said(field, value, ts) for field, value in shape.leaves(shape.table(body)))


def mark_of(identity: str, ts: object) -> Mark | None:
    """An uplink is known by its time; one without a time by the network server's own number for it."""
    kept = "".join(character for character in identity if character.isascii() and character.isalnum())[:32]
    return Mark(kept, 1) if ts is None and kept else None
