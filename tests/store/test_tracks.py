"""What quality control finds again in the store after a restart, and spikes marked afterwards."""

from collections.abc import Sequence

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingest.watch import Watch
from nongso import store
from nongso.readings import Flag, SeriesKey
from nongso.store import readings, recounts, rollups, series, tracks
from nongso.store.readings import Row

HOUR_US = 3_600_000_000
QUARTER_US = HOUR_US // 4
T0_US = 1_795_000_000_000_000 // HOUR_US * HOUR_US
KEYS = (SeriesKey("probe-1", "water.temperature", None), SeriesKey("probe-1", "soil.moisture", 20))

streams = st.lists(
    st.tuples(
        st.integers(0, 1),
        st.one_of(st.sampled_from((0.0, 20.0, 20.1, 28.0, 50.0, 85.0)), st.floats(0, 60, width=32)),
        st.integers(1, 12),
    ),
    max_size=30,
)


@pytest.fixture
def ids(conn: store.Connection, device_id: str) -> dict[SeriesKey, int]:
    return series.resolve(conn, KEYS)


def settle(conn: store.Connection, watch: Watch, rows: Sequence[Row]) -> None:
    """Each row a message of its own, all of them a batch."""
    findings = watch.judge(rows, list(range(len(rows))))
    readings.insert(conn, findings.rows)
    tracks.mark_spikes(conn, findings.spikes)
    watch.keep(findings)


def fresh(conn: store.Connection, ids: dict[SeriesKey, int]) -> Watch:
    watch = Watch()
    watch.learn(conn, ids)
    return watch


def flags(conn: store.Connection) -> list[tuple[int, ...]]:
    return conn.execute("SELECT series_id, at, flags FROM reading ORDER BY series_id, at").fetchall()


@given(stream=streams, restarts=st.sets(st.integers(0, 30), max_size=3))
@settings(derandomize=True, max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_restart_changes_no_flag(
    conn: store.Connection, ids: dict[SeriesKey, int], stream: list, restarts: set[int]
) -> None:
    rows, at_us = [], T0_US
    for which, value, quarters in stream:
        at_us += quarters * QUARTER_US
        rows.append(Row(ids[KEYS[which]], at_us, value, 0, at_us))

    found = []
    for stops in (set[int](), restarts):
        conn.execute("TRUNCATE reading, latest, dirty_hour")
        watch = fresh(conn, ids)
        for place, row in enumerate(rows):
            if place in stops:
                watch = fresh(conn, ids)
            settle(conn, watch, [row])
        found.append(flags(conn))

    assert found[0] == found[1]


def test_a_standstill_is_known_after_a_restart(conn: store.Connection, ids: dict[SeriesKey, int]) -> None:
    water = ids[KEYS[0]]
    settle(
        conn,
        fresh(conn, ids),
        [Row(water, T0_US + place * QUARTER_US, 28.0, 0, T0_US) for place in range(96)],
    )

    settle(conn, fresh(conn, ids), [Row(water, T0_US + 96 * QUARTER_US, 28.0, 0, T0_US)])

    assert [int(Flag.STUCK)] == [flag for *_, flag in flags(conn) if flag]


def test_the_level_is_what_the_sensor_said_not_what_a_correction_makes_of_it(
    conn: store.Connection, ids: dict[SeriesKey, int]
) -> None:
    water = ids[KEYS[0]]
    conn.execute(
        "INSERT INTO calibration_span (series_id, from_at, to_at, gain, shift) VALUES (%s, '-infinity', 'infinity', 1, 10)",
        (water,),
    )
    settle(conn, fresh(conn, ids), [Row(water, T0_US, 28.0, 0, T0_US)])

    track = tracks.list_tracks(conn, [water])[water]

    assert (28.0, 28.0) == (track.run_value, track.fit_value)


def test_a_spike_marked_afterwards_changes_no_sum_and_no_latest(
    conn: store.Connection, ids: dict[SeriesKey, int]
) -> None:
    water = ids[KEYS[0]]
    watch = fresh(conn, ids)
    for place, value in enumerate((28.0, 40.0)):
        settle(conn, watch, [Row(water, T0_US + place * QUARTER_US, value, 0, T0_US)])
    while rollups.refresh(conn, 100):
        pass
    before = conn.execute("SELECT * FROM reading_hour").fetchall()

    marked = tracks.mark_spikes(conn, [(water, T0_US + QUARTER_US)])

    assert 1 == marked
    assert [0, int(Flag.RATE | Flag.SPIKE)] == [flag for *_, flag in flags(conn)]
    assert (1, 0) == recounts.wrong_hours(conn, None)
    assert before == conn.execute("SELECT * FROM reading_hour").fetchall()


def test_readings_of_a_device_that_is_being_worked_on_are_not_believed(
    conn: store.Connection, ids: dict[SeriesKey, int]
) -> None:
    conn.execute(
        """
        WITH person AS (
            INSERT INTO account (office_id, login, name, role, password_hash)
            SELECT id, 'lan', 'Lan', 'officer', 'x' FROM office RETURNING id
        )
        INSERT INTO maintenance (device_id, from_at, to_at, recorded_by, recorded_at)
        SELECT 'probe-1', to_timestamp(%(from)s), to_timestamp(%(from)s) + interval '1 hour', id, now() FROM person
        """,
        {"from": T0_US // 10**6},
    )
    soil = ids[KEYS[1]]

    settle(conn, fresh(conn, ids), [Row(soil, T0_US + hour * HOUR_US, 30.0, 0, T0_US) for hour in (-1, 0, 1)])

    assert [0, int(Flag.CALIBRATING), 0] == [flag for *_, flag in flags(conn)]
