"""The recording half of a device: it wakes at its interval, reads its sensors, suffers its faults and makes frames with contiguous `seq`."""

import hashlib
import heapq
from collections import deque
from dataclasses import dataclass, field
from random import Random

from firmware_sim.faults import (
    Conflict,
    Resend,
    absence,
    battery_left,
    clock_error_s,
    happens,
    is_dead,
    spoilt,
    stuck_since,
)
from firmware_sim.outbox import Frame, Mark
from firmware_sim.payload import VERSION, Body, Measure, Slot, encoded, instant
from firmware_sim.plan import DevicePlan
from firmware_sim.season import HOUR_S
from firmware_sim.sensors import Sample, battery_v, read_sensors, signal_dbm
from firmware_sim.world import World

HIST_SLOTS = 24  # kept instants that go with one frame: 6 hours of quarters, far below 20 kB


@dataclass(slots=True)
class Device:
    """A device at work. `muted_s`: everything up to then was recorded by an earlier boot. `low`: the first seq without a receipt."""

    plan: DevicePlan
    number: int
    boot: str
    interval_s: int
    phase_s: int
    muted_s: float
    seq: int = 0
    low: int = 1
    missed: deque[Slot] = field(default_factory=deque)
    held: dict[tuple[str, int | None], float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Recorded:
    """What a stretch of time gave: frames to store, and how far each device (by number) has come."""

    frames: list[Frame]
    until: dict[int, float]


class Recorder:
    """Owns the devices and their timetable; drives the world forwards. `readings` counts values in frames made, battery and signal too."""

    def __init__(self, world: World, devices: list[Device]) -> None:
        self.world = world
        self.devices = {device.plan.id: device for device in devices}
        self._order = devices
        self._timetable = [(first_wake_s(device, world), place) for place, device in enumerate(devices)]
        heapq.heapify(self._timetable)
        self.readings = 0

    @property
    def next_s(self) -> float:
        return self._timetable[0][0]

    def record(self, until_s: float, limit: int) -> Recorded:
        """All frames due until `until_s`, or the first `limit` of them."""
        frames: list[Frame] = []
        recorded: dict[int, float] = {}
        while self.next_s <= until_s and len(frames) < limit:
            at_s, place = self._timetable[0]
            device = self._order[place]
            heapq.heapreplace(self._timetable, (at_s + device.interval_s, place))
            self.world.advance(at_s)
            frames.extend(self.wake(device, at_s))
            if at_s > device.muted_s:
                recorded[device.number] = at_s
        return Recorded(frames, recorded)

    def wake(self, device: Device, at_s: float) -> list[Frame]:
        """The frames a device makes at one instant: none, one, or two when it contradicts itself."""
        at_h = (at_s - self.world.beginning.epoch_s) / HOUR_S
        faults, seed = device.plan.faults, f"{self.world.seed}/{device.plan.id}"
        if is_dead(faults, at_h):
            return []
        chance = Random(f"{seed}/{at_s:.0f}")
        samples = held_back(device, read_sensors(device.plan, self.world, at_s, chance), set(stuck_since(faults, at_h)))
        measures = [Measure(k=s.key, d=s.depth_cm, v=spoilt(faults, s.key, s.value, chance)) for s in samples]
        said_s = at_s + clock_error_s(faults, at_h)
        away_h = absence(faults, seed, at_h)
        if away_h is not None:
            if self.world.beginning.epoch_s + away_h[1] * HOUR_S > device.muted_s:
                device.missed.append(Slot(instant(said_s), measures))
            return []
        if at_s <= device.muted_s:
            return []
        frames = [self._frame(device, said_s, measures, chance)]
        if happens(faults, Conflict, chance):
            frames.append(self._frame(device, said_s, contradicted(measures), chance))
        return frames

    def _frame(self, device: Device, said_s: float, measures: list[Measure], chance: Random) -> Frame:
        device.seq += 1
        kept = [device.missed.popleft() for _ in range(min(HIST_SLOTS, len(device.missed)))]
        at_h = (self.world.at_s - self.world.beginning.epoch_s) / HOUR_S
        body = Body(
            v=VERSION,
            seq=device.seq,
            boot=device.boot,
            low=device.low,
            ts=instant(said_s),
            m=measures,
            bat=battery_v(self.world.battery, battery_left(device.plan.faults, at_h)),
            rssi=signal_dbm(self.world.seed, device.plan.id, chance),
            hist=kept,
        )
        self.readings += len(measures) + 2 + sum(len(slot.m) for slot in kept)
        return Frame(device.number, device.boot, device.seq, encoded(body), happens(device.plan.faults, Resend, chance))


def started_device(plan: DevicePlan, world: World, mark: Mark, since_s: float, tick_s: int | None) -> Device:
    """A device that boots: it goes on where an earlier boot stopped, or begins after `since_s`."""
    interval_s = tick_s or plan.expected_interval_s
    muted_s = since_s if mark.recorded_s is None else max(since_s, mark.recorded_s)
    phase_s = int.from_bytes(digest(f"{world.seed}/{plan.id}/phase")[:4]) % interval_s
    return Device(plan, mark.number, boot_id(world, plan.id, mark.boots), interval_s, phase_s, muted_s)


def boot_id(world: World, device_id: str, boots: int) -> str:
    """A name for one start of one device, the same for the same seed, beginning and count."""
    return digest(f"{world.seed}/{world.beginning}/{device_id}/{boots}").hex()[:8]


def digest(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()


def first_wake_s(device: Device, world: World) -> float:
    """The first instant of the device's timetable: after what was recorded, or where its present dropout or stuck sensor began.

    From there it lives through the past again, muted, and so remembers what it kept and where it stuck.
    """
    epoch_s, faults = world.beginning.epoch_s, device.plan.faults
    muted_h = (device.muted_s - epoch_s) / HOUR_S
    away_h = absence(faults, f"{world.seed}/{device.plan.id}", muted_h)
    began_h = [*stuck_since(faults, muted_h).values(), *(away_h[:1] if away_h else ())]
    since_s = min([device.muted_s, *(epoch_s + hour * HOUR_S - 1 for hour in began_h)])
    since_s = max(world.beginning.origin_s, since_s)
    turns = (since_s - device.phase_s) // device.interval_s + 1
    return turns * device.interval_s + device.phase_s


def held_back(device: Device, samples: list[Sample], stuck: set[str]) -> list[Sample]:
    """The samples with every stuck property at the value it was first stuck with."""
    if not stuck:
        device.held.clear()
        return samples
    return [
        Sample(s.key, s.depth_cm, device.held.setdefault((s.key, s.depth_cm), s.value)) if s.key in stuck else s
        for s in samples
    ]


def contradicted(measures: list[Measure]) -> list[Measure]:
    """The same instant told again, its first number a little different."""
    first = measures[0]
    changed = round(first.v + 0.3, 1) if isinstance(first.v, int | float) else 0.0
    return [Measure(k=first.k, d=first.d, v=changed), *measures[1:]]
