"""A device speaks before it is registered; once it is, a click has the running collector read what it said, once."""

from datetime import UTC, date, datetime, timedelta

from fixtures.collector import House, house
from fixtures.waiting import LIMIT_S, wait_until

from ingest.broker import Account
from ingest.publisher import Publisher
from nongso import store
from nongso.clock import utc_now
from nongso.people import Role, Viewer
from nongso.store import admin_units, dead_letters, devices, people, places
from nongso.store.admin_units import AdminUnit
from nongso.store.devices import DeviceDraft
from nongso.store.people import NewAccount

FRAME = b'{"ts":"%s","seq":1,"boot":"a1","m":[{"k":"soil.moisture","d":20,"v":31.4},{"k":"soil.temperature","d":20,"v":27}]}'
OPEN = b"SELECT count(*) FROM dead_letter WHERE settled_at IS NULL"
SETTLED = b"SELECT count(*) FROM dead_letter WHERE settled_at IS NOT NULL"
READINGS = b"SELECT count(*) FROM reading"


def office(running: House) -> Viewer:
    with store.connect(running.postgres.url) as conn:
        admin_units.insert_unit(conn, AdminUnit("1", date(2025, 7, 1), None, "Xã Một", "xã", None, None, ""))
        office_id = places.insert_office(conn, "xa-mot", "Xã Một", "", "1", date(2025, 7, 1))
        account = people.insert(conn, office_id, NewAccount("can-bo", "Cán bộ", Role.OFFICER, "vi", "x"))
    return Viewer(account, office_id, Role.OFFICER, "Cán bộ")


def speak(running: House) -> None:
    now = datetime.now(UTC).isoformat().encode()
    with Publisher(Account(running.broker.url, "TN-01"), 1, LIMIT_S) as publisher:
        publisher.publish("ns/v1/xa-mot/TN-01/up", FRAME % now)
        publisher.wait_confirmed()


def test_what_a_device_said_before_it_was_registered_is_stored_once() -> None:
    with house() as running:
        officer = office(running)
        running.collect()
        speak(running)
        wait_until(lambda: running.rows(OPEN) == [(1,)])

        with store.connect(running.postgres.url) as conn:
            draft = DeviceDraft("TN-01", "soil", "Đầu dò", None, "$7$x")
            devices.insert(conn, officer.office_id, draft, utc_now() - timedelta(days=1))
            dead_letters.request_replay_of(conn, officer, "unknown_device", "TN-01", utc_now())

        wait_until(lambda: running.rows(SETTLED) == [(1,)])
        assert [(2,)] == running.rows(READINGS)
        wait_until(lambda: running.run("audit", "--all")["balances"])
