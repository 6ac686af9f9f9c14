"""Schedules of subscriptions: fields as in cron, in UTC."""

from datetime import UTC, datetime

import pytest

from traceability.epcis.destination import BadDestination, BadSchedule, is_open, judge
from traceability.epcis.schedule import next_after, read_schedule

SUNDAY = datetime(2026, 11, 22, 3, 45, 10, 500_000, tzinfo=UTC)


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"hour": "1", "minute": "5"}, "2026-11-23T01:05:00+00:00"),
        ({"minute": "46"}, "2026-11-22T03:46:00+00:00"),
        ({"second": "0/30"}, "2026-11-22T03:45:30+00:00"),
        ({"second": "5,10,[12-13]"}, "2026-11-22T03:45:12+00:00"),
        ({"dayOfWeek": "1"}, "2026-11-23T00:00:00+00:00"),
        ({"dayOfMonth": "29", "month": "2"}, "2028-02-29T00:00:00+00:00"),
    ],
    ids=str,
)
def test_the_next_time(fields: dict[str, str], expected: str) -> None:
    assert expected == next_after(read_schedule(fields), SUNDAY).isoformat()


@pytest.mark.parametrize(
    "fields", [{}, {"second": "60"}, {"hour": "x"}, {"year": "2026"}, {"minute": "1,"}, {"minute": "[5-1]"}], ids=str
)
def test_a_schedule_that_says_nothing_is_refused(fields: dict[str, str]) -> None:
    with pytest.raises(BadSchedule):
        read_schedule(fields)


def test_a_day_that_never_comes_is_refused() -> None:
    with pytest.raises(BadSchedule):
        next_after(read_schedule({"dayOfMonth": "30", "month": "2"}), SUNDAY)


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("93.184.216.34", True),
        ("2606:2800:220:1:248:1893:25c8:1946", True),
        ("127.0.0.1", False),
        ("10.0.0.1", False),
        ("100.64.0.1", False),
        ("169.254.169.254", False),
        ("192.0.2.1", False),
        ("224.0.0.1", False),
        ("0.0.0.0", False),
        ("::1", False),
        ("fd00::1", False),
        ("fe80::1", False),
        ("::ffff:127.0.0.1", False),
        ("64:ff9b::7f00:1", False),
        ("2002:7f00:1::", False),
    ],
)
def test_only_the_open_network_is_open(address: str, expected: bool) -> None:
    assert expected is is_open(address)


@pytest.mark.parametrize("url", ["", "https://", "https://[::1", "https://x:99999/", "https://a b/", "https://máy.vn/"])
def test_what_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(BadDestination):
        judge(url, ())


def test_a_trusted_host_may_be_inside_and_plain() -> None:
    assert ("127.0.0.1", 8080, "/a?b=1") == (
        (found := judge("http://127.0.0.1:8080/a?b=1", {"127.0.0.1"})).address,
        found.port,
        found.target,
    )
