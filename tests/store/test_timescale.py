"""The one seam: each of the three stores is what it says it is."""

import pytest

from nongso import store
from nongso.store import timescale


def test_reading_is_a_hypertable_exactly_where_the_extension_is(conn: store.Connection, edition: str) -> None:
    found = timescale.is_hypertable(conn) if timescale.available(conn) else False

    assert (edition != "plain") == found


def test_the_edition_is_told_apart(conn: store.Connection, edition: str) -> None:
    expected = {"plain": None, "apache": "apache", "community": "timescale"}[edition]

    assert expected == timescale.edition(conn)


def test_accelerating_twice_changes_nothing(conn: store.Connection) -> None:
    timescale.accelerate(conn)
    timescale.accelerate(conn)


def test_rows_of_a_plain_database_move_into_chunks(conn: store.Connection, edition: str) -> None:
    """A plain installation can change over to TimescaleDB later without losing a row."""
    if edition == "plain":
        pytest.skip("there is no TimescaleDB in this run")
    conn.execute("CREATE TABLE reading_old AS SELECT * FROM reading")
    conn.execute("DROP TABLE reading CASCADE")
    conn.execute("CREATE TABLE reading (LIKE reading_old)")
    conn.execute("ALTER TABLE reading ADD CONSTRAINT reading_pkey PRIMARY KEY (series_id, at)")
    conn.execute(
        """
        INSERT INTO reading (at, value, delay_s, series_id, flags)
        SELECT '2026-01-01'::timestamptz + make_interval(days => day), day, 3, 1, 0
          FROM generate_series(0, 29) AS day
        """
    )

    timescale.accelerate(conn)

    rows = conn.execute("SELECT count(*) FROM reading").fetchone()
    chunks = conn.execute("SELECT count(*) FROM show_chunks('reading')").fetchone()
    assert rows == (30,)
    assert chunks is not None
    assert chunks[0] >= 4
