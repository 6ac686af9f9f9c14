"""A made-up district full of readings, for measuring how the store answers. Only for a database of one's own."""

from datetime import datetime, timedelta

from nongso.people import Role, Viewer
from nongso.store import timescale
from nongso.store.connection import Connection

PER_DEVICE, FIELDS_A_FARM = 5, 2
STEP = timedelta(minutes=15)


def found_district(conn: Connection, devices: int, since: datetime, until: datetime) -> None:
    """An office with a device a field, two fields a farm, a farmer a farm; five series a device, the newest readings at `until`."""
    conn.execute(
        """
        INSERT INTO admin_unit (code, valid_from, name, kind) VALUES ('BENCH', '2025-07-01', 'Bench', 'commune');
        INSERT INTO office (slug, name, unit_code, unit_valid_from) VALUES ('bench', 'Bench', 'BENCH', '2025-07-01')
        """
    )
    parameters = {"devices": devices, "fields": FIELDS_A_FARM, "from": since, "until": until}
    conn.execute(
        """
        WITH farms AS (
            INSERT INTO farm (office_id, name, name_sort, name_fold, unit_code, unit_valid_from)
            SELECT o.id, 'Farm ' || n, lpad(n::text, 9, '0'), 'farm ' || n, 'BENCH', '2025-07-01'
              FROM office o, generate_series(1, ceil(%(devices)s::numeric / %(fields)s)::int) n
             ORDER BY n
            RETURNING id, office_id
        ), people AS (
            INSERT INTO account (office_id, login, name, role, password_hash)
            SELECT f.office_id, 'farmer-' || f.id, 'Farmer ' || f.id, 'farmer', '' FROM farms f ORDER BY f.id
            RETURNING id, login
        )
        INSERT INTO farm_member (farm_id, account_id)
        SELECT f.id, p.id FROM farms f JOIN people p ON p.login = 'farmer-' || f.id
        """,
        parameters,
    )
    conn.execute(
        """
        WITH fields AS (
            INSERT INTO field (farm_id, name, name_sort, name_fold, crop)
            SELECT f.id, 'Field ' || n, n::text, 'field ' || n, 'rice' FROM farm f, generate_series(1, %(fields)s) n
             ORDER BY f.id, n
             LIMIT %(devices)s
            RETURNING id
        ), devices AS (
            INSERT INTO device (id, office_id, kind, name, name_sort, accept_from)
            SELECT 'bench-' || f.id, o.id, 'soil', 'Device ' || f.id, f.id::text, %(from)s FROM fields f, office o
            RETURNING id
        )
        INSERT INTO installation (device_id, field_id, from_at)
        SELECT d.id, f.id, %(from)s FROM devices d JOIN fields f ON d.id = 'bench-' || f.id
        """,
        parameters,
    )
    conn.execute(
        """
        WITH lines AS (
            INSERT INTO series (device_id, property, depth_cm, kind)
            SELECT d.id, p.property, p.depth_cm, p.kind
              FROM device d,
                   (VALUES ('soil.moisture', 20, 'gauge'), ('soil.temperature', 20, 'gauge'), ('air.temperature', NULL, 'gauge'),
                           ('air.humidity', NULL, 'gauge'), ('rain.total', NULL, 'counter')) p (property, depth_cm, kind)
            RETURNING id
        )
        INSERT INTO latest (series_id, at, value, flags, received_at, fit_at, fit_value)
        SELECT l.id, %(until)s, 25, 0, %(until)s, %(until)s, 25 FROM lines l
        """,
        parameters,
    )


def begin_filling(conn: Connection) -> None:
    """Readings go into a plain table much faster without their index and without a journal, which a measurement does not need."""
    conn.execute("SET statement_timeout = 0; SET maintenance_work_mem = '512MB'")
    if timescale.edition(conn) is None:
        conn.execute("ALTER TABLE reading DROP CONSTRAINT reading_pkey; ALTER TABLE reading SET UNLOGGED")


def fill(conn: Connection, from_at: datetime, to_at: datetime) -> int:
    """Readings of every series in [from_at, to_at), in the order in which they would have come; how many.

    Values have one decimal and swing by day and by weather, with a little noise; a counter climbs.
    """
    return conn.execute(
        """
        INSERT INTO reading (series_id, at, value, delay_s, flags)
        SELECT s.id, t.at,
               CASE s.kind
                   WHEN 'counter' THEN floor(t.hours / 40 + s.id) * 0.2
                   ELSE round((25 + 5 * sin(t.hours / 24 * 2 * pi() + s.id) + 3 * sin(t.hours / 230 * 2 * pi() + s.id * 0.7)
                               + random() * 0.2)::numeric, 1)
               END,
               2 + s.id %% 5 + (random() * 3)::int, 0
          FROM (SELECT g AS at, extract(epoch FROM g) / 3600 AS hours
                  FROM generate_series(%(from)s::timestamptz, %(to)s::timestamptz - interval '1 second', %(step)s) g) t,
               series s
        """,
        {"from": from_at, "to": to_at, "step": STEP},
    ).rowcount


def finish_filling(conn: Connection) -> None:
    """Index, columnstore, sums of days, and what the planner and the visibility map must know. Outside a transaction."""
    if timescale.edition(conn) is None:
        conn.execute("ALTER TABLE reading ADD CONSTRAINT reading_pkey PRIMARY KEY (series_id, at)")
    timescale.compress_all(conn)
    conn.execute(
        """
        INSERT INTO reading_day (series_id, day, count, unfit, min, mean, max, last, rise)
        SELECT s.id, d::date, 96, 0, 20, 25, 30, 25, CASE s.kind WHEN 'counter' THEN 1 END
          FROM series s,
               generate_series((SELECT min(i.from_at) FROM installation i), (SELECT max(l.at) FROM latest l), interval '1 day') d
        """
    )
    conn.execute("VACUUM (ANALYZE)")


def list_farmers(conn: Connection) -> list[Viewer]:
    rows = conn.execute(
        "SELECT a.id, a.office_id, a.name FROM account a WHERE a.role = 'farmer' ORDER BY a.id"
    ).fetchall()
    return [Viewer(id_, office_id, Role.FARMER, name) for id_, office_id, name in rows]


def list_series(conn: Connection, viewer: Viewer) -> list[int]:
    rows = conn.execute(
        """
        SELECT s.id
          FROM farm_member m
          JOIN field d ON d.farm_id = m.farm_id
          JOIN installation i ON i.field_id = d.id
          JOIN series s ON s.device_id = i.device_id
         WHERE m.account_id = %s
         ORDER BY s.id
        """,
        (viewer.account_id,),
    ).fetchall()
    return [id_ for (id_,) in rows]


def count_readings(conn: Connection) -> int:
    row = conn.execute("SELECT count(*) FROM reading").fetchone()
    return row[0] if row else 0
