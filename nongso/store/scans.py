"""That somebody opened a passport and what they were told; nothing about who."""

from dataclasses import dataclass
from datetime import datetime

from psycopg.rows import class_row

from nongso.people import Viewer
from nongso.store.connection import Connection
from nongso.store.lots import get_lot


@dataclass(frozen=True, slots=True)
class ScanCount:
    """How often one verdict was shown, and when last."""

    verdict: str
    count: int
    last_at: datetime


def insert_scan(conn: Connection, lot_id: int | None, verdict: str, lang: str, now: datetime) -> None:
    """Knows no viewer: whoever holds a label may look. A crash may lose the row, so that writing it costs no wait for the disk."""
    conn.execute(
        """
        INSERT INTO scan (at, lot_id, verdict, lang)
        SELECT %(now)s, %(lot)s, %(verdict)s, %(lang)s
          FROM set_config('synchronous_commit', 'off', true)
        """,
        {"now": now, "lot": lot_id, "verdict": verdict, "lang": lang},
    )


def list_counts(conn: Connection, viewer: Viewer, lot_id: int) -> list[ScanCount]:
    """How often a lot the viewer sees was looked up, by verdict, the most frequent first. Raises NotFound."""
    get_lot(conn, viewer, lot_id)
    return (
        conn.cursor(row_factory=class_row(ScanCount))
        .execute(
            """
            SELECT verdict, count(*)::int AS count, max(at) AS last_at
              FROM scan
             WHERE lot_id = %(lot)s
             GROUP BY verdict
             ORDER BY count DESC, verdict
            """,
            {"lot": lot_id},
        )
        .fetchall()
    )
