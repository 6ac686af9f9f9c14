"""The one seam to TimescaleDB: where the extension is available, `reading` becomes a hypertable. No other file knows it.

Three worlds, told apart by `edition`: None (plain PostgreSQL, the embedded default), `apache` (Debian's build: hypertable and dropping of
chunks) and `timescale` (the Community edition: the columnstore too). Queries never differ between them.
"""

from datetime import datetime
from typing import Literal

from nongso.store.connection import Connection

Edition = Literal["apache", "timescale"]

CHUNK_DAYS = 7
LATENESS_DAYS = (
    14  # a chunk goes to the columnstore so long after its end: readings hardly come late in number any more
)


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
        conn.execute("SELECT add_compression_policy('reading', make_interval(days => %s))", (LATENESS_DAYS,))


def is_hypertable(conn: Connection) -> bool:
    row = conn.execute(
        """
        SELECT count(*)
          FROM timescaledb_information.hypertables
         WHERE hypertable_name = 'reading'
        """
    ).fetchone()
    return row is not None and row[0] > 0


def open_for_updates(conn: Connection) -> None:
    """Until the end of the transaction an UPDATE may open compressed readings, however many.

    Without this the columnstore ends the transaction at 100,000 of them, and the batch behind it would be tried for ever.
    """
    if edition(conn) == "timescale":
        conn.execute("SET LOCAL timescaledb.max_tuples_decompressed_per_dml_transaction = 0")


def compress_all(conn: Connection) -> None:
    """Every chunk to the columnstore now, for measuring and for tests; nothing without it."""
    if edition(conn) == "timescale":
        conn.execute("SELECT compress_chunk(c, if_not_compressed => true) FROM show_chunks('reading') c")


def reading_bytes(conn: Connection) -> int:
    """What `reading` takes on disk, indexes and chunks included."""
    if available(conn) and is_hypertable(conn):
        row = conn.execute("SELECT hypertable_size('reading')").fetchone()
    else:
        row = conn.execute("SELECT pg_total_relation_size('reading')").fetchone()
    return int(row[0]) if row else 0


def drop_chunks(conn: Connection, before: datetime) -> int | None:
    """Drop the chunks that end by `before`; how many readings they held. None where `reading` is no hypertable."""
    if not available(conn) or not is_hypertable(conn):
        return None
    row = conn.execute(
        """
        SELECT max(c.range_end)
          FROM timescaledb_information.chunks c
         WHERE c.hypertable_name = 'reading' AND c.range_end <= %(before)s
        """,
        {"before": before},
    ).fetchone()
    if row is None or row[0] is None:
        return 0
    held = conn.execute("SELECT count(*) FROM reading WHERE at < %(end)s", {"end": row[0]}).fetchone()
    conn.execute("SELECT drop_chunks('reading', older_than => %(end)s::timestamptz)", {"end": row[0]})
    return held[0] if held else 0


def prepare_restore(conn: Connection) -> None:
    """Before pg_restore into an empty database: the extension must be there and stand still."""
    if available(conn):
        conn.execute("CREATE EXTENSION IF NOT EXISTS timescaledb")
        conn.execute("SELECT timescaledb_pre_restore()")


def finish_restore(conn: Connection) -> None:
    if edition(conn) is not None:
        conn.execute("SELECT timescaledb_post_restore()")
