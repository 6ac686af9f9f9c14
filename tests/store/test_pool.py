"""The pool gives nobody a connection that its server has closed, without asking the server each time."""

import pytest
from psycopg.pq import TransactionStatus

from nongso import store
from nongso.store import passport_facts


@pytest.fixture
def pool(scratch_database: str) -> store.Pool:
    return store.open_pool(scratch_database, 1)


def server_process(pool: store.Pool) -> int:
    with store.connection(pool) as conn:
        return conn.info.backend_pid


def test_a_connection_that_the_server_closed_is_replaced(pool: store.Pool, scratch_database: str) -> None:
    first = server_process(pool)
    with store.connect(scratch_database) as other:
        other.execute("SELECT pg_terminate_backend(%(pid)s, 10000)", {"pid": first})

    assert first != server_process(pool)
    pool.close()


def test_a_connection_that_stands_is_given_again(pool: store.Pool) -> None:
    assert server_process(pool) == server_process(pool)
    pool.close()


def is_in_transaction(conn: store.Connection) -> bool:
    conn.execute("SELECT 1")
    return conn.info.transaction_status == TransactionStatus.INTRANS


def test_reading_opens_no_transaction_and_leaves_the_connection_as_it_was(pool: store.Pool) -> None:
    with store.reading(pool) as conn:
        while_reading = is_in_transaction(conn)
    with pytest.raises(ValueError, match="a fault"), store.reading(pool):
        raise ValueError("a fault")
    with store.connection(pool) as conn:
        afterwards = is_in_transaction(conn)

    assert (False, True) == (while_reading, afterwards)
    pool.close()


def test_reading_sees_what_was_committed_a_moment_ago(pool: store.Pool, scratch_database: str) -> None:
    with store.reading(pool) as conn:
        before = conn.execute("SELECT count(*) FROM scan").fetchone()
        with store.connect(scratch_database) as other:
            other.execute("INSERT INTO scan (at, verdict, lang) VALUES (now(), 'unknown', 'vi')")
        after = conn.execute("SELECT count(*) FROM scan").fetchone()

    assert ((0,), (1,)) == (before, after)
    pool.close()


def test_a_page_is_rehearsed_before_a_connection_is_given_to_anybody(scratch_database: str) -> None:
    """The function's plan is there before the first buyer asks; a server that was not migrated yet opens all the same."""
    seen = list[bool]()

    def watched(conn: store.Connection) -> None:
        passport_facts.rehearse(conn)
        seen.append(is_in_transaction(conn))

    with store.open_pool(scratch_database, 2, ready=2, rehearse=watched) as pool:
        pool.wait()
        with store.connection(pool) as conn:
            given = conn.info.transaction_status
            conn.execute("DROP FUNCTION passport_facts")
    with store.open_pool(scratch_database, 1, rehearse=watched) as pool, store.connection(pool) as conn:
        assert conn.execute("SELECT 1").fetchone() == (1,)

    assert [True, True, True] == seen
    assert TransactionStatus.IDLE == given


def kept_plans(conn: store.Connection) -> int:
    """How many executions of an often repeated statement used a plan that was made earlier."""
    for number in range(20):
        conn.execute("SELECT value FROM latest WHERE series_id = %s", (number,))
    row = conn.execute("SELECT sum(generic_plans)::int FROM pg_prepared_statements").fetchone()
    assert row is not None
    return row[0]


def test_plans_are_kept_only_where_somebody_asked_for_it(scratch_database: str) -> None:
    with store.connect(scratch_database) as conn, store.open_pool(scratch_database, 1) as pool:
        ours = [kept_plans(conn)]
        with store.connection(pool) as lent:
            ours.append(kept_plans(lent))
    with store.open_pool(scratch_database, 1, keeps_plans=True) as pool, store.connection(pool) as lent:
        kept = kept_plans(lent)

    assert [0, 0] == ours
    assert kept > 0
