"""A season of one field, played by the house's own rules against the simulator's world and valve: event time, no broker, no database.

What the worker does with the store (worker/watering.py) is done here with values: alerts by event time, a decision every 15 minutes,
what ends a run, and the run's machine second by second. What breaks, and what people do, is the script's.
Not played: meters (rule 7), a start of the house (rule 3), two zones at one source.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from random import Random

from firmware_sim.plan import FleetPlan, Kind
from firmware_sim.rig import SILENT, Rig
from firmware_sim.sensors import read_sensors
from firmware_sim.soil import moisture
from firmware_sim.trial_scene import conditions_of, place_of, series_of, zone_of
from firmware_sim.valve import BY_HAND
from firmware_sim.world import Beginning, World, wants_water
from firmware_sim.world import Run as Flow
from nongso.alerting.arming import arm_all
from nongso.alerting.catalogue import RULES
from nongso.alerting.history import Track, play
from nongso.alerting.scene import Point
from nongso.clock import LOCAL
from nongso.findings import salt_limit
from nongso.irrigation.advice import need, verdict
from nongso.irrigation.inputs import inputs_of
from nongso.irrigation.interlock import Block, Inputs, Use, Why, may_open, must_stop
from nongso.irrigation.orders import Origin, Outcome
from nongso.irrigation.run import Finish, Shown, shown

SLOT = timedelta(minutes=15)  # as often as devices speak and the house decides
TOLD = ("salt_rising", "salt", "fresh", "dry", "soaked", "unseen", "rain")  # the rules on a garden's water
DAYLIGHT_H = range(5, 18)
INSISTS_H = 6
MARGIN = 1.0  # % by volume above the line: water is neither missed nor wasted; our choice
FOREVER_S = 1e12


@dataclass(frozen=True, slots=True)
class Script:
    """Days count from 0. The valve jams in the first run from `jams_from` on, hears no order from `deaf_from` on;
    a neighbour mends it `mended_after` the alarm. On `insists_on` a person waters for `insists_s` whatever the salt."""

    jams_from: int = 12
    deaf_from: int = 22
    insists_on: int = 50
    insists_s: int = 1800
    mended_after: timedelta = timedelta(hours=3)


@dataclass(slots=True)
class Day:
    """A local day as it went. Salt in g/L, soil in % at 20 cm, both true; `salt_taken` is the most in water the house took by itself.

    `alarm_after_s`: from the order that did not work to the alarm. `jammed_s`: water ran on through a valve that was told to close.
    `lied_s`: shown closed while water ran.
    Of the daylight, `thirsty_s` the soil was below the crop's line, `wanted_s` it was and the canal was fresh; `near_line`: not far above it.
    """

    number: int
    at: datetime
    rain_mm: float = 0.0
    salt_low: float = 99.0
    salt_high: float = 0.0
    soil: float = 0.0
    happened: list[str] = field(default_factory=list)
    advised: list[str] = field(default_factory=list)
    warned: list[str] = field(default_factory=list)
    by_itself_s: int = 0
    by_person_s: int = 0
    jammed_s: int = 0
    salt_taken: float = 0.0
    alarm_after_s: float | None = None
    lied_s: int = 0
    thirsty_s: float = 0.0
    wanted_s: float = 0.0
    near_line: bool = False


class Trial:
    """Owns the season at one instant; only `play_day` moves it, by a local day."""

    def __init__(self, plan: FleetPlan, seed: int, begins: datetime, script: Script) -> None:
        self.plan, self.seed, self.script, self.begins, self.at = plan, seed, script, begins, begins
        self.world = World(plan, seed, Beginning(begins.timestamp(), begins.timestamp()), [])
        self.field = plan.field[0]
        self.valve = next(each for each in plan.device if each.kind is Kind.VALVE)
        self.zone, self.place = zone_of(plan, self.valve, begins), place_of(plan, begins)
        self.series = {(device.id, key, depth): n for n, (device, key, depth) in enumerate(series_of(plan))}
        self.armed = [each for each in arm_all(self.place, (), begins) if each.rule.slug in TOLD]
        self.track = Track(begins - SLOT)
        self.rig = Rig(at=begins, outcome=Outcome.DONE)
        self.rig.valve = replace(self.rig.valve, linked_s=begins.timestamp())
        self.rig.report()
        self.master = Rig(
            at=begins, origin=Origin.CUT, outcome=Outcome.CUT
        )  # stands open until something does not close
        self.master.valve = replace(self.rig.valve, device_id="van-tong")
        self._let_on()
        self.use, self.mended_at, self.broken = Use(), None, ""
        self.despite: tuple[Why, ...] = ()
        self.inputs = Inputs()
        self.rain_totals: list[float] = [0.0]
        self.day = Day(0, begins)
        self.has_jammed = self.has_been_deaf = False

    @property
    def salt(self) -> float:
        return self.world.canal.salinity

    @property
    def flows(self) -> bool:
        """Whether water reaches the field."""
        return self.rig.is_open and self.master.is_open

    @property
    def is_salt_alert(self) -> bool:
        state = self.track.states.get("salt")
        return state is not None and state.is_open

    def play_day(self, number: int) -> Day:
        self.day = Day(number, self.at)
        self.use = replace(self.use, day_s=0.0)
        begun_mm = self.world.weather.rain_total_mm
        for _ in range(timedelta(days=1) // SLOT):
            self._slot()
        self.day.rain_mm = self.world.weather.rain_total_mm - begun_mm
        self.day.soil = moisture(self.world.columns[self.field.slug], 20)
        return self.day

    def _slot(self) -> None:
        self._script()
        self._run_until(self.at + SLOT)
        self.at += SLOT
        self.world.advance(self.at.timestamp())
        self.rig.report()
        self.master.report()
        self.inputs = self._hear()
        self._person()
        if self.rig.outcome is None:
            self._halt(self.inputs)
        else:
            self._decide(self.inputs)

    # What breaks, and what people do.

    def _script(self) -> None:
        script, rig = self.script, self.rig
        if self.mended_at is not None and self.at >= self.mended_at:
            rig.stuck_open = rig.jammed = False
            self.mended_at = None
            self.day.happened.append("valve mended")
            self._let_on()
            self._note_flow()
        if self.day.number >= script.deaf_from and not self.has_been_deaf:
            rig.jammed = self.has_been_deaf = True
            self.day.happened.append("valve hears no order")
        if self.at == self.begins + timedelta(days=script.insists_on, hours=INSISTS_H):
            self._insist()

    def _insist(self) -> None:
        """A person starts in spite of the salt; nothing else is set aside."""
        self.day.happened.append("a person insists, despite the salt")
        blocks = may_open(self.zone, self.inputs, self.use, self.script.insists_s, self.at, by_itself=False)
        if self.rig.outcome is not None and all(block.why is Why.SALT for block in blocks):
            self.rig.begin(self.script.insists_s, Origin.PERSON)
            self.despite = (Why.SALT,)

    def _let_on(self) -> None:
        """Somebody opens the master valve by hand."""
        self.master.valve = replace(self.master.valve, order=BY_HAND, closes_s=None)
        self.master.report()

    def _jam(self) -> None:
        rig = self.rig
        if self.day.number >= self.script.jams_from and not self.has_jammed and rig.run.opened_at is not None:
            rig.stuck_open = self.has_jammed = True
            self.day.happened.append("valve jams open")

    # The valve, second by second while a run lasts.

    def _run_until(self, until: datetime) -> None:
        rig = self.rig
        while rig.outcome is None and rig.at < until:
            before, was_alarmed, was_cut = self.flows, rig.alarm, rig.run.is_cut
            rig.pass_s(1)
            self.master.pass_s(1)
            self._jam()
            if rig.run.is_cut and not was_cut:
                self.master.begin(0, Origin.CUT)
            if self.flows != before:
                self._note_flow()
            self._count()
            if rig.outcome is not None:
                self._finished()
            if rig.alarm and not was_alarmed:
                self._alarmed()
        rig.idle_until(until)
        self.master.idle_until(until)

    def _note_flow(self) -> None:
        at_s = self.rig.at.timestamp()
        if self.flows:
            self.world.open(Flow(self.field.slug, self.valve.id, at_s, FOREVER_S))
        else:
            self.world.close(self.valve.id, at_s)

    def _count(self) -> None:
        rig, day = self.rig, self.day
        if not self.flows:
            return
        day.by_person_s += rig.origin is Origin.PERSON
        day.by_itself_s += rig.origin is Origin.AUTOMATIC
        day.jammed_s += rig.stuck_open and rig.valve.order is None
        day.lied_s += rig.shown is Shown.CLOSED
        if rig.origin is Origin.AUTOMATIC:
            day.salt_taken = max(day.salt_taken, self.salt)

    def _alarmed(self) -> None:
        """I1 begins: somebody sets out."""
        rig = self.rig
        order = next(each for each in rig.run.orders if each.is_unknown)
        self.day.alarm_after_s = max(self.day.alarm_after_s or 0.0, (rig.at - order.created_at).total_seconds())
        self.day.warned.append("I1")
        self.mended_at = self.mended_at or rig.at + self.script.mended_after

    def _finished(self) -> None:
        opened_at, self.despite = self.rig.run.opened_at, ()
        closed_at = next(move.closed_at for _, move in reversed(self.rig.moves) if isinstance(move, Finish))
        if opened_at is not None and closed_at > opened_at:
            had_s = (closed_at - opened_at).total_seconds()
            self.use = replace(self.use, day_s=self.use.day_s + had_s, last_closed_at=closed_at)

    # What the house hears, warns of and decides.

    def _hear(self) -> Inputs:
        at_s = self.at.timestamp()
        said = [
            (device, sample)
            for device in self.plan.device
            for sample in read_sensors(device, self.world, at_s, Random(f"{self.seed}/{device.id}/{at_s:.0f}"))
        ]
        self._warn([(self.series[d.id, s.key, s.depth_cm], Point(self.at, s.value)) for d, s in said])
        rain = next(sample.value for _, sample in said if sample.key == "rain.total")
        self.rain_totals = [*self.rain_totals[-4:], rain]
        found = conditions_of(self.plan, said, self.begins, self.at)
        hour_mm = rain - self.rain_totals[0]
        limit = salt_limit(found, self.at, ())
        return inputs_of(
            self.zone, found, (), hour_mm, None, self.at, salt_limit_g_l=limit, salt_alert=self.is_salt_alert
        )

    def _warn(self, readings: Sequence[tuple[int, Point]]) -> None:
        before = {slug for slug, state in self.track.states.items() if state.is_open}
        self.track = play(self.place, self.armed, self.track, readings, (), self.at).live
        opened = {slug for slug, state in self.track.states.items() if state.is_open}
        muted = {slug for each in opened for slug in RULES[each].mutes}
        self.day.warned += [RULES[slug].code for slug in sorted(opened - before - muted)]

    def _halt(self, inputs: Inputs) -> None:
        run = self.rig.run
        if run.stop is not None or run.closing is not None:
            return
        by_itself = run.origin is Origin.AUTOMATIC
        if must_stop(self.zone, inputs, self.despite, self.at, by_itself=by_itself):
            self.rig.stop(Outcome.HALTED)

    def _decide(self, inputs: Inputs) -> None:
        known = shown(None, self.rig.seen, SILENT, self.at) is not Shown.UNKNOWN
        wanted = need(self.zone, inputs, self.at)
        use = replace(self.use, valve_known=known, is_cut_off=not self.master.is_open)
        blocks = may_open(self.zone, inputs, use, wanted.seconds, self.at, by_itself=True)
        self._advise(wanted.wants_water, blocks)
        if verdict(self.zone.mode, wanted, blocks) == "watered":
            self.rig.begin(round(wanted.seconds), Origin.AUTOMATIC)

    def _advise(self, wants_water: bool, blocks: Sequence[Block]) -> None:
        against = [str(block.why) for block in blocks if block.why not in (Why.PAUSE, Why.DAY_CAP)]
        word = f"wait: {', '.join(against)}" if against else "water"
        if wants_water and word not in self.day.advised:
            self.day.advised.append(word)
        if any(block.why in (Why.UNKNOWN, Why.VALVE_UNKNOWN) for block in blocks) and "I6" not in self.day.warned:
            self.day.warned.append("I6")

    # What a person would have wanted who knows the true soil and the true canal.

    def _person(self) -> None:
        day, slot_s = self.day, SLOT.total_seconds()
        day.salt_low, day.salt_high = min(day.salt_low, self.salt), max(day.salt_high, self.salt)
        if self.at.astimezone(LOCAL).hour not in DAYLIGHT_H:
            return
        line = self.field.watering.below_moisture or 0.0
        soil = moisture(self.world.columns[self.field.slug], 20)
        day.thirsty_s += slot_s * (soil < line)
        day.wanted_s += slot_s * wants_water(self.world, self.field)
        day.near_line = day.near_line or soil < line + MARGIN
