"""The payload of Sparkplug B, read by the protobuf library from a description of the parts we use.

Source: Eclipse Sparkplug 3.0.0, chapter 6: names, numbers and types of the fields, data types. Parts not named here are skipped.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Protocol, cast

from google.protobuf import descriptor_pb2, descriptor_pool, message_factory
from google.protobuf.message import DecodeError

from ingest.dialects import shape
from ingest.dialects.uplink import Unreadable
from nongso.readings import Reason

SIGNED_BITS = {1: 8, 2: 16, 3: 32, 4: 64}  # Int8 … Int64 travel as unsigned numbers
UINT32, UINT64, FLOAT, DOUBLE, BOOL, STRING = 13, 4, 2, 1, 8, 9  # FieldDescriptorProto.Type
METRIC_FIELDS = (
    ("name", 1, STRING), ("alias", 2, UINT64), ("timestamp", 3, UINT64), ("datatype", 4, UINT32), ("is_historical", 5, BOOL),
    ("is_null", 7, BOOL), ("int_value", 10, UINT32), ("long_value", 11, UINT64), ("float_value", 12, FLOAT),
    ("double_value", 13, DOUBLE), ("boolean_value", 14, BOOL), ("string_value", 15, STRING),
)  # fmt: skip
VALUES = ("int_value", "long_value", "float_value", "double_value", "boolean_value", "string_value")


@dataclass(frozen=True, slots=True)
class Metric:
    """A metric as it travels. `value` is None for what is null and for kinds we do not read; times in ms since 1970 UTC."""

    name: str
    alias: int | None
    timestamp_ms: int | None
    datatype: int | None
    historical: bool
    value: float | bool | str | None


@dataclass(frozen=True, slots=True)
class Payload:
    timestamp_ms: int | None
    seq: int | None
    metrics: tuple[Metric, ...]


class Wire(Protocol):
    """What the library makes of a message: a field that was not sent reads as zero."""

    metrics: Iterable["Wire"]
    name: str
    alias: int
    timestamp: int
    datatype: int
    is_historical: bool
    is_null: bool
    seq: int

    def HasField(self, name: str, /) -> bool: ...  # noqa: N802 - protobuf's own name
    def SerializeToString(self) -> bytes: ...  # noqa: N802


def parse(payload: bytes) -> Payload:
    """Raises Unreadable."""
    try:
        return payload_of(cast("Wire", message_class().FromString(payload)))
    except (DecodeError, UnicodeDecodeError) as fault:
        raise Unreadable(Reason.BAD_FORM, fault) from fault


def payload_of(wire: Wire) -> Payload:
    return Payload(
        timestamp_ms=wire.timestamp if wire.HasField("timestamp") else None,
        seq=wire.seq if wire.HasField("seq") else None,
        metrics=tuple(metric(one) for one in wire.metrics),
    )


def metric(wire: Wire) -> Metric:
    return Metric(
        name=shape.clean(wire.name),
        alias=wire.alias if wire.HasField("alias") else None,
        timestamp_ms=wire.timestamp if wire.HasField("timestamp") else None,
        datatype=wire.datatype if wire.HasField("datatype") else None,
        historical=wire.is_historical,
        value=None if wire.is_null else value_of(wire),
    )


def value_of(wire: Wire) -> float | bool | str | None:
    label = next((label for label in VALUES if wire.HasField(label)), None)
    return None if label is None else cast("float | bool | str", getattr(wire, label))


def signed(value: float | bool | str | None, datatype: int | None) -> float | bool | str | None:
    """The number it was before it was sent as an unsigned one."""
    bits = SIGNED_BITS.get(datatype or 0)
    if bits is None or isinstance(value, bool) or not isinstance(value, int):
        return value
    kept = value % 2**bits
    return kept - 2**bits if kept >= 2 ** (bits - 1) else kept


def write(payload: Payload) -> bytes:
    """A payload of boolean metrics, which is all that orders need."""
    metrics = [
        {"name": one.name, "timestamp": one.timestamp_ms, "datatype": one.datatype, "boolean_value": one.value}
        for one in payload.metrics
    ]
    return cast("Wire", message_class()(timestamp=payload.timestamp_ms, metrics=metrics)).SerializeToString()


@cache
def message_class() -> type:
    """The class of a payload, made from the description once."""
    file = descriptor_pb2.FileDescriptorProto(
        name="nongso/sparkplug_b.proto", package="nongso.sparkplug", syntax="proto2"
    )
    whole = file.message_type.add(name="Payload")
    part = whole.nested_type.add(name="Metric")
    value = part.oneof_decl.add(name="value")
    assert value.name
    for name, number, kind in METRIC_FIELDS:
        field = part.field.add(name=name, number=number, type=kind, label=1)
        if name in VALUES:
            field.oneof_index = 0
    whole.field.add(name="timestamp", number=1, type=UINT64, label=1)
    whole.field.add(name="metrics", number=2, type=11, label=3, type_name=".nongso.sparkplug.Payload.Metric")
    whole.field.add(name="seq", number=3, type=UINT64, label=1)
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    return message_factory.GetMessageClass(pool.FindMessageTypeByName("nongso.sparkplug.Payload"))
