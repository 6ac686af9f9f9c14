"""Officers learn that readings waited in a collector, and for how long, also when it was over before anybody could be told."""

from datetime import datetime, time, timedelta
from typing import cast

import pytest
from fixtures.api import As, OneConnection, World

from nongso import store
from nongso.alerting.catalogue import CODES
from nongso.alerting.collecting import SILENT, Wait
from nongso.alerting.routing import Wishes
from nongso.alerting.rule import UnknownRule
from nongso.people import Viewer
from nongso.sentences import alert_sentence, written
from nongso.store import alerts, collectors, notifications, recipients
from nongso.store.alerts import Alert
from worker import collectors as watching
from worker.notifications import run_once
from worker.upkeep import COLLECTOR_KEPT, forget_collectors

pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")  # Apprise loads it

HOUR, MINUTE, TURN = timedelta(hours=1), timedelta(minutes=1), timedelta(seconds=10)


@pytest.fixture
def pool(conn: store.Connection) -> store.Pool:
    return cast(store.Pool, OneConnection(conn))


def waited(
    conn: store.Connection, from_at: datetime, to_at: datetime | None, name: str = "one", most: int = 60
) -> None:
    """What a collector writes when it comes back: that it lives, what waited, and where it is over, the end."""
    collectors.be_seen(conn, name, to_at or from_at)
    collectors.hold_backlog(conn, name, Wait(from_at, None, most))
    if to_at is not None:
        collectors.end_backlog(conn, name, to_at)


def seen(conn: store.Connection, viewer: Viewer) -> list[Alert]:
    return alerts.list_alerts(conn, viewer)


def wish(conn: store.Connection, viewer: Viewer, wishes: Wishes) -> None:
    recipients.put(conn, viewer.account_id, viewer.office_id, wishes, None)


def told(conn: store.Connection, viewer: Viewer) -> list[tuple[str, str]]:
    return [(each.kind, str((each.details or {})["key"])) for each in notifications.list_told(conn, viewer, 50)]


def test_a_wait_is_an_alert_of_every_office_until_it_is_over(
    conn: store.Connection, world: World, pool: store.Pool, now: datetime
) -> None:
    watch = watching.Watch()
    waited(conn, now - HOUR, None)
    watch.run(pool, now)
    open_ones = seen(conn, world.officer)
    waited(conn, now - HOUR, now + TURN, most=90)
    watch.run(pool, now + TURN)
    closed = seen(conn, world.officer)

    assert [("backlog", 3, now - HOUR, None)] == [(a.rule, a.severity, a.opened_at, a.closed_at) for a in open_ones]
    assert [("backlog", now - HOUR, now + TURN)] == [(a.rule, a.opened_at, a.closed_at) for a in closed]
    assert ("alert.backlog_over", 90) == (closed[0].details["key"], closed[0].details["n"])
    assert ["backlog"] == [each.rule for each in seen(conn, world.stranger)]
    assert [] == seen(conn, world.farmer)


def test_its_sentence_says_from_when_to_when(
    conn: store.Connection, world: World, pool: store.Pool, now: datetime
) -> None:
    waited(conn, now - HOUR, now)
    watching.Watch().run(pool, now)

    (alert,) = seen(conn, world.officer)
    sentences = [written(lang, alert_sentence(alert.details)) for lang in ("vi", "en")]

    assert sentences[0].startswith("Từ ")
    assert " đến " in sentences[0]
    assert "60 bản tin" in sentences[0]
    assert "60 messages" in sentences[1]


def test_an_outage_that_nobody_could_be_told_of_is_told_when_it_is_over_once(
    conn: store.Connection, world: World, pool: store.Pool, now: datetime
) -> None:
    """Open and over between two looks: people never saw it open, and still learn of it."""
    wish(conn, world.officer, Wishes(0, 1, None, None, 20, None))
    waited(conn, now - HOUR, now - MINUTE)
    watch = watching.Watch()
    for turn in range(3):
        watch.run(pool, now + turn * TURN)
        run_once(pool, now + turn * TURN)

    assert [("closed", "alert.backlog_over")] == told(conn, world.officer)
    assert [] == told(conn, world.farmer)
    assert 1 == len(seen(conn, world.officer))


@pytest.mark.parametrize(
    ("wishes", "expected"),
    [
        (Wishes(0, 4, None, None, 20, None), []),  # wants to hear of what is critical only
        (Wishes(3, 1, None, None, 20, None), []),  # climbs to them after six hours; it was over after one
        (Wishes(2, 1, None, None, 20, None), []),
        (Wishes(1, 1, None, None, 20, None), ["in_app"]),
        (Wishes(0, 1, time(0), time(23, 59), 20, None), ["waiting"]),  # quiet hours
        (Wishes(0, 1, None, None, 20, time(6)), ["digested"]),
    ],
)
def test_what_is_over_respects_what_people_wish(
    conn: store.Connection, world: World, pool: store.Pool, now: datetime, wishes: Wishes, expected: list[str]
) -> None:
    wish(conn, world.officer, wishes)
    waited(conn, now - HOUR, now)
    watching.Watch().run(pool, now)

    run_once(pool, now)

    assert expected == [each.state for each in notifications.list_told(conn, world.officer, 50)]


def test_who_silenced_it_is_not_told(
    conn: store.Connection, world: World, pool: store.Pool, now: datetime, signed_in: As
) -> None:
    wish(conn, world.officer, Wishes(0, 1, None, None, 20, None))
    body = {"rule": "backlog", "reason": "đang chuyển máy chủ", "hours": 6}

    answer = signed_in(world.officer).post("/api/v1/silences", json=body)
    waited(conn, now - HOUR, now)
    watching.Watch().run(pool, now)
    run_once(pool, now)

    assert 204 == answer.status_code
    assert [] == told(conn, world.officer)
    assert ["backlog"] == [each.rule for each in seen(conn, world.officer)]


def test_every_rule_that_opens_an_alert_may_be_silenced_and_no_other(
    conn: store.Connection, world: World, pool: store.Pool, now: datetime, signed_in: As
) -> None:
    """With its owner, reason and end; what is no rule can be neither silenced nor opened."""
    wish(conn, world.officer, Wishes(0, 1, None, None, len(CODES), None))
    officer, said = signed_in(world.officer), {"key": "alert.log_late", "n": 1, "since": now.isoformat()}
    bodies = [{"rule": rule, "reason": "đang sửa", "hours": 6} for rule in (*CODES, "nothing")]
    answers = [officer.post("/api/v1/silences", json=body).status_code for body in bodies]
    for rule in CODES:
        alerts.open_or_update(conn, alerts.Target(rule, office_id=world.office_id), 5, said, now)
    run_once(pool, now)
    silenced = officer.get("/api/v1/silences").json()

    assert [204] * len(CODES) + [404] == answers
    assert set(CODES) == {each["rule"] for each in silenced}
    assert {("đang sửa", now + 6 * HOUR)} == {(s["reason"], datetime.fromisoformat(s["to_at"])) for s in silenced}
    assert [] == told(conn, world.officer)
    with pytest.raises(UnknownRule):
        alerts.open_or_update(conn, alerts.Target("nothing", office_id=world.office_id), 5, said, now)


def test_other_rules_that_ended_unseen_are_still_told_to_nobody(
    conn: store.Connection, world: World, pool: store.Pool, now: datetime
) -> None:
    target = alerts.Target("dry", field_id=world.field_id)
    alerts.record(conn, target, 4, {"key": "alert.dry", "value": 20, "limit": 26}, now - HOUR, now)

    run_once(pool, now)

    assert [] == told(conn, world.farmer)


def test_two_collectors_tell_one_story(conn: store.Connection, world: World, pool: store.Pool, now: datetime) -> None:
    waited(conn, now - HOUR, now - MINUTE, "one", 60)
    waited(conn, now - 2 * HOUR, None, "two", 40)
    watch = watching.Watch()
    watch.run(pool, now)
    (lasting,) = seen(conn, world.officer)
    waited(conn, now - 2 * HOUR, now + MINUTE, "two", 40)
    watch.run(pool, now + MINUTE)
    (over,) = seen(conn, world.officer)

    assert (None, now - 2 * HOUR, 100) == (lasting.closed_at, lasting.opened_at, lasting.details["n"])
    assert (lasting.id, now + MINUTE) == (over.id, over.closed_at)


def test_a_collector_that_begins_anew_ends_what_the_killed_one_left(
    conn: store.Connection, world: World, pool: store.Pool, now: datetime
) -> None:
    waited(conn, now - HOUR, None)
    collectors.hold_backlog(conn, "one", Wait(now - 2 * MINUTE, None, 10))
    collectors.end_backlog(conn, "one", now)
    collectors.end_backlog(conn, "one", now + MINUTE)

    assert [Wait(now - HOUR, now, 60)] == collectors.list_waits(conn, now - HOUR)


def test_a_collector_that_stopped_is_told_of_and_its_return_too(
    conn: store.Connection, world: World, pool: store.Pool, now: datetime
) -> None:
    watch = watching.Watch()
    collectors.be_seen(conn, "one", now)
    states = []
    later = now
    while later <= now + SILENT + MINUTE:
        watch.run(pool, later)
        states.append([each.rule for each in seen(conn, world.officer)])
        later += MINUTE
    collectors.be_seen(conn, "two", later)
    watch.run(pool, later)

    assert ([], ["collector"]) == (states[5], states[6])
    assert [("collector", 4, later)] == [(a.rule, a.severity, a.closed_at) for a in seen(conn, world.officer)]


def test_a_database_that_was_away_accuses_nobody(
    conn: store.Connection, world: World, pool: store.Pool, now: datetime
) -> None:
    """The worker could not look for an hour, and the collector could not speak for as long: both begin again."""
    watch = watching.Watch()
    collectors.be_seen(conn, "one", now)
    watch.run(pool, now)

    watch.run(pool, now + HOUR)

    assert [] == seen(conn, world.officer)


def test_where_no_collector_ever_ran_nothing_is_missed(
    conn: store.Connection, world: World, pool: store.Pool, now: datetime
) -> None:
    watch = watching.Watch()
    for minute in range(10):
        watch.run(pool, now + minute * MINUTE)

    assert [] == seen(conn, world.officer)


def test_a_collector_that_was_taken_away_is_forgotten_with_what_waited_in_it(
    conn: store.Connection, world: World, pool: store.Pool, now: datetime
) -> None:
    watch = watching.Watch()
    waited(conn, now, None, "old")
    watch.run(pool, now)
    later = now + COLLECTOR_KEPT + MINUTE
    collectors.be_seen(conn, "new", later)

    forget_collectors(pool, later)
    watch.run(pool, later)

    assert [] == [each.rule for each in seen(conn, world.officer) if each.closed_at is None]
    assert [] == collectors.list_waits(conn, now)
