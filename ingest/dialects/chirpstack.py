"""ChirpStack v4, JSON, over MQTT (`application/{id}/device/{devEui}/event/{event}`) and by webhook (`?event=up`).

Source: ChirpStack's documentation of integration events; `api/proto/integration/integration.proto` (proto3: what is 0 is left out).
"""

import re

from ingest.dialects import lorawan, shape
from ingest.dialects.uplink import Gateway, Incoming, Occurrence, Said, Unreadable, Uplink
from nongso.readings import Reason

TOPIC = re.compile(r"(?:[^/]+/)?device/[^/]+/event/([a-z]+)")
SILENT_EVENTS = frozenset({"ack", "txack", "location", "integration"})  # say nothing about the field
DEFAULTS = "chirpstack"


def filters(root: str) -> tuple[str, ...]:
    return (f"{root}/device/+/event/+", f"{root}/+/device/+/event/+")


def read(incoming: Incoming) -> list[Uplink]:
    """Raises Unreadable."""
    found = TOPIC.fullmatch(incoming.path)
    event = found[1] if found else incoming.path
    if event in SILENT_EVENTS:
        return []
    reader = READERS.get(event)
    if reader is None:
        raise Unreadable(Reason.UNSUPPORTED, event)
    if incoming.retained:
        raise Unreadable(Reason.RETAINED)
    body = shape.json_object(incoming.payload)
    sender = lorawan.eui(shape.table(body.get("deviceInfo")).get("devEui"))
    if not sender:
        raise Unreadable(Reason.BAD_FORM, "devEui")
    return [reader(sender, body)]


def up(sender: str, body: dict[str, object]) -> Uplink:
    ts = lorawan.time_of(body.get("time"))
    return Uplink(
        sender,
        said=lorawan.decoded(body.get("object"), ts),
        frame=lorawan.frame_of(body.get("data")),
        fport=shape.whole(body.get("fPort"), lorawan.MAX_FPORT),
        ts=ts,
        mark=lorawan.mark_of(shape.name(body.get("deduplicationId")), ts),
        defaults=DEFAULTS,
        gateways=tuple(gateway(shape.table(one)) for one in shape.row(body.get("rxInfo"))),
    )


def gateway(heard: dict[str, object]) -> Gateway:
    # An SNR of exactly 0 dB is a good one, and proto3 leaves it out.
    return Gateway(
        shape.name(heard.get("gatewayId")), shape.number(heard.get("rssi", 0)), shape.number(heard.get("snr", 0))
    )


def status(sender: str, body: dict[str, object]) -> Uplink:
    """The battery as the device answers DevStatusReq; a mains-powered one, or one that cannot measure, has none."""
    ts = lorawan.time_of(body.get("time"))
    if body.get("externalPowerSource") or body.get("batteryLevelUnavailable"):
        return Uplink(sender, ts=ts)
    return Uplink(sender, said=(Said("batteryLevel", body.get("batteryLevel", 0), ts),), ts=ts, defaults=DEFAULTS)


def join(sender: str, body: dict[str, object]) -> Uplink:
    return Uplink(sender, ts=lorawan.time_of(body.get("time")), events=(Occurrence("joined"),))


def log(sender: str, body: dict[str, object]) -> Uplink:
    words = (shape.name(body.get(key)) for key in ("level", "code", "description"))
    return Uplink(
        sender,
        ts=lorawan.time_of(body.get("time")),
        events=(Occurrence("network_log", shape.shown(" ".join(filter(None, words)))),),
    )


READERS = {"up": up, "status": status, "join": join, "log": log}
