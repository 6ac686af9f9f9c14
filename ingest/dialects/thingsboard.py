"""ThingsBoard's telemetry: of a gateway (`v1/gateway/telemetry`, device names in the payload) and of one device over HTTP.

Source: ThingsBoard's MQTT gateway API; rules of JsonConverter.java: an object has a time only when both `ts` and `values` are there.
"""

from collections.abc import Iterator

from ingest.dialects import shape
from ingest.dialects.uplink import Incoming, Mark, Refusal, Said, Unreadable, Uplink
from nongso.readings import Reason

CONNECTIONS = {"connect": True, "disconnect": False}


def filters(root: str) -> tuple[str, ...]:
    return (f"{root}/telemetry", f"{root}/connect", f"{root}/disconnect")


def read(incoming: Incoming) -> list[Uplink]:
    """What a gateway says of its devices. Raises Unreadable."""
    if incoming.retained:
        raise Unreadable(Reason.RETAINED)
    body = shape.json_object(incoming.payload)
    if incoming.path in CONNECTIONS:
        return [Uplink(shape.name(body.get("device")), online=CONNECTIONS[incoming.path])]
    return [telemetry(shape.clean(device), points) for device, points in body.items()]


def read_device(device_id: str, payload: bytes, mark: Mark | None) -> Uplink:
    """What one device says of itself. Raises Unreadable."""
    return telemetry(device_id, shape.json_value(payload), mark)


def telemetry(device: str, points: object, mark: Mark | None = None) -> Uplink:
    objects = points if isinstance(points, list) else [points]
    said = tuple(value for point in objects if isinstance(point, dict) for value in values(shape.table(point)))
    refusals = tuple(
        Refusal(Reason.BAD_FORM, None, shape.shown(point)) for point in objects if not isinstance(point, dict)
    )
    return Uplink(device, said=said, refusals=refusals, mark=mark)


def values(point: dict[str, object]) -> Iterator[Said]:
    timed = "ts" in point and isinstance(point.get("values"), dict)
    body, ts = (shape.table(point["values"]), point["ts"]) if timed else (point, None)
    return (Said(field, value, ts) for field, value in shape.leaves(body))
