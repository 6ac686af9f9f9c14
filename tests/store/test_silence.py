"""A device that delivers its past is heard, but it is not fresh."""

from datetime import UTC, datetime

from nongso import store

HEARD = datetime(2026, 11, 22, 3, 45, tzinfo=UTC)


def spoke_at(conn: store.Connection, skew_s: float | None) -> datetime:
    row = conn.execute("SELECT spoke_at(%s, %s::float8)", (HEARD, skew_s)).fetchone()
    assert row is not None
    return row[0]


def test_backlog_counts_for_the_time_it_tells_of(conn: store.Connection) -> None:
    assert datetime(2026, 11, 22, 1, 45, tzinfo=UTC) == spoke_at(conn, 7200)


def test_clock_ahead_or_unknown_counts_as_now(conn: store.Connection) -> None:
    assert [HEARD, HEARD] == [spoke_at(conn, -600), spoke_at(conn, None)]
