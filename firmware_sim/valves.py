"""The fleet's valves at work: orders in, water on the field, answers and readings out."""

import logging
from collections.abc import Callable

from msgspec import Struct

from firmware_sim.faults import is_jammed
from firmware_sim.outbox import Outbox
from firmware_sim.payload import encoded, instant
from firmware_sim.plan import DevicePlan, Kind
from firmware_sim.recorder import Recorder
from firmware_sim.season import HOUR_S
from firmware_sim.valve import BY_HAND, Reply, State, Valve, pass_time, read_order, receive
from firmware_sim.world import Run, World

log = logging.getLogger(__name__)

BUSY_S = 60
FOREVER_S = 1e12


class Answer(Struct, frozen=True, omit_defaults=True):
    """The body of `cmd/{id}/ack`."""

    order: str
    state: State
    ts: str
    reason: str | None = None


Post = Callable[[str, str, bytes], None]  # device, topic tail, body


class Valves:
    """Owns the valves of a fleet. Every change of a valve is stored, told to the world and answered; it and every order obeyed are read back in a frame at once."""

    def __init__(
        self, world: World, recorder: Recorder, outbox: Outbox, post: Post, now_s: Callable[[], float]
    ) -> None:
        self.world, self.recorder, self.outbox, self.post, self.now_s = world, recorder, outbox, post, now_s
        at_s = now_s()
        self.plans = {device.id: device for device in world.plan.device if device.kind is Kind.VALVE}
        self.valves = {device.id: booted(outbox, device, at_s) for device in self.plans.values()}
        for device_id in self.plans:  # a valve that boots is closed, whatever it was told before
            self._shut(device_id, at_s)
        self.jammed: set[str] = set()
        self._topics: dict[str, str] = {}  # order -> id in its topic

    def order(self, device_id: str, command: str, payload: bytes, retained: bool) -> None:
        """A message on `cmd/{command}`."""
        valve = self.valves.get(device_id)
        if valve is None:
            return
        order = read_order(payload)
        if order is None:
            log.warning("valve.order_unreadable device=%s command=%s", device_id, command)
            self._answer(device_id, command, Reply(command, State.FAILED, "unreadable"))
            return
        self._topics[order.order] = command
        at_s = self.now_s()
        if (
            self.recorder.next_s < at_s - BUSY_S
        ):  # the past is still being told: its water must be counted before today's
            self._answer(device_id, command, Reply(order.order, State.FAILED, "busy"))
            return
        after, replies = receive(valve, order, retained, at_s)
        self._settle(device_id, valve, after, replies, at_s)

    def pass_time(self, is_linked: Callable[[str], bool]) -> None:
        """Let every valve's own timer and lease do their work."""
        at_s = self.now_s()
        for device_id, valve in self.valves.items():
            after, replies = pass_time(valve, is_linked(device_id), at_s)
            self._settle(device_id, valve, after, replies, at_s)

    def _settle(self, device_id: str, before: Valve, after: Valve, replies: list[Reply], at_s: float) -> None:
        self.valves[device_id] = after
        for reply in replies:
            if reply.order in after.known:
                self.outbox.know_order(device_id, reply.order, after.known[reply.order])
        if before.order != after.order:
            self._turn(self.plans[device_id], after, at_s)
        if before.order != after.order or any(reply.state is State.ACCEPTED for reply in replies):
            self._read_back(device_id, at_s)
        for reply in replies:
            self._answer(device_id, self._topics.get(reply.order, reply.order), reply)

    def _turn(self, plan: DevicePlan, after: Valve, at_s: float) -> None:
        """What the valve lets through changes; one that is jammed stays where it is."""
        if plan.master:
            self._turn_master(plan, after, at_s)
            return
        if plan.id in self.jammed:
            return
        self.world.held_open.discard(plan.id)
        self._shut(plan.id, at_s)
        if after.closes_s is not None:
            self._open(plan, at_s, after.closes_s)

    def _turn_master(self, plan: DevicePlan, after: Valve, at_s: float) -> None:
        """Shut, it dries out every valve of its field, open or not."""
        if after.order is not None:
            self.world.shut.discard(plan.id)
            return
        self.world.shut.add(plan.id)
        for other in self.plans.values():
            if other.field == plan.field and not other.master:
                if self.valves[other.id].order is not None:
                    self.world.held_open.add(other.id)
                self._shut(other.id, at_s)

    def _open(self, plan: DevicePlan, at_s: float, closes_s: float) -> None:
        at_h = (at_s - self.world.beginning.epoch_s) / HOUR_S
        is_dry = any(self.plans[each].field == plan.field for each in self.world.shut)
        if is_jammed(plan.faults, at_h):
            self.jammed.add(plan.id)
            closes_s = FOREVER_S
        if is_dry or plan.id in self.jammed:
            self.world.held_open.add(plan.id)
        if is_dry:
            return
        run = Run(plan.field or "", plan.id, at_s, closes_s)
        self.world.open(run)
        self.outbox.open_run(run)

    def _shut(self, device_id: str, at_s: float) -> None:
        self.world.close(device_id, at_s)
        self.outbox.close_runs(device_id, at_s)

    def _read_back(self, device_id: str, at_s: float) -> None:
        """A frame of now, so that an open or closed valve is confirmed by its state and flow, not by its promise."""
        self.world.advance(at_s)
        self.outbox.store(self.recorder.wake(self.recorder.devices[device_id], at_s), {})

    def _answer(self, device_id: str, command: str, reply: Reply) -> None:
        body = Answer(reply.order, reply.state, instant(self.now_s()), reply.reason)
        self.post(device_id, f"cmd/{command}/ack", encoded(body))


def booted(outbox: Outbox, plan: DevicePlan, at_s: float) -> Valve:
    """A valve after a start: closed, and a master valve open; an order that was running when it stopped has ended."""
    device_id = plan.id
    known = {order: State(state) for order, state in outbox.known_orders(device_id).items()}
    ended = {order: State.DONE if state is State.RUNNING else state for order, state in known.items()}
    for order, state in ended.items():
        if state is not known[order]:
            outbox.know_order(device_id, order, state)
    return Valve(device_id, at_s, ended, BY_HAND if plan.master else None)
