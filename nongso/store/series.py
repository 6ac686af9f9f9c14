"""Series: the numbers under which readings are kept."""

from collections.abc import Collection

from nongso.catalogue import get_property
from nongso.readings import SeriesKey
from nongso.store.connection import Connection


def resolve(conn: Connection, keys: Collection[SeriesKey]) -> dict[SeriesKey, int]:
    """The id of every key; what is new is created. The devices must be registered, else StillUsed."""
    ordered = sorted(keys, key=lambda key: (key.device_id, key.property, key.depth_cm or -1))
    columns = {
        "devices": [key.device_id for key in ordered],
        "properties": [key.property for key in ordered],
        "depths": [key.depth_cm for key in ordered],
        "kinds": [get_property(key.property).kind.value for key in ordered],
    }
    conn.execute(
        """
        INSERT INTO series (device_id, property, depth_cm, kind)
        SELECT w.device_id, w.property, w.depth_cm, w.kind
          FROM unnest(%(devices)s::text[], %(properties)s::text[], %(depths)s::smallint[], %(kinds)s::text[])
               AS w (device_id, property, depth_cm, kind)
         WHERE NOT EXISTS (SELECT
                             FROM series s
                            WHERE s.device_id = w.device_id AND s.property = w.property
                              AND s.depth_cm IS NOT DISTINCT FROM w.depth_cm)
        ON CONFLICT DO NOTHING
        """,
        columns,
    )
    rows = conn.execute(
        """
        SELECT s.device_id, s.property, s.depth_cm, s.id
          FROM series s
          JOIN unnest(%(devices)s::text[], %(properties)s::text[], %(depths)s::smallint[])
               AS w (device_id, property, depth_cm)
            ON s.device_id = w.device_id AND s.property = w.property AND s.depth_cm IS NOT DISTINCT FROM w.depth_cm
        """,
        columns,
    ).fetchall()
    return {SeriesKey(device_id, name, depth_cm): id_ for device_id, name, depth_cm, id_ in rows}
