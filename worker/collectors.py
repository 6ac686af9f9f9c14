"""Alerts of the office about its collectors: readings that waited in one, also when it is over before anybody looked; none alive."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from nongso import store
from nongso.alerting.catalogue import BACKLOG, COLLECTOR
from nongso.alerting.collecting import Wait, is_silent, joined
from nongso.store import alerts, collectors, places
from nongso.store.alerts import Details, Target

LOOKED_BACK = timedelta(days=1)  # as long people are still told of what is over
LOOK_GAP = timedelta(
    minutes=1
)  # after a longer pause the database was away for us, and so it may have been for collectors
SEVERITIES = {BACKLOG: 3, COLLECTOR: 4}


@dataclass(slots=True)
class Watch:
    """Looks every few seconds; `since` is when the looks began to follow each other."""

    since: datetime | None = None
    looked_at: datetime | None = None

    def run(self, pool: store.Pool, now: datetime) -> None:
        with store.connection(pool) as conn:
            seen_at = collectors.find_seen(conn)
            waits = joined(collectors.list_waits(conn, now - LOOKED_BACK))
            open_now = set(alerts.list_open_targets(conn))
            if self.since is None or self.looked_at is None or now - self.looked_at > LOOK_GAP:
                self.since = now
            self.looked_at = now
            is_away = seen_at is not None and is_silent(seen_at, self.since, now)
            for office in places.list_offices(conn):
                tell_waits(conn, Target(BACKLOG, office_id=office.id), waits, open_now, now)
                tell_away(conn, Target(COLLECTOR, office_id=office.id), seen_at if is_away else None, open_now, now)


def tell_waits(conn: store.Connection, target: Target, waits: list[Wait], open_now: set[Target], now: datetime) -> None:
    """An open alert is of the newest wait. What ended before it could be opened becomes history, which people are told of all the same."""
    severity = SEVERITIES[target.rule]
    for wait in waits[:-1]:
        record(conn, target, wait)
    newest = waits[-1] if waits else None
    if newest is not None and newest.to_at is None:
        alerts.hold(conn, target, severity, said(newest), newest.from_at, now)
    elif target in open_now:
        if newest is not None:
            alerts.hold(conn, target, severity, said(newest), newest.from_at, now)
        alerts.close(conn, target, newest.to_at or now if newest else now)
    elif newest is not None:
        record(conn, target, newest)


def record(conn: store.Connection, target: Target, wait: Wait) -> None:
    if wait.to_at is not None:
        alerts.record(conn, target, SEVERITIES[target.rule], said(wait), wait.from_at, wait.to_at)


def said(wait: Wait) -> Details:
    since: Details = {"since": wait.from_at.isoformat(), "n": wait.most}
    if wait.to_at is None:
        return {"key": "alert.backlog", **since}
    return {"key": "alert.backlog_over", **since, "until": wait.to_at.isoformat()}


def tell_away(
    conn: store.Connection, target: Target, since: datetime | None, open_now: set[Target], now: datetime
) -> None:
    """`since` None: at least one collector is alive, or none ever was."""
    if since is not None:
        details: Details = {"key": "alert.collector", "since": since.isoformat()}
        alerts.open_or_update(conn, target, SEVERITIES[target.rule], details, now)
    elif target in open_now:
        alerts.close(conn, target, now)
