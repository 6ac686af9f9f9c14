"""A valve opens for a while or not at all."""

from datetime import UTC, datetime

import pytest

from firmware_sim.valve import (
    LEASE_S,
    MAX_RUN_S,
    REMEMBERED,
    Order,
    Reply,
    State,
    Valve,
    pass_time,
    read_order,
    receive,
)

NOW_S = 1_790_000_000.0
CLOSED = Valve("v1", NOW_S, {})


def until(at_s: float) -> str:
    return datetime.fromtimestamp(at_s, UTC).isoformat()


def opening(order: str = "o1", max_seconds: int | None = 60, expires_s: float = NOW_S + 30) -> Order:
    return Order("open", order, until(expires_s), max_seconds)


def test_an_order_opens_for_its_own_time() -> None:
    opened, replies = receive(CLOSED, opening(), False, NOW_S)
    assert opened.closes_s == NOW_S + 60
    assert [reply.state for reply in replies] == [State.ACCEPTED, State.RUNNING]


def test_the_valves_own_timer_closes_it() -> None:
    opened, _ = receive(CLOSED, opening(), False, NOW_S)
    still, silence = pass_time(opened, True, NOW_S + 59.9)
    closed, replies = pass_time(still, True, NOW_S + 60)
    assert silence == []
    assert closed.closes_s is None
    assert replies == [Reply("o1", State.DONE)]


def test_a_lost_link_closes_it_after_the_lease() -> None:
    opened, _ = receive(CLOSED, opening(max_seconds=MAX_RUN_S), False, NOW_S)
    held, _ = pass_time(opened, False, NOW_S + LEASE_S)
    closed, replies = pass_time(held, False, NOW_S + LEASE_S + 1)
    assert held.closes_s is not None
    assert closed.closes_s is None
    assert replies == [Reply("o1", State.DONE, "link_lost")]


def test_a_link_that_returns_in_time_keeps_it_open() -> None:
    valve, _ = receive(CLOSED, opening(max_seconds=MAX_RUN_S), False, NOW_S)
    for offset, linked in ((LEASE_S, False), (LEASE_S, True), (2 * LEASE_S, False)):
        valve, _ = pass_time(valve, linked, NOW_S + offset)
    assert valve.closes_s is not None


@pytest.mark.parametrize(
    ("order", "retained", "reason"),
    [
        (opening(expires_s=NOW_S), False, "expired"),
        (opening(), True, "retained"),
        (opening(max_seconds=None), False, "bad_max_seconds"),
        (opening(max_seconds=0), False, "bad_max_seconds"),
        (opening(max_seconds=MAX_RUN_S + 1), False, "bad_max_seconds"),
        (Order("open", "o1", "soon", 60), False, "bad_expiry"),
        (Order("open", "o1", "2026-11-22T10:00:00", 60), False, "bad_expiry"),
        (Order("flood", "o1", until(NOW_S + 30), 60), False, "unknown_action"),
    ],
)
def test_a_bad_order_opens_nothing_and_is_answered(order: Order, retained: bool, reason: str) -> None:
    after, replies = receive(CLOSED, order, retained, NOW_S)
    assert after.closes_s is None
    assert replies == [Reply("o1", State.FAILED, reason)]


def test_a_duplicate_neither_opens_nor_lengthens() -> None:
    opened, _ = receive(CLOSED, opening(), False, NOW_S)
    again, replies = receive(opened, opening(max_seconds=600), False, NOW_S + 10)
    closed, _ = pass_time(again, True, NOW_S + 60)
    late, late_replies = receive(closed, opening(), False, NOW_S + 20)
    assert again.closes_s == NOW_S + 60
    assert replies == [Reply("o1", State.RUNNING, "duplicate")]
    assert late.closes_s is None
    assert late_replies == [Reply("o1", State.DONE, "duplicate")]


def test_a_retained_order_does_not_spoil_its_name() -> None:
    refused, _ = receive(CLOSED, opening(), True, NOW_S)
    opened, _ = receive(refused, opening(), False, NOW_S)
    assert opened.closes_s is not None


def test_a_new_lease_replaces_the_running_one() -> None:
    opened, _ = receive(CLOSED, opening(), False, NOW_S)
    renewed, replies = receive(opened, opening("o2", 600), False, NOW_S + 10)
    assert renewed.closes_s == NOW_S + 610
    assert Reply("o1", State.DONE, "replaced") in replies


def test_closing_is_obeyed_even_late() -> None:
    opened, _ = receive(CLOSED, opening(), False, NOW_S)
    closed, replies = receive(opened, Order("close", "o2", until(NOW_S - 60)), False, NOW_S + 5)
    assert closed.closes_s is None
    assert [(reply.order, reply.state) for reply in replies] == [
        ("o2", State.ACCEPTED),
        ("o1", State.DONE),
        ("o2", State.DONE),
    ]


def test_memory_of_orders_is_bounded() -> None:
    valve = CLOSED
    for number in range(REMEMBERED + 10):
        valve, _ = receive(valve, opening(f"o{number}"), False, NOW_S)
    assert len(valve.known) == REMEMBERED


@pytest.mark.parametrize(
    "payload", [b"", b"{", b"[]", b'{"action":"open"}', b'{"action":1,"order":"o","expires_at":"x"}']
)
def test_what_is_no_order_is_not_read(payload: bytes) -> None:
    assert read_order(payload) is None
