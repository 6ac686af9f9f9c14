"""The one seam to TimescaleDB: where the extension is available, `reading` becomes a hypertable. No other file knows it.

Three worlds, told apart by `edition`: None (plain PostgreSQL, the embedded default), `apache` (Debian's build: hypertable and dropping of
chunks) and `timescale` (the Community edition: the columnstore too). Queries never differ between them.
"""

from typing import Literal

from nongso.store.connection import Connection

Edition = Literal["apache", "timescale"]

CHUNK_DAYS = 7
LATENESS_DAYS = 14  # a chunk is compressed only after readings may no longer come late in number


def available(conn: Connection) -> bool:
    """True when the server can create the extension."""
    row = conn.execute("SELECT count(*) FROM pg_available_extensions WHERE name = 'timescaledb'").fetchone()
    return row is not None and row[0] > 0


def edition(conn: Connection) -> Edition | None:
    """Which TimescaleDB runs here; None without the extension."""
    row = conn.execute("SELECT current_setting('timescaledb.license', true)").fetchone()
    return row[0] if row and row[0] in ("apache", "timescale") else None


def accelerate(conn: Connection) -> None:
    """Make `reading` a hypertable, with the columnstore where the edition has it. Does nothing twice, nothing without the extension.

    Rows that are already there move into chunks (`migrate_data`), so a plain database can change over later.
    """
    if not available(conn):
        return
    conn.execute("CREATE EXTENSION IF NOT EXISTS timescaledb")
    if is_hypertable(conn):
        return
    conn.execute(
        """
        SELECT create_hypertable('reading', by_range('at', make_interval(days => %s)),
                                 migrate_data => true, create_default_indexes => false)
        """,
        (CHUNK_DAYS,),
    )
    if edition(conn) == "timescale":
        conn.execute(
            """
            ALTER TABLE reading SET (timescaledb.compress,
                                     timescaledb.compress_segmentby = 'series_id',
                                     timescaledb.compress_orderby = 'at')
            """
        )
        conn.execute(
            "SELECT add_compression_policy('reading', make_interval(days => %s))", (CHUNK_DAYS + LATENESS_DAYS,)
        )


def is_hypertable(conn: Connection) -> bool:
    row = conn.execute(
        """
        SELECT count(*)
          FROM timescaledb_information.hypertables
         WHERE hypertable_name = 'reading'
        """
    ).fetchone()
    return row is not None and row[0] > 0


def prepare_restore(conn: Connection) -> None:
    """Before pg_restore into an empty database: the extension must be there and stand still."""
    if available(conn):
        conn.execute("CREATE EXTENSION IF NOT EXISTS timescaledb")
        conn.execute("SELECT timescaledb_pre_restore()")


def finish_restore(conn: Connection) -> None:
    if edition(conn) is not None:
        conn.execute("SELECT timescaledb_post_restore()")
