"""Frames are valid, contiguous, honest about faults, and the same for the same seed."""

import json
from datetime import datetime
from itertools import pairwise

import msgspec
import pytest

from firmware_sim.faults import (
    Blackout,
    ClockAhead,
    Conflict,
    Dropout,
    DyingBattery,
    Fault,
    Outages,
    Resend,
    Sentinel,
    Silent,
    Stuck,
    Unreadable,
)
from firmware_sim.outbox import Frame, Mark
from firmware_sim.plan import DevicePlan, FleetPlan, Kind, load_plan
from firmware_sim.recorder import Recorder, started_device
from firmware_sim.season import DAY_S, HOUR_S
from firmware_sim.world import Beginning, World
from nongso.catalogue import get_property

NOW_S = 1_790_000_100.0
BEGINNING = Beginning(NOW_S - 2 * DAY_S, NOW_S)
ALWAYS = {"from_h": -1e6, "hours": 1e9}


def fleet(*faults: Fault, kind: Kind = Kind.SOIL) -> FleetPlan:
    """The demonstration's place with one device."""
    depths = (20, 40) if kind is Kind.SOIL else ()
    device = DevicePlan("d1", kind, "D 1", "rau-lang", depths_cm=depths, faults=faults)
    return msgspec.structs.replace(load_plan("caicoi"), device=(device,))


def record(plan: FleetPlan, mark: Mark | None = None, until_s: float = NOW_S) -> list[Frame]:
    world = World(plan, 1, BEGINNING, [])
    marks = mark or Mark(1, 1, None)
    devices = [started_device(plan.device[0], world, marks, BEGINNING.origin_s, None)]
    return Recorder(world, devices).record(until_s, 10_000).frames


def bodies(frames: list[Frame]) -> list[dict]:
    return [json.loads(frame.body) for frame in frames]


def instants(told: list[dict]) -> list[float]:
    return [datetime.fromisoformat(body["ts"]).timestamp() for body in told]


@pytest.mark.parametrize("kind", list(Kind))
def test_a_frame_is_the_houses_payload(kind: Kind) -> None:
    for body in bodies(record(fleet(kind=kind))):
        assert list(body) == ["v", "seq", "boot", "ts", "m", "bat", "rssi"]
        assert body["v"] == 1
        assert body["ts"].endswith("Z")
        for measure in body["m"]:
            known = get_property(measure["k"])
            assert known.low <= measure["v"] <= known.high
            assert measure.get("d") in ((20, 40) if kind is Kind.SOIL else (None,))


def test_seq_is_contiguous_from_one() -> None:
    frames = record(fleet())
    assert [frame.seq for frame in frames] == list(range(1, 2 * 96 + 1))


def test_the_same_seed_gives_the_same_bytes() -> None:
    plan = fleet(Outages(per_month=20, hours=8), Unreadable(chance=0.05), Conflict(chance=0.05))
    assert record(plan) == record(plan)


def test_the_rain_counter_never_decreases_and_tips_in_fifths() -> None:
    totals = [m["v"] for body in bodies(record(fleet(kind=Kind.WEATHER))) for m in body["m"] if m["k"] == "rain.total"]
    assert all(before <= after for before, after in pairwise(totals))
    assert all(round(total * 5, 6) == round(total * 5) for total in totals)


def test_a_silent_device_stops_for_good() -> None:
    told = instants(bodies(record(fleet(Silent(from_h=-2)))))
    assert NOW_S - 2 * HOUR_S - 900 <= max(told) < NOW_S - 2 * HOUR_S


def test_a_dropout_is_told_afterwards_as_history() -> None:
    told = bodies(record(fleet(Dropout(from_h=-20, hours=8))))
    whole = {body["ts"] for body in bodies(record(fleet()))}
    slots = [slot["ts"] for body in told for slot in body.get("hist", [])]
    assert len(slots) == 32
    assert whole == {body["ts"] for body in told} | set(slots)
    assert all(slot["ts"] < body["ts"] for body in told for slot in body.get("hist", []))


def test_a_dropout_that_outlives_a_restart_is_still_told() -> None:
    plan = fleet(Dropout(from_h=-20, hours=8))
    early = record(plan, until_s=NOW_S - 16 * HOUR_S)
    late = record(plan, Mark(1, 2, NOW_S - 16 * HOUR_S))
    told = bodies(early) + bodies(late)
    assert {body["ts"] for body in bodies(record(fleet()))} == {
        ts for body in told for ts in (body["ts"], *(slot["ts"] for slot in body.get("hist", [])))
    }


def test_a_restart_goes_on_with_a_new_boot_and_its_own_seq() -> None:
    early = record(fleet(), until_s=NOW_S - DAY_S)
    late = record(fleet(), Mark(1, 2, NOW_S - DAY_S))
    assert early[0].boot != late[0].boot
    assert late[0].seq == 1
    assert instants(bodies(early + late)) == instants(bodies(record(fleet())))


def test_a_blackout_leaves_a_gap() -> None:
    told = instants(bodies(record(fleet(Blackout(from_h=-20, hours=8)))))
    assert max(after - before for before, after in pairwise(told)) == pytest.approx(8 * HOUR_S, abs=900)


def test_a_stuck_sensor_repeats_itself_while_others_move() -> None:
    plan = fleet(Stuck(property="soil.moisture", from_h=-24))
    late = bodies(record(plan))[-90:]
    again = bodies(record(plan, Mark(1, 2, NOW_S - 10 * HOUR_S)))
    assert len({body["m"][0]["v"] for body in late}) == 1
    assert len({body["m"][1]["v"] for body in late}) > 1
    assert {body["m"][0]["v"] for body in again} == {late[0]["m"][0]["v"]}


def test_an_unreadable_value_is_null_or_nan_as_text() -> None:
    values = [m["v"] for body in bodies(record(fleet(Unreadable(chance=0.2)))) for m in body["m"]]
    assert {value for value in values if not isinstance(value, int | float)} == {None, "nan"}


def test_a_sentinel_is_an_error_code_dressed_as_a_value() -> None:
    fault = Sentinel(property="soil.temperature", value=-127.0, chance=0.2)
    values = [m["v"] for body in bodies(record(fleet(fault))) for m in body["m"] if m["k"] == "soil.temperature"]
    assert 20 < values.count(-127.0) < len(values)


def test_a_conflict_tells_the_same_instant_differently_under_a_new_seq() -> None:
    told = bodies(record(fleet(Conflict(chance=0.3))))
    pairs = [(one, two) for one, two in pairwise(told) if one["ts"] == two["ts"]]
    assert pairs
    assert all(one["seq"] + 1 == two["seq"] and one["m"][0]["v"] != two["m"][0]["v"] for one, two in pairs)


def test_a_repetition_keeps_its_seq() -> None:
    frames = record(fleet(Resend(chance=0.3)))
    assert 20 < sum(frame.twice for frame in frames) < len(frames)


def test_a_clock_ahead_moves_only_what_is_said() -> None:
    honest = instants(bodies(record(fleet())))
    ahead = instants(bodies(record(fleet(ClockAhead(**ALWAYS, ahead_s=1500)))))
    assert ahead == [at_s + 1500 for at_s in honest]


def test_a_dying_battery_sinks_and_ends_in_silence() -> None:
    told = bodies(record(fleet(DyingBattery(from_h=-40, hours=30))))
    assert instants(told)[-1] < NOW_S - 10 * HOUR_S
    assert told[-1]["bat"] < 3.2 < told[0]["bat"]


def test_outages_come_by_chance_and_lose_nothing() -> None:
    told = bodies(record(fleet(Outages(per_month=30, hours=6))))
    slots = [slot["ts"] for body in told for slot in body.get("hist", [])]
    assert slots
    assert len({body["ts"] for body in told} | set(slots)) == len(told) + len(slots)


def test_what_was_receipted_is_told_as_low() -> None:
    """A platform that lost its own memory learns from `low` what it need not wait for."""
    plan = fleet()
    world = World(plan, 1, BEGINNING, [])
    device = started_device(plan.device[0], world, Mark(1, 1, None), BEGINNING.origin_s, None)
    recorder = Recorder(world, [device])
    before = recorder.record(NOW_S, 5).frames
    device.low = 4
    after = recorder.record(NOW_S, 1).frames
    assert all("low" not in body for body in bodies(before))
    assert bodies(after)[0]["low"] == 4
