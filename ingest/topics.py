"""The grammar of our MQTT topics, read and written in one place: `ns/v1/{tenant}/{device}/{channel}`."""

import re
from dataclasses import dataclass
from functools import lru_cache

PREFIX = "ns/v1"
UP, STATUS, RECEIPT, SENML, RAW = "up", "status", "rcpt", "senml", "raw"
ANSWERS = f"{PREFIX}/+/+/cmd/+/ack"  # of every device to every order
ORDER_ID = re.compile(r"[A-Za-z0-9-]{1,64}")
TENANT = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")
DEVICE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:-]{0,63}")


@dataclass(frozen=True, slots=True)
class Topic:
    """Where a message belongs. `tenant` is what the sender claims; the registry knows better."""

    tenant: str
    device_id: str
    channel: str

    def __str__(self) -> str:
        return f"{PREFIX}/{self.tenant}/{self.device_id}/{self.channel}"


@lru_cache(maxsize=65_536)  # a fleet speaks on the same topics all day
def parse(text: str) -> Topic | None:
    """The parts of a topic, or None when it is none of ours."""
    parts = text.split("/")
    if len(parts) != 5 or "/".join(parts[:2]) != PREFIX:
        return None
    tenant, device_id, channel = parts[2:]
    if not (TENANT.fullmatch(tenant) and DEVICE.fullmatch(device_id) and channel):
        return None
    return Topic(tenant, device_id, channel)


def subscription(channel: str, share: str | None = None) -> str:
    """The filter for a channel of all devices; with `share` (MQTT 5 §4.8.2) each message goes to one collector of that group."""
    pattern = f"{PREFIX}/+/+/{channel}"
    return f"$share/{share}/{pattern}" if share else pattern


def order(tenant: str, device_id: str, order_id: str) -> str:
    """Where a device listens for an order."""
    return f"{PREFIX}/{tenant}/{device_id}/cmd/{order_id}"


def parse_answer(text: str) -> tuple[str, str, str] | None:
    """Tenant, device and order of an answer's topic, or None when it is none."""
    parts = text.split("/")
    if len(parts) != 7 or parts[:2] != PREFIX.split("/") or (parts[4], parts[6]) != ("cmd", "ack"):
        return None
    tenant, device_id, order_id = parts[2], parts[3], parts[5]
    known = TENANT.fullmatch(tenant) and DEVICE.fullmatch(device_id) and ORDER_ID.fullmatch(order_id)
    return (tenant, device_id, order_id) if known else None
