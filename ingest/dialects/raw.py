"""A frame as the device made it, on a topic of its own: read with the device's codec, whatever carried it (NB-IoT, a modem, a cable)."""

import re

from ingest.dialects.uplink import Uplink

HEX = re.compile(rb"\s*([0-9A-Fa-f]{2}){1,4096}\s*")


def read_device(device_id: str, payload: bytes) -> Uplink:
    """The bytes, or the hexadecimal text that modems without a binary mode write instead. There is no port."""
    return Uplink(device_id, frame=bytes.fromhex(payload.decode("ascii")) if HEX.fullmatch(payload) else payload)
