"""The top-level resources of EPCIS: which event types, things, steps, places and dispositions an office's events name."""

from enum import StrEnum

from nongso.people import Viewer
from nongso.store.connection import Connection


class Resource(StrEnum):
    """A collection by the name it has in the REST bindings (EPCIS 2.0 §12)."""

    EVENT_TYPES = "eventTypes"
    EPCS = "epcs"
    BIZ_STEPS = "bizSteps"
    BIZ_LOCATIONS = "bizLocations"
    READ_POINTS = "readPoints"
    DISPOSITIONS = "dispositions"


def list_values(conn: Connection, viewer: Viewer, resource: Resource, limit: int, after: str = "") -> list[str]:
    """The values in the office's events, in the order of their characters, after the one named."""
    return (
        _epcs(conn, viewer, limit, after)
        if resource is Resource.EPCS
        else _fields(conn, viewer, resource, limit, after)
    )


def has_value(conn: Connection, viewer: Viewer, resource: Resource, value: str) -> bool:
    row = conn.execute(
        """
        SELECT EXISTS (
               SELECT FROM event e
                WHERE e.office_id = %(office)s
                  AND CASE %(resource)s WHEN 'eventTypes' THEN e.event_type = %(value)s
                                        WHEN 'bizSteps' THEN e.biz_step = %(value)s
                                        WHEN 'bizLocations' THEN e.biz_location = %(value)s
                                        WHEN 'readPoints' THEN e.read_point = %(value)s
                                        WHEN 'dispositions' THEN e.disposition = %(value)s
                                        WHEN 'epcs' THEN e.id IN (SELECT x.event_row FROM event_epc x
                                                                   WHERE x.epc = %(value)s) END)
        """,
        {"office": viewer.office_id, "resource": resource, "value": value},
    ).fetchone()
    return row is not None and row[0]


def _fields(conn: Connection, viewer: Viewer, resource: Resource, limit: int, after: str) -> list[str]:
    rows = conn.execute(
        """
        SELECT DISTINCT v.value COLLATE "C"
          FROM event e
         CROSS JOIN LATERAL (SELECT CASE %(resource)s WHEN 'eventTypes' THEN e.event_type
                                                      WHEN 'bizSteps' THEN e.biz_step
                                                      WHEN 'bizLocations' THEN e.biz_location
                                                      WHEN 'readPoints' THEN e.read_point
                                                      WHEN 'dispositions' THEN e.disposition END AS value) AS v
         WHERE e.office_id = %(office)s
           AND v.value COLLATE "C" > %(after)s
         ORDER BY 1
         LIMIT %(limit)s
        """,
        {"office": viewer.office_id, "resource": resource, "after": after, "limit": limit},
    ).fetchall()
    return [row[0] for row in rows]


def _epcs(conn: Connection, viewer: Viewer, limit: int, after: str) -> list[str]:
    rows = conn.execute(
        """
        SELECT DISTINCT x.epc COLLATE "C"
          FROM event_epc x
          JOIN event e ON e.id = x.event_row
         WHERE e.office_id = %(office)s
           AND x.epc COLLATE "C" > %(after)s
         ORDER BY 1
         LIMIT %(limit)s
        """,
        {"office": viewer.office_id, "after": after, "limit": limit},
    ).fetchall()
    return [row[0] for row in rows]
