"""How much of a thing is where, read from its events: the books of the chain are the events themselves."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from psycopg.rows import class_row

from nongso.people import Viewer
from nongso.store.connection import Connection


@dataclass(frozen=True, slots=True)
class Amount:
    """Kilograms of a class of goods by what became of them; `away` was shipped loose and not yet received."""

    epc: str
    made_kg: float
    used_kg: float
    inside_kg: float  # of crates and pallets
    away_kg: float
    sold_kg: float

    @property
    def free_kg(self) -> float:
        """What can still be packed, sent, sold or worked up."""
        return self.made_kg - self.used_kg - self.inside_kg - self.away_kg - self.sold_kg


def list_amounts(conn: Connection, viewer: Viewer, epcs: Collection[str]) -> dict[str, Amount]:
    """Of the office's events, without those declared an error; nothing for what no event names in kilograms."""
    rows = (
        conn.cursor(row_factory=class_row(Amount))
        .execute(
            """
            WITH part AS (
                SELECT x.epc, x.role, x.quantity, e.action, e.event_type,
                       substring(e.biz_step FROM 'BizStep-(.*)') AS step
                  FROM event_epc x
                  JOIN event e ON e.id = x.event_row
                 WHERE x.epc = ANY(%(epcs)s)
                   AND x.is_class AND x.uom = 'KGM' AND x.quantity IS NOT NULL
                   AND e.office_id = %(office)s
                   AND NOT e.declares_error
                   AND NOT EXISTS (SELECT FROM event d
                                    WHERE d.office_id = e.office_id AND d.hash_id = e.hash_id AND d.declares_error)
            )
            SELECT p.epc,
                   coalesce(sum(p.quantity) FILTER (WHERE p.role = 'output' OR (p.role = 'epc' AND p.action = 'ADD')), 0)
                       AS made_kg,
                   coalesce(sum(p.quantity) FILTER (WHERE p.role = 'input' OR (p.role = 'epc' AND p.action = 'DELETE')), 0)
                       AS used_kg,
                   coalesce(sum(CASE p.action WHEN 'ADD' THEN p.quantity WHEN 'DELETE' THEN - p.quantity END)
                            FILTER (WHERE p.role = 'child'), 0) AS inside_kg,
                   coalesce(sum(CASE p.step WHEN 'shipping' THEN p.quantity WHEN 'receiving' THEN - p.quantity END)
                            FILTER (WHERE p.role = 'epc'), 0) AS away_kg,
                   coalesce(sum(p.quantity) FILTER (WHERE p.role = 'epc' AND p.step = 'retail_selling'), 0) AS sold_kg
              FROM part p
             GROUP BY p.epc
            """,
            {"epcs": list(epcs), "office": viewer.office_id},
        )
        .fetchall()
    )
    return {row.epc: row for row in rows}


def find_last_seen(conn: Connection, viewer: Viewer, epcs: Collection[str]) -> datetime | None:
    """The time of the newest event of the office that names one of the things."""
    row = conn.execute(
        """
        SELECT max(e.event_time)
          FROM event_epc x
          JOIN event e ON e.id = x.event_row
         WHERE x.epc = ANY(%(epcs)s)
           AND e.office_id = %(office)s
        """,
        {"epcs": list(epcs), "office": viewer.office_id},
    ).fetchone()
    return row[0] if row else None
