"""The season's garden as the house's rules know it: its zone, its place with series, and what its devices just said."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from firmware_sim.plan import DevicePlan, FleetPlan, Kind
from firmware_sim.sensors import Sample
from firmware_sim.world import flow_m3_h
from nongso.alerting.scene import Place, Sensor
from nongso.clock import local_day
from nongso.conditions import Conditions, Observation
from nongso.devices import silent_after
from nongso.irrigation.zone import ADVISE_FOR, Caps, Method, Mode, Source, SourceKind, Zone

SOIL = "clay"  # of FAO-56 Table 19; the plan's water contents are its middles
PLANTED_BEFORE = timedelta(days=5 * 365)  # trees that bear
DRAWN_BEFORE = ADVISE_FOR + timedelta(days=1)  # the two weeks of advice are over


def zone_of(plan: FleetPlan, valve: DevicePlan, begins: datetime) -> Zone:
    """The plan's first field as a zone that waters by itself, from a canal that may be salt."""
    field = plan.field[0]
    flow = flow_m3_h(field)
    return Zone(
        id=1,
        field_id=1,
        crop=field.crop,
        planted_on=local_day(begins - PLANTED_BEFORE),
        valve_id=valve.id,
        method=Method.DRIP,
        area_m2=field.area_m2,
        flow_m3_h=flow,
        field_capacity=100 * field.field_capacity,
        wilting_point=100 * field.wilting_point,
        caps=Caps(),
        mode=Mode.AUTOMATIC,
        created_at=begins - DRAWN_BEFORE,
        source=Source(1, SourceKind.CANAL, 2 * flow, is_saline=True, master_valve_id="van-tong"),
    )


def series_of(plan: FleetPlan) -> list[tuple[DevicePlan, str, int | None]]:
    """Every series of the plan; its number is its place."""
    return [
        (device, key, depth)
        for device in plan.device
        for depth in device.depths_cm or (None,)
        for key in device.observes
    ]


def place_of(plan: FleetPlan, begins: datetime) -> Place:
    field = plan.field[0]
    sensors = tuple(
        Sensor(number, device.id, device.kind, key, depth, silent_after(device.expected_interval_s))
        for number, (device, key, depth) in enumerate(series_of(plan))
    )
    return Place(1, None, 1, field.crop, local_day(begins - PLANTED_BEFORE), sensors, SOIL, field.area_m2)


def conditions_of(
    plan: FleetPlan, said: Iterable[tuple[DevicePlan, Sample]], begins: datetime, at: datetime
) -> Conditions:
    """What the decision looks at: everything was said at `at`. The valve is looked at by its readings elsewhere."""
    field = plan.field[0]
    observed = tuple(
        Observation(
            device.id,
            device.name,
            device.kind,
            device.expected_interval_s,
            begins,
            sample.key,
            depth_cm=sample.depth_cm,
            at=at,
            fit_at=at,
            fit_value=sample.value,
        )
        for device, sample in said
        if device.kind is not Kind.VALVE
    )
    return Conditions(1, 1, "", field.name, field.crop, local_day(begins - PLANTED_BEFORE), field.area_m2, observed)
