"""Readings into alerts, by event time: the same readings give the same history, in whatever order and portions they came.

A track is settled up to an instant: what is newer is played again from there whenever something arrives, so a reading that
overtakes another changes nothing. What is older than that belongs to the past: it is kept, and alarms nobody.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import groupby

from nongso.alerting.machine import Look, State, step
from nongso.alerting.rule import Armed
from nongso.alerting.scene import Day, Place, Point, Scene
from nongso.alerting.water import SALT, fall
from nongso.clock import LOCAL
from nongso.forecast import Forecast, standing
from nongso.rules import Signal

REMEMBERED = {
    "rain.total": timedelta(hours=25),
    "rain.amount": timedelta(hours=25),
    "soil.moisture": timedelta(hours=13),
    "valve.state": timedelta(hours=13),
}
REMEMBERED_ELSE = timedelta(hours=2)
FOLLOWS_WITHIN = timedelta(hours=24)  # so long "fresh again" has a meaning after "too salt"; our choice

Recent = dict[int, tuple[Point, ...]]


@dataclass(frozen=True, slots=True)
class Track:
    """All that must be kept of a place: rules' states, the readings they still look at, and the day rules looked last."""

    until: datetime
    states: Mapping[str, State] = field(default_factory=dict)
    recent: Mapping[int, tuple[Point, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Episode:
    """From firing to resolved; `closed_at` None while it lasts. `worst` is the most severe look."""

    rule: str
    opened_at: datetime
    closed_at: datetime | None
    worst: Look


@dataclass(frozen=True, slots=True)
class Played:
    """`live` at the last reading, `settled` at the instant asked for, and what opened or was open after the start."""

    live: Track
    settled: Track
    episodes: tuple[Episode, ...]


def play(
    place: Place,
    armed: Sequence[Armed],
    start: Track,
    readings: Iterable[tuple[int, Point]],
    days: Sequence[Day],
    settle_at: datetime,
    forecasts: Sequence[Forecast] = (),
) -> Played:
    """Play the readings newer than the start's `until` in event time; `days` are whole local days, oldest first.

    A look sees the forecast that stood at its own instant, not what was told later.
    """
    player = _Player(place, armed, start, forecasts)
    newer = sorted({(point.at, series, point.value) for series, point in readings if point.at > start.until})
    instants = {at: list(group) for at, group in groupby(newer, key=lambda each: each[0])}
    dawns = {end_of(day): day for day in days if end_of(day) > start.until}
    settled = start
    for at in sorted({*instants, *dawns}):
        if at > settle_at and player.until <= settle_at:
            settled = player.track(player.until)
        for _, series, value in instants.get(at, ()):
            player.remember(series, Point(at, value))
        player.look(
            at, {series for _, series, _ in instants.get(at, ())}, _days_before(days, at) if at in dawns else ()
        )
    live = player.track(player.until)
    return Played(live, live if player.until <= settle_at else settled, tuple(player.episodes()))


def end_of(day: Day) -> datetime:
    """The local midnight that ends the day."""
    begin = datetime(day.day.year, day.day.month, day.day.day, tzinfo=LOCAL)
    return begin + timedelta(days=1)


def _days_before(days: Sequence[Day], at: datetime) -> Sequence[Day]:
    return [day for day in days if end_of(day) <= at]


class _Player:
    """The moving part of a playing: states, readings and episodes as they are at `until`."""

    def __init__(self, place: Place, armed: Sequence[Armed], start: Track, forecasts: Sequence[Forecast]) -> None:
        self.forecasts = forecasts
        self.place, self.armed, self.until = place, armed, start.until
        self.states = dict(start.states)
        self.recent: Recent = dict(start.recent)
        self.sensors = {sensor.series_id: sensor for sensor in place.sensors}
        self.ended: list[Episode] = []
        self.worst: dict[str, Look] = {slug: s.told for slug, s in self.states.items() if s.is_open and s.told}

    def track(self, until: datetime) -> Track:
        return Track(until, dict(self.states), dict(self.recent))

    def remember(self, series: int, point: Point) -> None:
        """Add a reading and forget those that no rule looks at any more."""
        sensor = self.sensors.get(series)
        if sensor is None:
            return
        points = (*self.recent.get(series, ()), point)
        begin = point.at - REMEMBERED.get(sensor.property, REMEMBERED_ELSE)
        kept = tuple(each for each in points if each.at >= begin)
        fallen = fall(points, sensor) if sensor.property in SALT and len(points) > 1 else None
        if fallen is not None and points[fallen].at < begin:
            kept = (*points[fallen : fallen + 2], *(each for each in kept if each not in points[fallen : fallen + 2]))
        self.recent[series] = kept

    def look(self, at: datetime, series: set[int], days: Sequence[Day]) -> None:
        """Every rule that watches what was read, and at a day's end those that look at days."""
        self.until = at
        read = {self.sensors[each].property for each in series if each in self.sensors}
        scene = Scene(self.place, at, self.recent, days, standing(self.forecasts, at) if self.forecasts else None)
        for each in self.armed:
            if (days and each.rule.is_daily) or not read.isdisjoint(each.rule.watches):
                look = each.rule.look(scene, each.limits)
                if look is None:
                    self.drop(each.rule.slug)
                else:
                    self.move(each, look if self.follows(each, at) else replace(look, signal=Signal.CLEAR))

    def follows(self, armed: Armed, at: datetime) -> bool:
        """Whether the rule that must have ended before this one speaks did so, and lately."""
        if armed.rule.after is None:
            return True
        before = self.states.get(armed.rule.after, State())
        return not before.is_open and before.closed_at is not None and at - before.closed_at <= FOLLOWS_WITHIN

    def drop(self, slug: str) -> None:
        """The rule no longer applies here: another stage, another sensor that speaks instead."""
        state = self.states.pop(slug, None)
        if state is not None and state.is_open and state.opened_at:
            self.ended.append(Episode(slug, state.opened_at, self.until, self.worst.pop(slug)))

    def move(self, armed: Armed, look: Look) -> None:
        slug = armed.rule.slug
        before = self.states.get(slug, State())
        after = self.states[slug] = step(before, armed.timing, look)
        if after.is_open and after.told:
            worst = self.worst.get(slug)
            self.worst[slug] = after.told if worst is None or after.told.severity >= worst.severity else worst
        if before.is_open and not after.is_open and before.opened_at:
            self.ended.append(Episode(slug, before.opened_at, look.at, self.worst.pop(slug)))

    def episodes(self) -> list[Episode]:
        """Those that ended while playing, then those that last."""
        lasting = [
            Episode(slug, state.opened_at, None, self.worst[slug])
            for slug, state in self.states.items()
            if state.is_open and state.opened_at
        ]
        return sorted([*self.ended, *lasting], key=lambda each: (each.opened_at, each.rule))


def forget_rules(track: Track, slugs: Iterable[str]) -> Track:
    """The track without the states of rules that no longer apply: switched off, or without their sensors."""
    gone = set(slugs)
    return replace(track, states={slug: state for slug, state in track.states.items() if slug not in gone})
