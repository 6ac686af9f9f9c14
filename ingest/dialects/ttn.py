"""The Things Stack v3, JSON, over MQTT (`v3/{app}@{tenant}/devices/{device}/up`) and by webhook.

Source: The Things Stack's data formats; its normalized payload is `lib/payload.json` of lorawan-devices. Empty fields are omitted.
"""

import re

from ingest.dialects import lorawan, shape
from ingest.dialects.uplink import Gateway, Incoming, Occurrence, Said, Unreadable, Uplink
from nongso.readings import Reason

TOPIC = re.compile(r"(?:[^/]+/)?devices/[^/]+/(.+)")
DEFAULTS = "ttn_normalized"
LISTENED = ("up", "up/normalized", "join")
NOT_MEASURED = frozenset({"time", "soil.depth", "air.location", "action", "position"})


def filters(root: str) -> tuple[str, ...]:
    return tuple(f"{root}/{between}devices/+/{event}" for event in LISTENED for between in ("", "+/"))


def read(incoming: Incoming) -> list[Uplink]:
    """What kind of message it is, the body says. Raises Unreadable."""
    if incoming.retained:
        raise Unreadable(Reason.RETAINED)
    body = shape.json_object(incoming.payload)
    if body.get("simulated") is True:
        raise Unreadable(Reason.SIMULATED)
    ids = shape.table(body.get("end_device_ids"))
    sender = lorawan.eui(ids.get("dev_eui")) or shape.name(ids.get("device_id"))
    if not sender:
        raise Unreadable(Reason.BAD_FORM, "end_device_ids")
    if "uplink_message" in body:
        return [up(sender, body, shape.table(body["uplink_message"]))]
    if "uplink_normalized" in body:
        return [up(sender, body, shape.table(body["uplink_normalized"]))]
    if "join_accept" in body:
        return [Uplink(sender, ts=lorawan.time_of(body.get("received_at")), events=(Occurrence("joined"),))]
    return []  # about downlinks and places: nothing was measured


def up(sender: str, body: dict[str, object], message: dict[str, object]) -> Uplink:
    ts = lorawan.time_of(message.get("received_at")) or lorawan.time_of(body.get("received_at"))
    identity = next((shape.name(one) for one in shape.row(body.get("correlation_ids"))), "")
    return Uplink(
        sender,
        said=lorawan.decoded(message.get("decoded_payload"), ts),
        normalized=normalized(message.get("normalized_payload"), ts),
        frame=lorawan.frame_of(message.get("frm_payload")),
        fport=shape.whole(message.get("f_port"), lorawan.MAX_FPORT),
        ts=ts,
        mark=lorawan.mark_of(identity.rpartition(":")[2], ts),
        defaults=DEFAULTS,
        gateways=tuple(gateway(shape.table(one)) for one in shape.row(message.get("rx_metadata"))),
    )


def normalized(payload: object, ts: object) -> tuple[Said, ...]:
    """Measurements: an array in `up`, one object in `up/normalized`. A soil probe with several depths sends one for each."""
    measurements = [shape.table(one) for one in shape.row(payload)] or [shape.table(payload)]
    return tuple(said for one in measurements for said in measured(one, lorawan.time_of(one.get("time")) or ts))


def measured(one: dict[str, object], ts: object) -> list[Said]:
    depth_cm = shape.table(one.get("soil")).get("depth")
    return [
        Said(field, value, ts, depth_cm=depth_cm if field.startswith("soil.") else None)
        for field, value in shape.leaves(one)
        if not field.startswith(("action.", "position.")) and field not in NOT_MEASURED
    ]


def gateway(heard: dict[str, object]) -> Gateway:
    ids = shape.table(heard.get("gateway_ids"))
    known_as = lorawan.eui(ids.get("eui")) or shape.name(ids.get("gateway_id"))
    return Gateway(known_as, shape.number(heard.get("rssi", 0)), shape.number(heard.get("snr", 0)))
