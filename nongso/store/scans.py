"""That somebody opened a passport and what they were told; nothing about who."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from psycopg.rows import class_row
from psycopg.types.json import Jsonb

from nongso.people import Viewer
from nongso.store.connection import Connection
from nongso.store.lots import get_lot


@dataclass(frozen=True, slots=True)
class Scan:
    """Somebody was told `verdict` at an instant; `lot_id` is None where the label named no lot of ours."""

    at: datetime
    lot_id: int | None
    verdict: str
    lang: str


@dataclass(frozen=True, slots=True)
class ScanCount:
    """How often one verdict was shown, and when last."""

    verdict: str
    count: int
    last_at: datetime


def insert_scans(conn: Connection, scans: Sequence[Scan]) -> None:
    """Knows no viewer: whoever holds a label may look. A crash may lose them, so that writing costs no wait for the disk."""
    conn.execute(
        """
        INSERT INTO scan (at, lot_id, verdict, lang)
        SELECT s.at, s.lot_id, s.verdict, s.lang
          FROM jsonb_to_recordset(%(scans)s) AS s(at timestamptz, lot_id int, verdict text, lang text),
               set_config('synchronous_commit', 'off', true)
        """,
        {"scans": Jsonb([asdict(scan) | {"at": scan.at.isoformat()} for scan in scans])},
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
