"""The steps of the trace graph: which events hang together with a thing, and everything they name."""

from collections.abc import Collection
from datetime import datetime
from functools import partial
from typing import NamedTuple, cast

from psycopg.rows import RowMaker

from nongso.people import Viewer
from nongso.store import arrays
from nongso.store.connection import Connection

# id, event id, time, type, action, step, disposition, place, transformation
StepRow = tuple[int, str, datetime, str, str | None, str | None, str | None, str | None, str | None]
LINKING = frozenset({"TransformationEvent", "AggregationEvent", "AssociationEvent"})


class Part(NamedTuple):
    """A thing in an event; `role` as in nongso.store.epcis_events.EventEpc. A tuple, because tens of thousands are made at a time."""

    role: str
    key: str
    is_class: bool
    quantity: float | None
    uom: str | None
    event_row: int = 0


def part_row(_: object) -> RowMaker[Part]:
    """A row as a Part, without a function of ours in between that would take longer than all the rest of it."""
    return cast(RowMaker[Part], partial(tuple.__new__, Part))


def list_reached(
    conn: Connection, viewer: Viewer, keys: Collection[str], direction: str, as_of: datetime | None, limit: int
) -> list[str]:
    """Every thing that hangs together with `keys` up, down or both, by the office's events up to `as_of`; time within is not looked at.

    Up goes from outputs to inputs and from containers to contents, down the other way; each way keeps to its direction.
    The roles are told by CASE and not by a table: joined first, it doubles every look into the index.
    A thing reached both ways stands twice; the server stops after `limit`.
    """
    rows = conn.execute(
        """
        WITH RECURSIVE reach (direction, epc) AS (
            SELECT d.direction, k.epc
              FROM unnest(%(keys)s::text[]) AS k (epc)
             CROSS JOIN (VALUES ('up'), ('down')) AS d (direction)
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
                          AND e.office_id = %(office)s
                          AND (%(as_of)s::timestamptz IS NULL OR e.event_time <= %(as_of)s::timestamptz)
              JOIN event_epc t ON t.event_row = g.id
                              AND t.role = CASE h.role WHEN 'output' THEN 'input' WHEN 'input' THEN 'output'
                                                       WHEN 'parent' THEN 'child' ELSE 'parent' END
        )
        SELECT epc FROM reach LIMIT %(limit)s
        """,
        {
            "keys": arrays.texts(list(keys)),
            "direction": direction,
            "office": viewer.office_id,
            "as_of": as_of,
            "limit": limit,
        },
        prepare=False,
    ).fetchall()
    return [row[0] for row in rows]


def list_steps(
    conn: Connection, viewer: Viewer, keys: list[str], as_of: datetime | None, limit: int
) -> tuple[list[StepRow], list[Part]]:
    """The office's events up to `as_of` that name one of `keys`; none that was declared an error.

    Of events that only observe, no more than `keys` is told: a thousand things seen together are not each other's story.
    Plain rows, because there may be tens of thousands; lists are unnested, because the planner weighs every value of an `= ANY`.
    """
    names = arrays.texts(keys)
    read = conn.cursor(row_factory=part_row)
    named = read.execute(
        """
        SELECT x.role, x.epc, x.is_class, x.quantity, x.uom, x.event_row
          FROM unnest(%(keys)s::text[]) AS k (epc)
          JOIN event_epc x ON x.epc = k.epc
        """,
        {"keys": names},
        prepare=False,
    ).fetchall()
    steps = conn.execute(
        """
        SELECT e.id, e.event_id, e.event_time, e.event_type, e.action, e.biz_step, e.disposition,
               coalesce(e.biz_location, e.read_point), m.text
          FROM unnest(%(rows)s::bigint[]) AS x (id)
          JOIN event e ON e.id = x.id
          LEFT JOIN event_term m ON m.event_row = e.id AND m.name = 'transformationID'
         WHERE e.office_id = %(office)s
           AND (%(as_of)s::timestamptz IS NULL OR e.event_time <= %(as_of)s::timestamptz)
           AND NOT e.declares_error
           AND NOT EXISTS (SELECT FROM event d
                            WHERE d.office_id = e.office_id AND d.hash_id = e.hash_id AND d.declares_error)
         LIMIT %(limit)s
        """,
        {
            "rows": arrays.int8s(list({part.event_row for part in named})),
            "office": viewer.office_id,
            "as_of": as_of,
            "limit": limit,
        },
        prepare=False,
    ).fetchall()
    linking = [row[0] for row in steps if row[3] in LINKING]
    others = read.execute(
        """
        SELECT x.role, x.epc, x.is_class, x.quantity, x.uom, x.event_row
          FROM unnest(%(linking)s::bigint[]) AS e (id)
          JOIN event_epc x ON x.event_row = e.id
         WHERE NOT EXISTS (SELECT FROM unnest(%(keys)s::text[]) AS k (epc) WHERE k.epc = x.epc)
        """,
        {"linking": arrays.int8s(linking), "keys": names},
        prepare=False,
    ).fetchall()
    return steps, named + others


def list_parties(conn: Connection, viewer: Viewer, keys: list[str]) -> list[tuple[str, str, str]]:
    """Sources and destinations of the office's events that name one of `keys`: event id, `source_<type>` or `destination_<type>`, party."""
    return conn.execute(
        """
        SELECT DISTINCT e.event_id, split_part(t.name, '_', 1) || '_' || regexp_replace(t.name, '^.*SDT-|^[a-z]+_', ''), t.text
          FROM unnest(%(keys)s::text[]) AS k (epc)
          JOIN event_epc x ON x.epc = k.epc
          JOIN event e ON e.id = x.event_row
          JOIN event_term t ON t.event_row = e.id
         WHERE e.office_id = %(office)s
           AND t.text IS NOT NULL
           AND (starts_with(t.name, 'source_') OR starts_with(t.name, 'destination_'))
        """,
        {"keys": arrays.texts(keys), "office": viewer.office_id},
        prepare=False,
    ).fetchall()
