"""The database goes away while devices report: afterwards the office's people learn from when to when readings waited in the collector."""

from datetime import UTC, date, datetime

from fixtures.collector import House, house, kill, wait_until

from ingest.broker import Account
from ingest.publisher import Publisher
from nongso import store
from nongso.alerting.routing import Wishes
from nongso.people import Role
from nongso.store import admin_units, people, places, recipients
from nongso.store.admin_units import AdminUnit
from nongso.store.people import NewAccount

ALERTS = b"SELECT rule, opened_at, closed_at, details FROM alert WHERE office_id IS NOT NULL ORDER BY opened_at"
TOLD = b"SELECT kind, state FROM notification ORDER BY id"
WAITS = b"SELECT from_at, to_at, most FROM backlog"


def settle_in(servers: House) -> None:
    """An office with an officer who wishes to be told at once, in the app."""
    with store.connect(servers.postgres.url) as conn:
        admin_units.insert_unit(conn, AdminUnit("1", date(2025, 7, 1), None, "Xã Một", "xã", None, None, ""))
        office = places.insert_office(conn, "office", "Phòng Kinh tế xã Một", "", "1", date(2025, 7, 1))
        account = people.insert(conn, office, NewAccount("officer", "Bác Sáu", Role.OFFICER, "vi", "x"))
        recipients.put(conn, account, office, Wishes(0, 1, None, None, 20, None), None)


def publish(servers: House, count: int) -> None:
    with Publisher(Account(servers.broker.url, "stranger"), 10, 60.0) as publisher:
        for number in range(count):
            publisher.publish("ns/v1/office/nobody/up", b'{"n":%d}' % number)
        publisher.wait_confirmed()


def test_people_learn_of_an_outage_that_nobody_could_be_told_of() -> None:
    """Six of ten messages fill the spool above its mark while there is no database; it drains in one batch when it is back."""
    with house() as servers:
        settle_in(servers)
        servers.collect("--spool-limit", "10")
        servers.postgres.stop()
        went_away = datetime.now(UTC)
        publish(servers, 6)
        wait_until(lambda: "event=ingest.behind" in servers.log("ingest"))
        servers.postgres.start()
        wait_until(lambda: servers.rows(WAITS) and servers.rows(WAITS)[0][1] is not None)
        came_back = datetime.now(UTC)
        servers.start("worker")
        wait_until(lambda: servers.rows(TOLD))
        ((rule, opened_at, closed_at, details),) = servers.rows(ALERTS)
        told = servers.rows(TOLD)

    assert ("backlog", "alert.backlog_over", 6) == (rule, details["key"], details["n"])
    assert went_away <= opened_at < closed_at <= came_back
    assert ("closed", "in_app") == (told[0][0], told[0][1])


def test_a_collector_that_is_killed_meanwhile_still_tells_of_all_of_it() -> None:
    """Only the spool survives `kill -9`; its oldest message says since when."""
    with house() as servers:
        settle_in(servers)
        first = servers.collect("--spool-limit", "10")
        servers.postgres.stop()
        went_away = datetime.now(UTC)
        publish(servers, 6)
        wait_until(lambda: "event=ingest.behind" in servers.log("ingest"))
        kill(first)
        killed = datetime.now(UTC)
        servers.collect("--spool-limit", "10")
        servers.postgres.start()
        wait_until(lambda: servers.rows(WAITS) and servers.rows(WAITS)[0][1] is not None)
        ((from_at, to_at, most),) = servers.rows(WAITS)

    assert went_away <= from_at < killed < to_at
    assert 6 == most
