"""The fleet's valves at work: one that jams, and the master valve before it."""

import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from random import Random

import pytest
from msgspec.structs import replace

from firmware_sim.faults import Fault, Jammed
from firmware_sim.outbox import Outbox
from firmware_sim.plan import load_plan
from firmware_sim.recorder import Recorder, started_device
from firmware_sim.sensors import read_sensors
from firmware_sim.valves import Valves
from firmware_sim.world import Beginning, World

NOW_S = 1_763_780_000.0
VALVE, MASTER = "buoi-van-1", "buoi-van-tong"


class Garden:
    """A valve behind a master valve."""

    def __init__(self, outbox: Outbox, *faults: Fault) -> None:
        whole = load_plan("caicoi")
        valve, master = (next(each for each in whole.device if each.id == name) for name in (VALVE, MASTER))
        self.plans = {VALVE: replace(valve, faults=faults), MASTER: master}
        self.world = World(replace(whole, device=tuple(self.plans.values())), 1, Beginning(NOW_S - 86_400, NOW_S), [])
        marks = outbox.boot_devices(self.plans)
        devices = [started_device(each, self.world, marks[each.id], NOW_S, None) for each in self.plans.values()]
        self.at_s, self.said = NOW_S, []
        self.valves = Valves(self.world, Recorder(self.world, devices), outbox, self._post, lambda: self.at_s)

    def _post(self, device: str, tail: str, body: bytes) -> None:
        self.said.append((device, json.loads(body)["state"]))

    def order(self, device: str, **body: object) -> None:
        self.at_s += 1
        self.valves.order(device, "c", json.dumps({"expires_at": "2100-01-01T00:00:00Z", **body}).encode(), False)
        self.at_s += 1

    def reads(self, device: str, key: str) -> float:
        samples = read_sensors(self.plans[device], self.world, self.at_s, Random(1))
        return next(each.value for each in samples if each.key == key)


@pytest.fixture
def outbox(tmp_path: Path) -> Iterator[Outbox]:
    with closing(Outbox(tmp_path, True)) as opened:
        yield opened


def test_a_jammed_valve_answers_and_runs_on_until_the_master_valve_is_shut(outbox: Outbox) -> None:
    garden = Garden(outbox, Jammed(from_h=0.0))
    stood = garden.reads(MASTER, "valve.state")
    garden.order(VALVE, action="open", order="o1", max_seconds=600)
    garden.order(VALVE, action="close", order="o2")
    jammed = garden.reads(VALVE, "valve.state"), garden.reads(VALVE, "water.flow") > 0
    garden.order(MASTER, action="close", order="o3")

    assert (1.0, (1.0, True)) == (stood, jammed)
    assert (1.0, 0.0, 0.0) == (
        garden.reads(VALVE, "valve.state"),
        garden.reads(VALVE, "water.flow"),
        garden.reads(MASTER, "valve.state"),
    )
    assert [(VALVE, "accepted"), (VALVE, "done"), (VALVE, "done")] == garden.said[2:5]
    assert [(MASTER, "accepted"), (MASTER, "done")] == garden.said[5:]  # nobody is answered for the hand that opened it


def test_behind_a_shut_master_valve_a_valve_opens_dry_and_closes(outbox: Outbox) -> None:
    garden = Garden(outbox)
    garden.order(MASTER, action="close", order="o1")
    garden.order(VALVE, action="open", order="o2", max_seconds=600)
    opened = garden.reads(VALVE, "valve.state"), garden.reads(VALVE, "water.flow")
    garden.order(VALVE, action="close", order="o3")

    assert (1.0, 0.0) == opened
    assert (0.0, 0.0) == (garden.reads(VALVE, "valve.state"), garden.reads(VALVE, "water.flow"))


def test_an_open_valve_stays_open_and_runs_dry_when_the_master_valve_is_shut(outbox: Outbox) -> None:
    garden = Garden(outbox)
    garden.order(VALVE, action="open", order="o1", max_seconds=600)
    garden.order(MASTER, action="close", order="o2")

    assert (1.0, 0.0) == (garden.reads(VALVE, "valve.state"), garden.reads(VALVE, "water.flow"))
