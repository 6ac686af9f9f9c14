"""The steps of the trace graph: which events hang together with a thing, and everything they name."""

from datetime import datetime

from nongso.people import Viewer
from nongso.store import arrays
from nongso.store.connection import Connection

# id, event id, time, type, action, step, disposition, read point, place, transformation
StepRow = tuple[int, str, datetime, str, str | None, str | None, str | None, str | None, str | None, str | None]
# id of the event, role, thing, whether it is a class, quantity, unit
PartRow = tuple[int, str, str, bool, float | None, str | None]


def list_reached(conn: Connection, viewer: Viewer, key: str, direction: str, as_of: datetime | None) -> list[str]:
    """Every thing that hangs together with `key` up, down or both, by the office's events up to `as_of`; time within is not looked at.

    Up goes from outputs to inputs and from containers to contents, down the other way; each way keeps to its direction.
    The roles are told by CASE and not by a table: joined first, it doubles every look into the index.
    """
    rows = conn.execute(
        """
        WITH RECURSIVE reach (direction, epc) AS (
            SELECT d.direction, %(key)s::text
              FROM (VALUES ('up'), ('down')) AS d (direction)
             WHERE %(direction)s IN (d.direction, 'both')
             UNION
            SELECT r.direction, t.epc
              FROM reach r
              JOIN event_epc h ON h.epc = r.epc
                              AND h.role = ANY (CASE r.direction WHEN 'up' THEN ARRAY['output', 'parent']
                                                                           ELSE ARRAY['input', 'child'] END)
             CROSS JOIN LATERAL (
                   SELECT h.event_row AS id
                    UNION ALL
                   SELECT o.event_row
                     FROM event_term m
                     JOIN event_term o ON o.text = m.text AND o.name = 'transformationID'
                    WHERE m.event_row = h.event_row AND m.name = 'transformationID') g
              JOIN event e ON e.id = g.id
              JOIN event_epc t ON t.event_row = e.id
                              AND t.role = CASE h.role WHEN 'output' THEN 'input' WHEN 'input' THEN 'output'
                                                       WHEN 'parent' THEN 'child' ELSE 'parent' END
             WHERE e.office_id = %(office)s
               AND (%(as_of)s::timestamptz IS NULL OR e.event_time <= %(as_of)s::timestamptz)
        )
        SELECT DISTINCT epc FROM reach
        """,
        {"key": key, "direction": direction, "office": viewer.office_id, "as_of": as_of},
    ).fetchall()
    return [row[0] for row in rows]


def list_steps(
    conn: Connection, viewer: Viewer, keys: list[str], as_of: datetime | None, limit: int
) -> tuple[list[StepRow], list[PartRow]]:
    """The office's events up to `as_of` that name one of `keys`; none that was declared an error.

    Of events that only observe, no more than `keys` is told: a thousand things seen together are not each other's story.
    Plain rows, because there may be tens of thousands; lists are unnested, because the planner weighs every value of an `= ANY`.
    """
    names = arrays.texts(keys)
    steps = conn.execute(
        """
        SELECT e.id, e.event_id, e.event_time, e.event_type, e.action, e.biz_step, e.disposition, e.read_point,
               e.biz_location, m.text
          FROM event e
          LEFT JOIN event_term m ON m.event_row = e.id AND m.name = 'transformationID'
         WHERE e.id IN (SELECT x.event_row FROM unnest(%(keys)s::text[]) AS k(epc) JOIN event_epc x ON x.epc = k.epc)
           AND e.office_id = %(office)s
           AND (%(as_of)s::timestamptz IS NULL OR e.event_time <= %(as_of)s::timestamptz)
           AND NOT e.declares_error
           AND NOT EXISTS (SELECT FROM event d
                            WHERE d.office_id = e.office_id AND d.hash_id = e.hash_id AND d.declares_error)
         LIMIT %(limit)s
        """,
        {"keys": names, "office": viewer.office_id, "as_of": as_of, "limit": limit},
    ).fetchall()
    linking = [row[0] for row in steps if row[3] in ("TransformationEvent", "AggregationEvent", "AssociationEvent")]
    parts = conn.execute(
        """
        SELECT x.event_row, x.role, x.epc, x.is_class, x.quantity, x.uom
          FROM unnest(%(linking)s::bigint[]) AS e(id)
          JOIN event_epc x ON x.event_row = e.id
         UNION ALL
        SELECT x.event_row, x.role, x.epc, x.is_class, x.quantity, x.uom
          FROM unnest(%(seeing)s::bigint[]) AS e(id)
          JOIN event_epc x ON x.event_row = e.id
         WHERE x.epc IN (SELECT k.epc FROM unnest(%(keys)s::text[]) AS k(epc))
        """,
        {
            "linking": arrays.int8s(linking),
            "keys": names,
            "seeing": arrays.int8s(list({row[0] for row in steps}.difference(linking))),
        },
    ).fetchall()
    return steps, parts


def list_parties(conn: Connection, viewer: Viewer, keys: list[str]) -> list[tuple[str, str, str]]:
    """Sources and destinations of the office's events that name one of `keys`: event id, `source_<type>` or `destination_<type>`, party."""
    return conn.execute(
        """
        SELECT DISTINCT e.event_id, split_part(t.name, '_', 1) || '_' || regexp_replace(t.name, '^.*SDT-|^[a-z]+_', ''), t.text
          FROM event_epc x
          JOIN event e ON e.id = x.event_row
          JOIN event_term t ON t.event_row = e.id
         WHERE x.epc = ANY(%(keys)s::text[])
           AND e.office_id = %(office)s
           AND t.text IS NOT NULL
           AND (starts_with(t.name, 'source_') OR starts_with(t.name, 'destination_'))
        """,
        {"keys": keys, "office": viewer.office_id},
    ).fetchall()
