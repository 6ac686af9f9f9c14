"""Packed columns reach the server as the numbers and texts they were made of."""

import pytest

from nongso import store
from nongso.store import arrays


@pytest.mark.parametrize(
    ("pack", "kind", "values"),
    [
        (arrays.int2s, "smallint", [0, -1, 32_767, -32_768]),
        (arrays.int4s, "int", [1, 2**31 - 1, -(2**31)]),
        (arrays.int8s, "bigint", [1_795_319_100_000_000, -(2**63), 2**63 - 1]),
        (arrays.float8s, "float8", [0.1, -2.5e-300, 1e308, 31, -0.0]),
        (arrays.int4s, "int", []),
        (arrays.float8s, "float8", list(range(3_000))),
    ],
)
def test_numbers_arrive_as_they_were(conn: store.Connection, pack, kind: str, values: list) -> None:
    as_text = "{" + ",".join(map(repr, values)) + "}"

    row = conn.execute(
        f"SELECT %(packed)s::{kind}[], %(packed)s::{kind}[] = %(text)s::{kind}[], cardinality(%(packed)s::{kind}[])",
        {"packed": pack(values), "text": as_text},
    ).fetchone()

    assert (values, True, len(values)) == row


def test_instants_arrive_as_they_were(conn: store.Connection) -> None:
    packed = arrays.times([0, 1_795_319_100_000_001, -1])

    row = conn.execute(
        "SELECT array_agg(extract(epoch FROM t)::text) FROM unnest(%(packed)s::timestamptz[]) t", {"packed": packed}
    ).fetchone()

    assert (["0.000000", "1795319100.000001", "-0.000001"],) == row


@pytest.mark.parametrize(
    "values", [[], ["", "ruộng", 'a"b\\', "{}", "NULL"], [f"urn:uuid:{number}" for number in range(3_000)]]
)
def test_texts_arrive_as_they_were(conn: store.Connection, values: list[str]) -> None:
    row = conn.execute("SELECT %(packed)s::text[]", {"packed": arrays.texts(values)}).fetchone()

    assert (values,) == row


def test_the_pool_takes_them_too(scratch_database: str) -> None:
    with store.open_pool(scratch_database, size=1) as pool, store.connection(pool) as conn:
        row = conn.execute("SELECT unnest(%(packed)s::int[])", {"packed": arrays.int4s([7])}).fetchone()

    assert (7,) == row
