"""The pool gives nobody a connection that its server has closed, without asking the server each time."""

import pytest

from nongso import store


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
