"""Messages to people over real sockets: sent once, tried again, passed on to the next channel, held by quiet hours, answered."""

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from typing import cast

import pytest
from fixtures.api import As, OneConnection, World
from fixtures.gateways import Gateway, Post, serving

from nongso import store
from nongso.alerting.routing import Wishes
from nongso.store import alerts, notifications, recipients, silences
from nongso.store.alerts import Target
from nongso.store.silences import Silenced
from worker.notifications import run_once

pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")  # Apprise loads it

AT_ONCE = Wishes(0, 1, None, None, 20, None)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def pool(conn: store.Connection, monkeypatch: pytest.MonkeyPatch) -> store.Pool:
    monkeypatch.setenv("NONGSO_WEBHOOK_PRIVATE_HOSTS", "127.0.0.1")
    return cast(store.Pool, OneConnection(conn))


@pytest.fixture
def gateway() -> Iterator[Gateway]:
    with serving(Gateway(200)) as server:
        yield server


@pytest.fixture
def broken() -> Iterator[Gateway]:
    with serving(Gateway(503)) as server:
        yield server


def wish(conn: store.Connection, world: World, wishes: Wishes, *addresses: str) -> None:
    recipients.put(conn, world.farmer.account_id, world.office_id, wishes, addresses)


def warn(conn: store.Connection, world: World, now: datetime, severity: int = 2, rule: str = "dry") -> int:
    target = Target(rule, field_id=world.field_id)
    alerts.open_or_update(conn, target, severity, {"key": "alert.dry", "value": 20, "limit": 26}, now)
    return next(alert.id for alert in alerts.list_alerts(conn, world.farmer) if alert.rule == rule)


def states(conn: store.Connection, world: World) -> list[str]:
    return [told.state for told in notifications.list_told(conn, world.farmer, 50)]


def test_is_sent_once(conn: store.Connection, world: World, pool: store.Pool, gateway: Gateway, now: datetime) -> None:
    wish(conn, world, AT_ONCE, gateway.address)
    warn(conn, world, now)

    first, again = run_once(pool, now), run_once(pool, now + MINUTE)

    assert (1, 0) == (first, again)
    assert ["Cảnh báo cấp 2: Vườn bưởi Cái Cối"] == [each["title"] for each in gateway.got]
    assert ["sent"] == states(conn, world)


def test_without_a_channel_it_is_read_in_the_app(
    conn: store.Connection, world: World, pool: store.Pool, now: datetime
) -> None:
    warn(conn, world, now)

    run_once(pool, now)

    assert ["in_app"] == states(conn, world)
    assert [] == notifications.list_told(conn, world.neighbour, 50)


def test_three_refusals_pass_it_on_to_the_next_channel(
    conn: store.Connection, world: World, pool: store.Pool, broken: Gateway, gateway: Gateway, now: datetime
) -> None:
    wish(conn, world, AT_ONCE, broken.address, gateway.address)
    warn(conn, world, now)

    for minute in range(5):
        run_once(pool, now + minute * MINUTE)

    assert (3, 1) == (len(broken.got), len(gateway.got))
    assert ["sent"] == states(conn, world)


def test_after_the_last_channel_it_is_told_as_failed(
    conn: store.Connection, world: World, pool: store.Pool, broken: Gateway, now: datetime
) -> None:
    wish(conn, world, AT_ONCE, broken.address)
    warn(conn, world, now)

    for minute in range(5):
        run_once(pool, now + minute * MINUTE)

    assert ["failed"] == states(conn, world)


def test_an_address_inside_the_house_is_not_called(
    conn: store.Connection,
    world: World,
    pool: store.Pool,
    gateway: Gateway,
    now: datetime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("NONGSO_WEBHOOK_PRIVATE_HOSTS")
    wish(conn, world, AT_ONCE, gateway.address)
    warn(conn, world, now)

    assert 0 == run_once(pool, now)
    assert [] == gateway.got


def test_by_mail(conn: store.Connection, world: World, pool: store.Pool, now: datetime) -> None:
    with serving(Post()) as post:
        wish(conn, world, AT_ONCE, post.address)
        warn(conn, world, now)

        sent = run_once(pool, now)

    assert 1 == sent
    assert 1 == len(post.got)


def test_quiet_hours_hold_it_back_until_they_end_but_never_what_is_critical(
    conn: store.Connection, world: World, pool: store.Pool, gateway: Gateway, now: datetime
) -> None:
    wish(conn, world, Wishes(0, 1, time(10), time(12), 20, None), gateway.address)  # now is 10:45
    warn(conn, world, now)
    warn(conn, world, now, severity=4, rule="salt")

    during, after = run_once(pool, now), run_once(pool, now + timedelta(hours=2))

    assert (1, 1) == (during, after)


def test_what_is_over_the_cap_comes_as_one_digest(
    conn: store.Connection, world: World, pool: store.Pool, gateway: Gateway, now: datetime
) -> None:
    wish(conn, world, Wishes(0, 1, None, None, 1, None), gateway.address)
    for rule in ("dry", "wind", "heat"):
        warn(conn, world, now, rule=rule)

    today, next_morning = run_once(pool, now), run_once(pool, now + timedelta(hours=20))

    assert (1, 1) == (today, next_morning)
    assert "Có 2 cảnh báo" in gateway.got[-1]["message"]


def test_a_silence_keeps_it_from_being_told(
    conn: store.Connection, world: World, pool: store.Pool, gateway: Gateway, now: datetime
) -> None:
    wish(conn, world, AT_ONCE, gateway.address)
    silences.insert(conn, world.farmer, Silenced("dry", world.field_id), "Đang thay ống", now, now + timedelta(hours=1))
    warn(conn, world, now)

    during, after = run_once(pool, now), run_once(pool, now + timedelta(hours=1))

    assert (0, 1) == (during, after)


def test_nobody_answering_it_climbs_to_the_office(
    conn: store.Connection, world: World, pool: store.Pool, gateway: Gateway, now: datetime
) -> None:
    recipients.put(
        conn, world.officer.account_id, world.office_id, Wishes(2, 1, None, None, 20, None), [gateway.address]
    )
    alert = warn(conn, world, now)
    run_once(pool, now)
    early = len(gateway.got)

    run_once(pool, now + timedelta(hours=2))
    alerts.acknowledge(conn, world.farmer, alert, now + timedelta(hours=2))

    assert (0, 1) == (early, len(gateway.got))


def test_who_was_told_learns_that_it_is_over(
    conn: store.Connection, world: World, pool: store.Pool, gateway: Gateway, now: datetime
) -> None:
    wish(conn, world, AT_ONCE, gateway.address)
    warn(conn, world, now)
    run_once(pool, now)
    alerts.close(conn, Target("dry", field_id=world.field_id), now + MINUTE)

    run_once(pool, now + 2 * MINUTE)
    run_once(pool, now + 3 * MINUTE)

    assert 2 == len(gateway.got)
    assert gateway.got[-1]["message"].startswith("Đã hết")


@pytest.mark.parametrize(("text", "said"), [("1", "seen"), ("2 roi", "done"), ("3", "wrong")])
def test_an_answer_counts_for_the_newest_alert_and_stops_the_ladder(
    conn: store.Connection,
    world: World,
    pool: store.Pool,
    gateway: Gateway,
    signed_in: As,
    now: datetime,
    text: str,
    said: str,
) -> None:
    wish(conn, world, AT_ONCE, gateway.address)
    alert = warn(conn, world, now)
    run_once(pool, now)
    url = signed_in(world.farmer).post("/api/v1/notification-wishes/reply-address").json()["url"]

    answer = signed_in(None).post("/hooks/reply/" + url.rsplit("/", 1)[1], json={"text": text, "from": "gateway"})

    assert 204 == answer.status_code
    row = conn.execute("SELECT answer, acknowledged_by FROM alert WHERE id = %s", (alert,)).fetchone()
    assert (said, world.farmer.account_id) == row


def test_an_address_leaves_the_house_masked(conn: store.Connection, world: World, signed_in: As) -> None:
    wish(conn, world, AT_ONCE, "tgram://123456789:secret-token/42", "json://user:pass@sms.example.vn/send?key=abc")

    shown = signed_in(world.farmer).get("/api/v1/notification-wishes").text

    assert all(secret not in shown for secret in ("123456789", "secret-token", "pass", "abc"))
