"""Sparkplug B: edge nodes announce their metrics at birth, then send changes, by name or by the alias of the birth.

Source: Eclipse Sparkplug 3.0.0: chapter 4 (topics), 5 (births, deaths, bdSeq, sequence numbers, rebirth), 6 (metrics, aliases).
A device is called `group/node/device`, an edge node `group/node`. What a birth says is true now, so it counts as readings too.
"""

from dataclasses import asdict, dataclass, field, replace

import msgspec

from ingest.dialects import shape, sparkplug_payload
from ingest.dialects.sparkplug_payload import Metric, Payload
from ingest.dialects.uplink import Incoming, Occurrence, Refusal, Said, Unreadable, Uplink
from ingest.moments import SECOND_US
from nongso.readings import Flag, Reason

KINDS = ("NBIRTH", "NDEATH", "DBIRTH", "DDEATH", "NDATA", "DDATA")
REBIRTH_WAIT_US = 60 * SECOND_US  # an edge node is not asked twice within this time
HOUSEKEEPING = ("bdSeq", "Node Control/", "Device Control/", "Properties/", "Node Info/")
NAMESPACE = "spBv1.0"


@dataclass(frozen=True, slots=True)
class Place:
    """The parts of a topic."""

    group: str
    kind: str
    node: str
    device: str | None

    @property
    def edge(self) -> str:
        return f"{self.group}/{self.node}"

    @property
    def sender(self) -> str:
        return self.edge if self.device is None else f"{self.edge}/{self.device}"


@dataclass(frozen=True, slots=True)
class Birth:
    """What an edge node told: its number, names and data types by alias, its devices that are alive."""

    bd_seq: int | None = None
    seq: int | None = None
    metrics: dict[str, dict[str, tuple[str, int | None]]] = field(
        default_factory=dict
    )  # sender -> alias -> name and data type
    asked_us: int = 0  # when a new birth was last asked for


def filters(root: str) -> tuple[str, ...]:
    return (f"{root}/#",)


def read(incoming: Incoming) -> list[Uplink]:
    """Raises Unreadable."""
    place = placed(incoming.topic)
    if place.kind not in KINDS:
        return []  # orders, and what hosts say of themselves
    if incoming.retained and place.kind != "NDEATH":
        raise Unreadable(Reason.RETAINED)
    payload = sparkplug_payload.parse(incoming.payload)
    birth = known(incoming, place)
    if place.kind == "NDEATH":
        return death(incoming, place, birth, payload)
    if place.kind == "NBIRTH":
        birth = Birth(bd_seq=bd_seq(payload), asked_us=birth.asked_us)
    events = gap(place, birth, payload)
    birth = told(place, replace(birth, seq=payload.seq), payload)
    uplink = replace(spoken(place, birth, payload), events=events)
    if events or uplink.refusals:
        birth = rebirth(incoming, place, birth)
    incoming.notebook.write(place.edge, asdict(birth))
    return [uplink]


def placed(topic: str) -> Place:
    parts = shape.clean(topic).split("/")
    if len(parts) not in (4, 5) or parts[0] != NAMESPACE:
        if parts[:2] == [NAMESPACE, "STATE"]:
            return Place("", "STATE", "", None)
        raise Unreadable(Reason.BAD_TOPIC, topic)
    return Place(parts[1], parts[2], parts[3], parts[4] if len(parts) == 5 else None)


def known(incoming: Incoming, place: Place) -> Birth:
    body = incoming.notebook.find(place.edge)
    return Birth() if body is None else msgspec.convert(body, Birth)


def bd_seq(payload: Payload) -> int | None:
    found = next((metric.value for metric in payload.metrics if metric.name == "bdSeq"), None)
    return found if isinstance(found, int) else None


def death(incoming: Incoming, place: Place, birth: Birth, payload: Payload) -> list[Uplink]:
    """The edge node and all its devices are gone, unless the death is of an earlier session than the newest birth."""
    if birth.bd_seq is not None and bd_seq(payload) != birth.bd_seq:
        return []
    incoming.notebook.write(place.edge, asdict(Birth(asked_us=birth.asked_us)))
    return [Uplink(sender, online=False) for sender in {place.edge: None, **birth.metrics}]


def gap(place: Place, birth: Birth, payload: Payload) -> tuple[Occurrence, ...]:
    """Messages of an edge node are numbered 0 to 255 and from 0 again; a birth begins at 0."""
    if place.kind == "NBIRTH" or birth.seq is None or payload.seq == (birth.seq + 1) % 256:
        return ()
    return (Occurrence("sequence_gap", f"{birth.seq} → {payload.seq}"),)


def told(place: Place, birth: Birth, payload: Payload) -> Birth:
    """The aliases of a birth; a device that died has none."""
    metrics = dict(birth.metrics)
    if place.kind == "DDEATH":
        metrics.pop(place.sender, None)
    if place.kind in ("NBIRTH", "DBIRTH"):
        metrics[place.sender] = {
            str(metric.alias): (metric.name, metric.datatype) for metric in payload.metrics if metric.alias is not None
        }
    return replace(birth, metrics=metrics)


def spoken(place: Place, birth: Birth, payload: Payload) -> Uplink:
    if place.kind == "DDEATH":
        return Uplink(place.sender, online=False)
    aliases = {
        alias: names for sender in (place.edge, place.sender) for alias, names in birth.metrics.get(sender, {}).items()
    }
    said, refusals = list[Said](), list[Refusal]()
    for metric in payload.metrics:
        name, datatype = aliases.get(str(metric.alias), ("", None))
        called = metric.name or name
        if not called:
            refusals.append(Refusal(Reason.UNKNOWN_ALIAS, None, str(metric.alias)))
        elif not called.startswith(HOUSEKEEPING):
            said.append(value(called, metric, metric.datatype or datatype, payload))
    online = True if place.kind in ("NBIRTH", "DBIRTH") else None
    return Uplink(place.sender, said=tuple(said), refusals=tuple(refusals), online=online)


def value(name: str, metric: Metric, datatype: int | None, payload: Payload) -> Said:
    at_ms = metric.timestamp_ms if metric.timestamp_ms is not None else payload.timestamp_ms
    ts = None if at_ms is None else shape.instant(min(at_ms * 1000, shape.LAST_US - 1))
    flags = int(Flag.LATE) if metric.historical else 0
    return Said(name, sparkplug_payload.signed(metric.value, datatype), ts, flags=flags)


def rebirth(incoming: Incoming, place: Place, birth: Birth) -> Birth:
    """Ask the edge node to be born again, because we missed something; not more than once a minute."""
    if incoming.received_us - birth.asked_us < REBIRTH_WAIT_US:
        return birth
    incoming.notebook.replies.append(
        (f"{NAMESPACE}/{place.group}/NCMD/{place.node}", rebirth_order(incoming.received_us))
    )
    return replace(birth, asked_us=incoming.received_us)


def rebirth_order(now_us: int) -> bytes:
    """`Node Control/Rebirth` = true."""
    return sparkplug_payload.write(
        Payload(now_us // 1000, None, (Metric("Node Control/Rebirth", None, now_us // 1000, 11, False, True),))
    )
