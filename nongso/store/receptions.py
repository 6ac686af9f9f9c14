"""Who heard a device, and what it said besides numbers."""

from collections.abc import Sequence
from typing import NamedTuple

from nongso.store.connection import Connection


class Reception(NamedTuple):
    """A gateway heard a device. Times in microseconds since 1970 UTC, rssi in dBm, snr in dB."""

    device_id: str
    gateway_id: str
    office_id: int
    heard_us: int
    rssi: float | None
    snr: float | None


class DeviceEvent(NamedTuple):
    """Something to know about a device; `detail` is data, not a sentence."""

    device_id: str
    at_us: int
    kind: str
    property: str | None
    depth_cm: int | None
    detail: str


def keep_heard(conn: Connection, receptions: Sequence[Reception]) -> None:
    """Keep the newest of each gateway and device."""
    newest = {(one.device_id, one.gateway_id): one for one in sorted(receptions, key=lambda one: one.heard_us)}
    if not newest:
        return
    devices, gateways, offices, heard, rssi, snr = map(list, zip(*(newest[key] for key in sorted(newest)), strict=True))
    conn.execute(
        """
        INSERT INTO gateway_heard AS g (device_id, gateway_id, office_id, heard_at, rssi, snr)
        SELECT h.device_id, h.gateway_id, h.office_id, timestamptz 'epoch' + h.heard_us * interval '1 microsecond', h.rssi, h.snr
          FROM unnest(%(devices)s::text[], %(gateways)s::text[], %(offices)s::int[], %(heard)s::bigint[], %(rssi)s::float8[],
                      %(snr)s::float8[]) AS h (device_id, gateway_id, office_id, heard_us, rssi, snr)
        ON CONFLICT (device_id, gateway_id) DO UPDATE
           SET heard_at = excluded.heard_at, rssi = excluded.rssi, snr = excluded.snr
         WHERE excluded.heard_at > g.heard_at
        """,
        {"devices": devices, "gateways": gateways, "offices": offices, "heard": heard, "rssi": rssi, "snr": snr},
    )


def keep_events(conn: Connection, events: Sequence[DeviceEvent]) -> None:
    """Keep events, each once however often it is told."""
    if not events:
        return
    devices, times, kinds, properties, depths, details = map(list, zip(*events, strict=True))
    conn.execute(
        """
        INSERT INTO device_event (device_id, at, kind, property, depth_cm, detail)
        SELECT e.device_id, timestamptz 'epoch' + e.at_us * interval '1 microsecond', e.kind, e.property, e.depth_cm, e.detail
          FROM unnest(%(devices)s::text[], %(times)s::bigint[], %(kinds)s::text[], %(properties)s::text[], %(depths)s::smallint[],
                      %(details)s::text[]) AS e (device_id, at_us, kind, property, depth_cm, detail)
         ORDER BY e.device_id, e.at_us, e.kind
        ON CONFLICT DO NOTHING
        """,
        {
            "devices": devices,
            "times": times,
            "kinds": kinds,
            "properties": properties,
            "depths": depths,
            "details": details,
        },
    )
