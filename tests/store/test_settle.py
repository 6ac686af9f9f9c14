"""A batch and its books: whatever comes, received = stored + duplicate + conflict + rejected, for the batch and for the device."""

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingest import settle as settling
from ingest.messages import Message
from ingest.registry import Registry
from ingest.settle import Settled
from nongso import store
from nongso.commands.audit import compare
from nongso.store.intake import Counts
from nongso.store.rollups import refresh

NOW_US = 1_795_319_110_000_000
TOPIC = "ns/v1/xa-mot/probe-1/up"


@pytest.fixture
def registry(device_id: str) -> Registry:
    return Registry(ttl_s=0)


def settle(conn: store.Connection, registry: Registry, messages: list[Message]) -> Settled:
    return settling.settle(conn, registry, messages, lap=lambda stage: None)


def message(body: object, topic: str = TOPIC, retained: bool = False, received_us: int = NOW_US) -> Message:
    return Message(topic, body if isinstance(body, bytes) else json.dumps(body).encode(), received_us, retained)


def frame(value: object, at_s: int = 0, **more: object) -> dict:
    return {"ts": NOW_US // 10**6 - 60 + at_s, "m": [{"k": "soil.moisture", "d": 20, "v": value}], **more}


def test_every_outcome_in_one_batch(conn: store.Connection, registry: Registry) -> None:
    settle(conn, registry, [message(frame(30))])

    settled = settle(
        conn,
        registry,
        [message(frame(30)), message(frame(31)), message(frame(31)), message(frame("x")), message(frame(5, at_s=1))],
    )

    assert Counts(received=5, stored=1, duplicate=2, conflict=1, rejected=1) == settled.counts


def test_twice_in_one_batch_is_a_duplicate_and_another_value_a_conflict(
    conn: store.Connection, registry: Registry
) -> None:
    settled = settle(conn, registry, [message(frame(30)), message(frame(30)), message(frame(31))])

    assert Counts(received=3, stored=1, duplicate=1, conflict=1, rejected=0) == settled.counts
    assert [(30.0,)] == conn.execute("SELECT value FROM latest").fetchall()


@pytest.mark.parametrize(
    ("topic", "retained", "reason"),
    [
        ("ns/v1/xa-mot/probe-9/up", False, "unknown_device"),
        ("ns/v1/xa-hai/probe-1/up", False, "wrong_tenant"),
        ("ns/v1/xa-mot/probe-1/cfg", False, "bad_topic"),
        ("other", False, "bad_topic"),
        (TOPIC, True, "retained"),
    ],
)
def test_messages_that_may_not_be_read(
    conn: store.Connection, registry: Registry, topic: str, retained: bool, reason: str
) -> None:
    settled = settle(conn, registry, [message(frame(30, boot="a", seq=1), topic, retained)])

    assert Counts(received=1, stored=0, duplicate=0, conflict=0, rejected=1) == settled.counts
    assert [(reason, -1)] == conn.execute("SELECT reason, position FROM rejection").fetchall()
    assert [] == settled.receipts


def test_a_revoked_device_is_not_heard(conn: store.Connection, registry: Registry) -> None:
    conn.execute("UPDATE device SET revoked_at = now()")

    settled = settle(conn, registry, [message(frame(30))])

    assert 1 == settled.counts.rejected
    assert [("revoked_device",)] == conn.execute("SELECT reason FROM rejection").fetchall()


def test_the_same_bad_bytes_are_kept_once_and_counted_every_time(conn: store.Connection, registry: Registry) -> None:
    settle(conn, registry, [message(b"{"), message(b"{")])
    settle(conn, registry, [message(b"{")])

    assert [(3, 3)] == conn.execute("SELECT times, rejected FROM dead_letter").fetchall()
    assert [(3,)] == conn.execute("SELECT sum(rejected) FROM intake").fetchall()


def test_receipts_tell_the_gap_free_beginning_only(conn: store.Connection, registry: Registry) -> None:
    def told(*seqs: int, low: int = 1) -> list[int]:
        batch = [message(frame(30, at_s=seq, boot="a", seq=seq, low=low)) for seq in seqs]
        return [receipt.seq for receipt in settle(conn, registry, batch).receipts]

    assert [] == told(2)
    assert [2] == told(1)
    assert [2] == told(5, 4)
    assert [5] == told(3)
    assert [9] == told(9, low=9)


def test_without_a_clock_the_number_tells_a_repeat(conn: store.Connection, registry: Registry) -> None:
    """A reading without a time stands at its arrival; sent again it arrives at another time and is still the same."""
    body = {"boot": "a", "seq": 1, "m": [{"k": "soil.moisture", "v": 30}]}

    first = settle(conn, registry, [message(body), message(body, received_us=NOW_US + 1)])
    second = settle(conn, registry, [message(body, received_us=NOW_US + 2)])

    assert (1, 1) == (first.counts.stored, first.counts.duplicate)
    assert (0, 1) == (second.counts.stored, second.counts.duplicate)


def test_births_and_wills_are_a_state_and_no_voice(conn: store.Connection, registry: Registry) -> None:
    status = TOPIC.replace("/up", "/status")
    settle(conn, registry, [message({"online": False}, status)])
    unheard = conn.execute("SELECT count(*) FROM device_contact").fetchone()

    settle(conn, registry, [message({"online": True}, status)])
    settle(conn, registry, [message({"online": False}, status, received_us=NOW_US + 5_000_000)])

    heard = conn.execute("SELECT online, extract(epoch FROM heard_at)::bigint FROM device_contact").fetchone()
    assert (0,) == unheard
    assert (False, NOW_US // 10**6) == heard


bodies = st.one_of(
    st.binary(max_size=8),
    st.builds(
        frame,
        st.one_of(st.integers(0, 3), st.none(), st.just("x"), st.just(1e300)),
        st.integers(0, 3),
        seq=st.integers(1, 6),
        boot=st.sampled_from(["a", "b", "\x00"]),
        k=st.text(max_size=3),
    ),
    st.builds(lambda key, value: {key: value}, st.text(max_size=4), st.integers(0, 2)),
)
topics = st.sampled_from(
    [TOPIC, TOPIC, TOPIC, "ns/v1/xa-hai/probe-1/up", "ns/v1/xa-mot/x/up", "ns/v1/xa-mot/probe-1/status"]
)


@settings(derandomize=True, max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(batches=st.lists(st.lists(st.tuples(bodies, topics, st.booleans()), max_size=8), max_size=4))
def test_the_books_balance_whatever_comes(conn: store.Connection, registry: Registry, batches: list) -> None:
    for number, batch in enumerate(batches):
        settle(conn, registry, [message(body, topic, retained, NOW_US + number) for body, topic, retained in batch])
    while refresh(conn, 100):
        pass

    assert all(line.balances for line in compare(conn, None))
    books = conn.execute(
        """
        SELECT bool_and(c.received = c.stored + c.duplicate + c.conflict + c.rejected)
          FROM device_contact c
        """
    ).fetchone()
    assert books in ((True,), (None,))
