"""What collectors say of themselves: that they are alive, and when readings waited in them."""

from datetime import datetime

from psycopg.rows import class_row

from nongso.alerting.collecting import Wait
from nongso.store.connection import Connection


def be_seen(conn: Connection, name: str, now: datetime) -> None:
    conn.execute(
        """
        INSERT INTO collector AS c (name, seen_at)
        VALUES (%(name)s, %(now)s)
        ON CONFLICT (name) DO UPDATE SET seen_at = greatest(c.seen_at, excluded.seen_at)
        """,
        {"name": name, "now": now},
    )


def hold_backlog(conn: Connection, name: str, wait: Wait) -> None:
    """Readings wait, or waited, in a collector that was seen. One that knows of no earlier wait goes on with the open one."""
    conn.execute(
        """
        INSERT INTO backlog AS b (collector, from_at, most)
        VALUES (%(name)s, %(from)s, %(most)s)
        ON CONFLICT (collector) WHERE to_at IS NULL
        DO UPDATE SET from_at = least(b.from_at, excluded.from_at), most = greatest(b.most, excluded.most)
        """,
        {"name": name, "from": wait.from_at, "most": wait.most},
    )


def end_backlog(conn: Connection, name: str, at: datetime) -> None:
    """Nothing waits in it any more; nothing happens where nothing was told to wait."""
    conn.execute(
        "UPDATE backlog SET to_at = greatest(%(at)s, from_at) WHERE collector = %(name)s AND to_at IS NULL",
        {"name": name, "at": at},
    )


def find_seen(conn: Connection) -> datetime | None:
    """When the newest word of any collector came; None where none ever ran."""
    row = conn.execute("SELECT max(seen_at) FROM collector").fetchone()
    return row[0] if row else None


def list_waits(conn: Connection, since: datetime) -> list[Wait]:
    """Those that last, and those that ended after `since`, of all collectors."""
    return (
        conn.cursor(row_factory=class_row(Wait))
        .execute(
            "SELECT from_at, to_at, most FROM backlog WHERE to_at IS NULL OR to_at > %(since)s ORDER BY from_at",
            {"since": since},
        )
        .fetchall()
    )


def forget(conn: Connection, before: datetime) -> None:
    """Collectors that were taken away long ago, and waits that ended as long ago. What they led to stays among the alerts."""
    conn.execute("DELETE FROM collector WHERE seen_at < %(before)s", {"before": before})
    conn.execute("DELETE FROM backlog WHERE to_at < %(before)s", {"before": before})
