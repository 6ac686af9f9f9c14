"""An uplink of a known device read out: values under house names into the collector's one judgement, frames through the codec."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import NamedTuple

from ingest import codecs, payload
from ingest.codecs import frame as frames
from ingest.codecs.frame import Codec, CodecError, Decoded, Measurement
from ingest.dialects import fields, shape
from ingest.dialects.uplink import Gateway, Refusal, Said, Uplink
from ingest.moments import epoch_us, microseconds
from ingest.payload import Frame
from nongso.readings import Flag, Reason, Rejection
from nongso.store.receptions import DeviceEvent
from nongso.store.senders import Sender

# Flags that our own readers may set: they come from codecs and from the rules of a dialect, never from a device.
TRUSTED = payload.EXPERT_FLAGS | Flag.SENTINEL | Flag.NO_TIME | Flag.LATE | Flag.MANUAL
WHOLE = payload.WHOLE
Item = dict[str, object]
Finder = Callable[[str], Codec | None]


class Timed(NamedTuple):
    """An item of the native form, and its time as sent."""

    ts: object
    item: Item


def read_out(
    uplink: Uplink, sender: Sender, received_us: int, find: Finder = codecs.BUILT_IN.get
) -> tuple[Frame, list[DeviceEvent]]:
    """What it comes to. Items without a meaning, frames without a codec and whatever was refused earlier are rejections.

    `find` knows the codecs by name.
    """
    refusals = list(uplink.refusals)
    decoded = Decoded()
    if not (said := chosen(uplink, sender)):
        decoded = decode(uplink, sender, refusals, find)
    items = [*meant(said, uplink, sender), *(measured(one, uplink) for one in decoded.measurements)]
    items += [Timed(uplink.ts, item) for item in link(uplink.gateways)]
    frame = payload.understand(body(items, uplink), received_us, sender.device.accept_from_us, TRUSTED)
    return with_refusals(frame, refusals), events(uplink, decoded, sender, received_us)


def chosen(uplink: Uplink, sender: Sender) -> tuple[Said, ...]:
    """The vendor's fields where the device has a map for them; else its codec; else the network server's normalized ones; else any."""
    if sender.fields and uplink.said:
        return uplink.said
    if sender.codec is not None and uplink.frame is not None:
        return ()
    return uplink.normalized or uplink.said


def decode(uplink: Uplink, sender: Sender, refusals: list[Refusal], find: Finder) -> Decoded:
    """What the device's codec reads in the frame; nothing, and a refusal, when it cannot."""
    if uplink.frame is None:
        return Decoded()
    codec = find(sender.codec or "")
    if codec is None:
        refusals.append(Refusal(Reason.NO_CODEC, None, sender.codec or ""))
        return Decoded()
    try:
        return frames.decode(codec, uplink.frame, uplink.fport)
    except CodecError as fault:
        refusals.append(Refusal(Reason.BAD_FRAME, None, shape.shown(f"{codec.name} {codec.version}: {fault.code}")))
        return Decoded()


def meant(said: Iterable[Said], uplink: Uplink, sender: Sender) -> list[Timed]:
    found = ((one, fields.target(one, sender.fields, uplink.defaults)) for one in said)
    return [Timed(one.ts, item(one, target)) for one, target in found if target is not None]


def item(said: Said, target: fields.Target) -> Item:
    written: Item = {"k": target.property, "v": said.value, "f": said.flags}
    if target.unit is not None:
        written["u"] = target.unit
    if target.depth_cm is not None:
        written["d"] = target.depth_cm
    return written


def measured(one: Measurement, uplink: Uplink) -> Timed:
    ts = uplink.ts if one.at is None else one.at.isoformat()
    return Timed(ts, {"k": one.property, "v": one.value, "d": one.depth_cm, "f": int(one.flags)})


def link(gateways: Iterable[Gateway]) -> list[Item]:
    """How well the device is heard, by the gateway that hears it best."""
    heard = [one for one in gateways if one.rssi is not None]
    if not heard:
        return []
    best = max(heard, key=lambda one: one.rssi or 0.0)
    items: list[Item] = [{"k": "signal.rssi", "v": best.rssi}]
    return items if best.snr is None else [*items, {"k": "signal.snr", "v": best.snr}]


def body(items: Iterable[Timed], uplink: Uplink) -> dict[str, object]:
    """The native form. Items without a time, else the newest, are its present; all others its history."""
    slots: dict[tuple[int, str], list[Item]] = {}
    times: dict[tuple[int, str], object] = {}
    for timed in items:
        at_us = None if timed.ts is None else epoch_us(timed.ts)
        place = (2, "") if timed.ts is None else (0, shape.shown(timed.ts)) if at_us is None else (1, f"{at_us:020d}")
        slots.setdefault(place, []).append(timed.item)
        times.setdefault(place, "?" if place[0] == 0 else timed.ts)
    native: dict[str, object] = {"m": []}
    places = sorted(slots)
    if places and places[-1][0] > 0:
        present = places.pop()
        native |= {"m": slots[present], "ts": times[present]}
    native["hist"] = [{"ts": times[place], "m": slots[place]} for place in places]
    if uplink.mark is not None:
        native |= {"boot": uplink.mark.boot, "seq": uplink.mark.seq}
    return native


def with_refusals(frame: Frame, refusals: list[Refusal]) -> Frame:
    """Refusals count as items after the others; one that stands alone is the message's own."""
    if not refusals:
        return frame
    first = frame.items if frame.items or len(refusals) > 1 else WHOLE
    added = [Rejection(one.reason, one.name, first + place, one.detail) for place, one in enumerate(refusals)]
    return replace(frame, rejections=[*frame.rejections, *added])


def events(uplink: Uplink, decoded: Decoded, sender: Sender, received_us: int) -> list[DeviceEvent]:
    device_id = sender.device.device_id
    sent_us = epoch_us(uplink.ts) if uplink.ts is not None else None
    at_us = received_us if sent_us is None else min(sent_us, received_us)
    said = [DeviceEvent(device_id, at_us, one.kind, None, None, one.detail) for one in uplink.events]
    read = [
        DeviceEvent(
            device_id,
            at_us if one.at is None else microseconds(one.at),
            one.kind,
            one.property,
            one.depth_cm,
            shape.shown(one.detail),
        )
        for one in decoded.events
    ]
    return said + read
