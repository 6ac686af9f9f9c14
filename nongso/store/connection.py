"""Connections to PostgreSQL: pool, transaction, and driver errors turned into ours by the name of the constraint."""

import select
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg import errors as pg
from psycopg.conninfo import conninfo_to_dict
from psycopg.pq import TransactionStatus
from psycopg_pool import ConnectionPool, PoolTimeout

from nongso.errors import Conflict, InvalidInput, Unavailable
from nongso.store import arrays

Connection = psycopg.Connection[tuple[Any, ...]]
Pool = ConnectionPool[Connection]
Rehearsal = Callable[[Connection], None]

CONNECT_TIMEOUT_S = 10
OPTIONS = "-c timezone=UTC -c statement_timeout=60000 -c idle_in_transaction_session_timeout=120000"
# A plan that is kept was made for the tables of its day and for ten rows of an array: it outlives the day (docs/decisions/0330).
PLANNED_ANEW = f"{OPTIONS} -c plan_cache_mode=force_custom_plan"


class StoreAway(Unavailable):
    """The database does not answer."""

    code = "store.away"


class AlreadyThere(Conflict):
    """A row with this key exists; `what` is the constraint's name."""

    code = "store.already_there"


class StillUsed(Conflict):
    """The row refers to something that is not there, or something still refers to it."""

    code = "store.still_used"


class Refused(InvalidInput):
    """The schema refuses the value; `what` is the constraint or column."""

    code = "store.refused"


def connect(url: str) -> Connection:
    """One connection outside a pool; raises StoreAway."""
    with translated():
        conn = psycopg.connect(url, connect_timeout=CONNECT_TIMEOUT_S, options=PLANNED_ANEW)
    arrays.register(conn)
    return conn


def open_pool(
    url: str, size: int = 8, *, ready: int = 1, keeps_plans: bool = False, rehearse: Rehearsal | None = None
) -> Pool:
    """A pool that opens its first connection lazily, so that a process may start before its database.

    `ready` connections stand by. `keeps_plans`: for many small questions by a key, where planning would cost more than answering.
    `rehearse` runs once on each new connection, in a transaction of its own, before anybody gets it.
    """

    def configure(conn: Connection) -> None:
        arrays.register(conn)
        if rehearse is not None:
            with conn.transaction():
                rehearse(conn)

    return ConnectionPool(
        url,
        min_size=ready,
        max_size=size,
        timeout=CONNECT_TIMEOUT_S,
        kwargs={"connect_timeout": CONNECT_TIMEOUT_S, "options": OPTIONS if keeps_plans else PLANNED_ANEW},
        connection_class=Connection,
        configure=configure,
        check=refuse_closed,
        open=True,
    )


def refuse_closed(conn: Connection) -> None:
    """Ask the server only when it has said something unasked: a server that goes away closes its end, and that can be read.

    Raises OperationalError for a connection that is gone; the pool then takes another.
    """
    unasked = select.poll()
    unasked.register(conn.fileno(), select.POLLIN)
    if unasked.poll(0):
        ConnectionPool.check_connection(conn)


def client_environment(url: str) -> dict[str, str]:
    """The address as the environment of PostgreSQL's own programs; PGDATABASE is always there."""
    parts = conninfo_to_dict(url)
    names = {
        "dbname": "PGDATABASE",
        "host": "PGHOST",
        "port": "PGPORT",
        "user": "PGUSER",
        "password": "PGPASSWORD",
        "sslmode": "PGSSLMODE",
    }
    return {"PGDATABASE": "postgres", **{name: str(parts[part]) for part, name in names.items() if part in parts}}


@contextmanager
def connection(pool: Pool) -> Iterator[Connection]:
    """A connection with one transaction: committed at the end, rolled back on an exception."""
    with translated(), pool.connection() as conn:
        yield conn


@contextmanager
def reading(pool: Pool) -> Iterator[Connection]:
    """A connection for statements that only read and are many: each is a transaction by itself, which saves two journeys to the server.

    Nothing else is seen than in one transaction of READ COMMITTED, where every statement sees what was committed before it.
    """
    with connection(pool) as conn:
        if conn.info.transaction_status != TransactionStatus.IDLE:  # somebody's transaction: what is read belongs to it
            yield conn
            return
        conn.autocommit = True
        try:
            yield conn
        finally:
            if not conn.closed:
                conn.autocommit = False


@contextmanager
def transaction(conn: Connection) -> Iterator[Connection]:
    """One transaction on a connection of one's own."""
    with translated(), conn.transaction():
        yield conn


@contextmanager
def translated() -> Iterator[None]:
    """Driver errors stop here: what callers can answer becomes an error of ours, the rest rises as it is."""
    try:
        yield
    except pg.UniqueViolation as fault:
        raise AlreadyThere(what=fault.diag.constraint_name or "") from fault
    except pg.ForeignKeyViolation as fault:
        raise StillUsed(what=fault.diag.constraint_name or "") from fault
    except (pg.CheckViolation, pg.NotNullViolation) as fault:
        raise Refused(what=fault.diag.constraint_name or fault.diag.column_name or "") from fault
    except (pg.StringDataRightTruncation, pg.NumericValueOutOfRange, pg.UntranslatableCharacter) as fault:
        raise Refused(what=fault.diag.message_primary or "") from fault
    except psycopg.DataError as fault:
        if fault.sqlstate is not None:  # the server's own: a fault of ours
            raise
        raise Refused(what="NUL") from fault  # the driver's: PostgreSQL's text has no character 0
    except PoolTimeout as fault:
        raise StoreAway() from fault
    except psycopg.OperationalError as fault:
        raise StoreAway() from fault
