"""Tells people of alerts: plans who is told and when, sends over their channels in their order, and tries again.

The outbox is the store: a message is marked in the transaction in which it was sent, so a crash may send one twice and loses none.
"""

import os
from collections.abc import Collection
from datetime import datetime
from urllib.parse import urlsplit

from nongso import store
from nongso.alerting.address import OPEN_HOSTS, kind_of
from nongso.alerting.routing import TRIES, Way, plan, reaches, wait
from nongso.clock import LOCAL
from nongso.errors import NongsoError
from nongso.journal import note
from nongso.sentences import alert_sentence, written
from nongso.settings import Settings
from nongso.store import notifications
from nongso.store.notifications import Candidate, Due
from nongso.text import say
from traceability.epcis.destination import look_up

AT_ONCE = 20  # messages in one run of the job
STATES = {Way.NOW: "waiting", Way.LATER: "waiting", Way.DIGEST: "digested"}


def run_once(pool: store.Pool, now: datetime) -> int:
    """Plan, gather digests, send what is due; how many messages were sent."""
    with store.connection(pool) as conn:
        plan_all(conn, now)
        notifications.insert_digests(conn, now)
    private_hosts = Settings.from_env(os.environ).webhook_private_hosts
    sent = 0
    for _ in range(AT_ONCE):
        with store.connection(pool) as conn:
            due = notifications.find_due(conn, now)
            if due is None:
                break
            sent += send(conn, due, now, private_hosts)
    return sent


def plan_all(conn: store.Connection, now: datetime) -> None:
    """Into the outbox with every alert that is somebody's to know; a person's cap counts what this turn adds."""
    midnight = now.astimezone(LOCAL).replace(hour=0, minute=0, second=0, microsecond=0)
    added: dict[int, int] = {}
    for candidate in notifications.list_candidates(conn, now, midnight):
        if is_due(candidate, now):
            told_today = candidate.told_today + added.get(candidate.account_id, 0)
            planned = plan(candidate.wishes, candidate.severity, told_today, now)
            notifications.insert(conn, candidate, STATES[planned.way], now, planned.due_at)
            added[candidate.account_id] = added.get(candidate.account_id, 0) + 1


def is_due(candidate: Candidate, now: datetime) -> bool:
    """Who was told that it began is told that it is over; for all others the ladder decides."""
    if candidate.was_told and candidate.kind == "closed":
        return True
    return reaches(candidate.wishes, candidate.severity, now - candidate.opened_at, candidate.answered)


def send(conn: store.Connection, due: Due, now: datetime, private_hosts: Collection[str]) -> bool:
    """Over the channel whose turn it is. True when it was sent."""
    if due.address is None:
        notifications.set_state(conn, due, "failed" if due.channels else "in_app", now)
        return False
    if deliver(due.address, *message(conn, due), private_hosts):
        notifications.set_state(conn, due, "sent", now)
        return True
    note("notification.failed", notification=due.id, channel=kind_of(due.address), tries=due.tries + 1)
    if due.tries + 1 < TRIES:
        notifications.put_off(conn, due, due.channel, due.tries + 1, now + wait(due.tries), "refused")
    else:
        notifications.put_off(conn, due, due.channel + 1, 0, now, "refused")
    return False


def deliver(address: str, title: str, body: str, private_hosts: Collection[str]) -> bool:
    """Hand a message to the address; False when it was not taken, or leads into our own house."""
    try:
        stay_outside(address, private_hosts)
    except NongsoError:
        return False
    from apprise import (
        Apprise,
        NotifyFormat,
    )  # a quarter of a worker's start, and not before there is something to send

    service = Apprise()
    return bool(
        service.add(address)
        and service.notify(body=body, title=title, body_format=NotifyFormat.TEXT, interpret_escapes=False)
    )


def stay_outside(address: str, private_hosts: Collection[str]) -> None:
    """Raises BadDestination where the address names a host inside that nobody trusted, BadAddress where it is none of ours."""
    kind_of(address)
    parts = urlsplit(address)
    if parts.scheme in OPEN_HOSTS:
        host = parts.hostname or ""
        look_up(f"{parts.scheme}://{host}", host, parts.port or 443, host in private_hosts)


def message(conn: store.Connection, due: Due) -> tuple[str, str]:
    """Title and text in the reader's language; a digest says how many wait in the app."""
    if due.details is None:
        count = notifications.count_gathered(conn, due)
        return say(due.lang, "notification.digest_title"), say(due.lang, "notification.digest", count=count)
    said = written(due.lang, alert_sentence(due.details))
    key = "notification.closed" if due.kind == "closed" else "notification.opened"
    title = say(due.lang, "notification.title", severity=due.severity, place=due.place_name or "")
    return title, say(due.lang, key, text=said)
