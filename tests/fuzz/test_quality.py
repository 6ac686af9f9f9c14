"""Quality control over any stream: where batches are cut does not matter, and nothing that comes late changes what is remembered."""

from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.watch import Watch
from nongso.quality.limits import HOUR_US, LIMITS
from nongso.quality.track import SPIKE_COUNT, look
from nongso.readings import UNFIT, Flag, SeriesKey
from nongso.store.readings import Row

KEYS = (
    "water.temperature",
    "water.ec",
    "water.salinity",
    "water.level",
    "air.temperature",
    "air.dew_point",
    "soil.moisture",
)

items = st.tuples(
    st.integers(0, len(KEYS) - 1),
    st.integers(0, 30),
    st.one_of(st.sampled_from((0.0, 20.0, 20.1, 28.0, 50.0, 85.0, 327.6)), st.floats(-10, 100, width=32)),
    st.sampled_from((0, 0, 0, int(Flag.RANGE), int(Flag.LATE))),
)
messages = st.lists(st.lists(items, min_size=1, max_size=6), max_size=25)


def rows_of(message: list[tuple[int, int, float, int]]) -> list[Row]:
    points = {
        (series, slot): Row(series, slot * HOUR_US // 4, value, flags, 0) for series, slot, value, flags in message
    }
    return list(points.values())


def flags_in_batches(stream: list[list[Row]], cuts: list[int]) -> dict[tuple[int, int, int], int]:
    """The flags of each row of each message, the stream cut into batches at `cuts`."""
    watch, found = Watch(), dict[tuple[int, int, int], int]()
    watch.begin({SeriesKey("a", key, None): number for number, key in enumerate(KEYS)})
    edges = [0, *sorted(cuts), len(stream)]
    for start, end in pairwise(edges):
        numbered = [(number, row) for number in range(start, end) for row in stream[number]]
        findings = watch.judge([row for _, row in numbered], [number for number, _ in numbered])
        watch.keep(findings)
        for (number, _), row in zip(numbered, findings.rows, strict=True):
            found[number, row.series_id, row.at_us] = row.flags
        for series_id, at_us in findings.spikes:
            for place in found:
                if place[1:] == (series_id, at_us) and found[place] & Flag.RATE:
                    found[place] |= int(Flag.SPIKE)
    return found


@given(stream=messages, data=st.data())
@settings(derandomize=True, max_examples=100, deadline=None)
def test_flags_do_not_depend_on_where_batches_are_cut(stream: list, data: st.DataObject) -> None:
    rows = [rows_of(message) for message in stream]
    cuts = data.draw(st.lists(st.integers(0, len(rows)), max_size=6))

    assert flags_in_batches(rows, []) == flags_in_batches(rows, cuts)


@given(stream=st.lists(items, max_size=40), key=st.sampled_from(sorted(LIMITS)))
@settings(derandomize=True, max_examples=100, deadline=None)
def test_a_track_stays_small_and_true(stream: list, key: str) -> None:
    """Flags are only added; the newest reading and the newest fit one are remembered; late ones change nothing."""
    track = None
    for _, slot, value, flags in stream:
        before = track
        looked = look(LIMITS[key], track, slot * HOUR_US, value, flags)
        track = looked.track

        assert flags == looked.flags & flags
        assert len(track.doubts) <= SPIKE_COUNT + 1
        assert before is None or track.head_us == max(before.head_us, slot * HOUR_US)
        if before is not None and slot * HOUR_US <= before.head_us:
            assert before == track
        elif not looked.flags & UNFIT:
            assert (slot * HOUR_US, value, ()) == (track.fit_us, track.fit_value, track.doubts)
