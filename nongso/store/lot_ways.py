"""Where a lot went and what it was made of, for whoever holds a label: public by design, so no viewer is asked and no partner is named."""

from dataclasses import dataclass
from datetime import date, datetime

from psycopg.rows import class_row

from nongso.store.connection import Connection

MOST_PARTS = 4000  # of one lot; a longer story is for the trace graph


@dataclass(frozen=True, slots=True)
class WayPart:
    """A thing's part in an event of the lot or of a container it was in. `producer_id` is the lot's own."""

    event_row: int
    event_id: str
    at: datetime
    recorded_at: datetime
    event_type: str
    action: str | None
    biz_step: str | None
    disposition: str | None
    read_point: str | None
    biz_location: str | None
    role: str
    epc: str
    is_class: bool
    quantity: float | None
    uom: str | None
    lot_epc: str
    producer_id: int


@dataclass(frozen=True, slots=True)
class LotPart:
    """So many kilograms of a lot came from another lot, or from a harvest: then `source_id` is None and the rest is known.

    `producer_name` is empty for one that was forgotten.
    """

    lot_id: int
    source_id: int | None
    quantity_kg: float
    harvested_on: date | None
    producer_name: str | None
    unit_name: str | None
    parent_name: str | None


def list_way(conn: Connection, lot_id: int) -> list[WayPart]:
    """The events that name the lot or a crate or pallet that ever held it, oldest first; none that was declared an error.

    Of containers all children are told: when a lot left one can only be reckoned with all that was taken out.
    """
    return (
        conn.cursor(row_factory=class_row(WayPart))
        .execute(
            """
            WITH RECURSIVE thing (epc) AS (
                SELECT l.epc_class FROM lot l WHERE l.id = %(lot)s
                 UNION
                SELECT p.epc
                  FROM thing t
                  JOIN event_epc c ON c.epc = t.epc AND c.role = 'child'
                  JOIN event_epc p ON p.event_row = c.event_row AND p.role = 'parent'
                  JOIN event e ON e.id = c.event_row
                 WHERE e.office_id = (SELECT l.office_id FROM lot l WHERE l.id = %(lot)s)
            ), told (id) AS (
                SELECT DISTINCT x.event_row FROM thing t JOIN event_epc x ON x.epc = t.epc
            )
            SELECT e.id AS event_row, e.event_id, e.event_time AS at, e.record_time AS recorded_at, e.event_type, e.action,
                   e.biz_step, e.disposition, e.read_point, e.biz_location, x.role, x.epc, x.is_class, x.quantity, x.uom,
                   l.epc_class AS lot_epc, l.producer_id
              FROM lot l
              JOIN told k ON true
              JOIN event e ON e.id = k.id AND e.office_id = l.office_id
              JOIN event_epc x ON x.event_row = e.id
             WHERE l.id = %(lot)s
               AND (x.role = 'child' OR x.epc IN (SELECT t.epc FROM thing t))
               AND NOT e.declares_error
               AND NOT EXISTS (SELECT FROM event d
                                WHERE d.office_id = e.office_id AND d.hash_id = e.hash_id AND d.declares_error)
             ORDER BY e.event_time, e.id
             LIMIT %(most)s
            """,
            {"lot": lot_id, "most": MOST_PARTS},
        )
        .fetchall()
    )


def list_parts(conn: Connection, lot_id: int) -> list[LotPart]:
    """What a lot made of other lots consists of, and what those consist of, down to the harvests; empty for a lot of its own field."""
    return (
        conn.cursor(row_factory=class_row(LotPart))
        .execute(
            """
            WITH RECURSIVE made (lot_id) AS (
                SELECT s.lot_id FROM lot_source s WHERE s.lot_id = %(lot)s
                 UNION
                SELECT s.source_id FROM made m JOIN lot_source s ON s.lot_id = m.lot_id
            )
            SELECT s.lot_id, s.source_id, s.quantity_kg, NULL::date AS harvested_on, NULL AS producer_name,
                   NULL AS unit_name, NULL AS parent_name
              FROM made m
              JOIN lot_source s ON s.lot_id = m.lot_id
             UNION ALL
            SELECT t.lot_id, NULL, t.quantity_kg, h.harvested_on, CASE WHEN y.erased_at IS NULL THEN y.name ELSE '' END, u.name, a.name
              FROM made m
              JOIN lot_share t ON t.lot_id = m.lot_id
              JOIN lot l ON l.id = t.lot_id
              JOIN party y ON y.id = l.producer_id
              JOIN harvest h ON h.id = t.harvest_id
              JOIN field d ON d.id = h.field_id
              JOIN farm f ON f.id = d.farm_id
              JOIN admin_unit u ON (u.code, u.valid_from) = (f.unit_code, f.unit_valid_from)
              LEFT JOIN admin_unit a ON (a.code, a.valid_from) = (u.parent_code, u.parent_valid_from)
            """,
            {"lot": lot_id},
        )
        .fetchall()
    )
