"""The history of alerts depends on what was measured and when, not on how it arrived or how often the worker was restarted."""

from datetime import timedelta

from fixtures.places import START, Readings, armed, place, sensor
from hypothesis import given, settings
from hypothesis import strategies as st

from nongso.alerting.history import Episode, Track, play
from nongso.alerting.scene import Point
from nongso.alerting.wire import from_json, to_json
from nongso.devices import Kind

CHECKED = settings(derandomize=True, max_examples=60, deadline=None)
TAIL = timedelta(hours=1)
WHERE = place("pomelo", sensor(1, "water.salinity"), sensor(2, "water.level"), sensor(3, "soil.moisture", Kind.SOIL))
RULES = [armed(slug, WHERE) for slug in ("salt", "salt_rising", "fresh", "dry")]
BEGIN = Track(START - timedelta(days=1))
FAR = START + timedelta(days=99)


@st.composite
def arrivals(draw: st.DrawFn) -> list[tuple[int, int, Point]]:
    """Readings as (minute of arrival, series, point): each comes up to an hour after it was observed."""
    found = []
    for series, high in ((1, 4.0), (2, 1.5), (3, 40.0)):
        for step, value in enumerate(draw(st.lists(st.floats(0, high), max_size=24))):
            minute = 20 * step + series
            found.append((minute + draw(st.integers(0, 59)), series, Point(START + timedelta(minutes=minute), value)))
    return sorted(found, key=lambda each: each[0])


def whole(readings: Readings) -> tuple[Episode, ...]:
    return play(WHERE, RULES, BEGIN, readings, [], FAR).episodes


def as_it_came(came: list[tuple[int, int, Point]], restarting: bool) -> set[Episode]:
    """What a worker that looks after every arrival has at the end; restarting, it knows only what it wrote down."""
    track, stored, ended = BEGIN, [], {}
    episodes: tuple[Episode, ...] = ()
    for minute, series, point in came:
        stored.append((series, point))
        now = START + timedelta(minutes=minute)
        played = play(WHERE, RULES, track, stored, [], now - TAIL)
        episodes = played.episodes
        settled = played.settled
        for episode in episodes:
            if episode.closed_at is not None and episode.closed_at <= settled.until:
                ended[(episode.rule, episode.opened_at)] = episode
        track = from_json(to_json(settled)) if restarting else settled
    return {*ended.values(), *episodes}


@CHECKED
@given(arrivals())
def test_order_of_arrival_does_not_change_the_history(came: list[tuple[int, int, Point]]) -> None:
    readings = [(series, point) for _, series, point in came]

    expected = whole(readings)

    assert expected == whole(readings[::-1])
    assert {(each.rule, each.opened_at, each.closed_at) for each in expected} == {
        (each.rule, each.opened_at, each.closed_at) for each in as_it_came(came, restarting=False)
    }


@CHECKED
@given(arrivals())
def test_a_restart_between_any_two_looks_changes_nothing(came: list[tuple[int, int, Point]]) -> None:
    assert as_it_came(came, restarting=False) == as_it_came(came, restarting=True)
