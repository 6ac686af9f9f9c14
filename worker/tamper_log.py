"""Keeps the tamper-evident log by the clock: new events into it, witnesses asked, database and papers held against it once a day.

What stops the log, and every difference the monitor finds, is an alert of the office until it is mended.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from nongso import store
from nongso.alerting.catalogue import LOG_ALTERED, LOG_STOPPED, PAPER_ALTERED
from nongso.errors import NongsoError
from nongso.journal import note
from nongso.store import alerts, certificate_files, log_leaves, log_watch, places
from nongso.store.alerts import Details, Target
from nongso.store.certificate_files import Altered, Exchanged
from nongso.store.log_watch import Check, WitnessState
from traceability.log import event_log
from traceability.log.checkpoint import Checkpoint
from traceability.log.cosign import Asked, WitnessAddress, WitnessAhead, WitnessRefused, cosign_newest
from traceability.log.durable import LogBusy
from traceability.log.event_log import DUE
from traceability.log.folder import find_note
from traceability.log.house import HouseLog, find_public
from traceability.log.layout import COSIGNED
from traceability.log.monitor import check_house
from traceability.log.note import Note, verify

ASK_AGAIN, ASK_ANYHOW = timedelta(minutes=1), timedelta(hours=1)  # after a refusal; when nothing is new
CHECK_EVERY = timedelta(days=1)
SEVERITIES = {LOG_STOPPED: 4, LOG_ALTERED: 5, PAPER_ALTERED: 5}
UNPROCESSABLE = 422


@dataclass(slots=True)
class Keeper:
    """Writes the log. `unheard` are the witnesses that have not said yet, since this process began, that they saw no more than we have."""

    house: HouseLog
    unheard: set[WitnessAddress] = field(init=False)
    ask_at: datetime | None = None

    def __post_init__(self) -> None:
        self.unheard = set(self.house.witnesses)

    def run(self, pool: store.Pool, now: datetime) -> None:
        """One turn. What stops the log becomes an alert and is raised."""
        try:
            with event_log.keeper_lock(self.house):
                head = event_log.begin(pool, self.house, now)
                event_log.confirm(pool, self.house, head, self.unheard)
                head = event_log.sequence(pool, self.house, now)
                self.ask_witnesses(pool, head, now)
        except LogBusy:  # another worker keeps it
            raise
        except NongsoError as fault:
            tell(pool, LOG_STOPPED, reason(fault), now)
            raise
        with store.connection(pool) as conn:
            waiting = log_leaves.get_waiting(conn)
        if waiting.since is None or waiting.since > now - DUE:
            end(pool, LOG_STOPPED, now)

    def ask_witnesses(self, pool: store.Pool, head: Checkpoint, now: datetime) -> None:
        """Have the newest tree cosigned; again soon where one was away, and now and then when nothing is new.

        Raises WitnessAhead, or WitnessRefused for a fork, and then asks that witness again before anything is written.
        """
        if not self.house.witnesses or (self.ask_at is not None and now < self.ask_at and not self.is_new(head)):
            return
        asked = cosign_newest(self.house.folder, self.house.key, self.house.witnesses)
        self.ask_at = now + (ASK_AGAIN if any(one.fault for one in asked) else ASK_ANYHOW)
        with store.connection(pool) as conn:
            for one in asked:
                log_watch.put_witness(conn, witness_state(one, head, now))
        for one in asked:
            if isinstance(one.fault, WitnessAhead) or is_fork(one):
                self.unheard.add(one.witness)
                assert one.fault is not None
                raise one.fault

    def is_new(self, head: Checkpoint) -> bool:
        """Whether witnesses have something to sign that none of them was asked about."""
        kept = find_note(self.house.folder, COSIGNED)
        return kept is None or kept.text != str(head)


def reason(fault: NongsoError) -> Details:
    """The error's own sentence is the alert's."""
    values = {name: value if isinstance(value, int | float) else str(value) for name, value in fault.values.items()}
    return {**values, "key": f"error.{fault.code}"}


def is_fork(one: Asked) -> bool:
    return isinstance(one.fault, WitnessRefused) and one.fault.values["status"] == UNPROCESSABLE


def witness_state(one: Asked, head: Checkpoint, now: datetime) -> WitnessState:
    key = one.witness.key
    if one.fault is not None:
        return WitnessState(key.name, str(key), now, one.fault.code, None, None)
    signed = verify(Note(str(head), one.lines), [key])[0]
    return WitnessState(key.name, str(key), now, "", head.size, signed.at)


@dataclass(frozen=True, slots=True)
class Monitor:
    """Holds the database against the log once a day."""

    house: HouseLog

    def run(self, pool: store.Pool, now: datetime) -> None:
        with store.connection(pool) as conn:
            last = log_watch.find_last_check(conn)
        if last is None or last.at <= now - CHECK_EVERY:
            self.check(pool, now)
            check_papers(pool, now)

    def check(self, pool: store.Pool, now: datetime) -> None:
        log = find_public(self.house.folder)
        if log is None:  # nothing was ever written
            return
        with store.connection(pool) as conn:
            found = check_house(conn, log, now)
            log_watch.insert_check(conn, found)
        if found.count:
            note("log.check_failed", differences=found.count, size=found.size)
            tell_differences(pool, found, now)
        else:
            end(pool, LOG_ALTERED, now)


def tell_differences(pool: store.Pool, found: Check, now: datetime) -> None:
    """An alert for each office concerned, naming its first event; what is the house's concerns all."""
    with store.connection(pool) as conn:
        for office in places.list_offices(conn):
            own = [fault for fault in found.faults if fault.office_id in (None, office.id)]
            if own:
                said = {"key": f"alert.log_altered.{own[0].kind}", "n": len(own), **named(own[0])}
                alerts.open_or_update(
                    conn, Target(LOG_ALTERED, office_id=office.id), SEVERITIES[LOG_ALTERED], said, now
                )


def check_papers(pool: store.Pool, now: datetime) -> None:
    """Every scan of a certificate held against its digest, and every digest in a harvest's event against the scans that are kept.

    An alert for the office whose paper was changed, over when none is.
    """
    with store.connection(pool) as conn:
        altered, exchanged = certificate_files.list_altered(conn), certificate_files.list_exchanged(conn)
        for office in places.list_offices(conn):
            target = Target(PAPER_ALTERED, office_id=office.id)
            said = paper_details(
                [each for each in altered if each.office_id == office.id],
                [each for each in exchanged if each.office_id == office.id],
            )
            if said is None:
                alerts.close(conn, target, now)
            else:
                alerts.open_or_update(conn, target, SEVERITIES[PAPER_ALTERED], said, now)


def paper_details(altered: Sequence[Altered], exchanged: Sequence[Exchanged]) -> Details | None:
    """What an office is told of its papers, the first of them by name; None when all are whole."""
    count = len(altered) + len(exchanged)
    if altered:
        return {"key": "alert.paper_altered", "n": count, "number": altered[0].number}
    if exchanged:
        first = exchanged[0]
        named = {"number": first.number, "lot": first.lot, "digest": first.digest[:16]}
        return {"key": "alert.paper_exchanged", "n": count, **named}
    return None


def named(fault: log_watch.CheckFault) -> dict[str, str]:
    index = "" if fault.leaf_index is None else str(fault.leaf_index)
    return {"index": index, "event": fault.event_id or "", "part": ", ".join(fault.parts)}


def tell(pool: store.Pool, rule: str, said: Details, now: datetime) -> None:
    with store.connection(pool) as conn:
        for office in places.list_offices(conn):
            alerts.open_or_update(conn, Target(rule, office_id=office.id), SEVERITIES[rule], said, now)


def end(pool: store.Pool, rule: str, now: datetime) -> None:
    with store.connection(pool) as conn:
        for office in places.list_offices(conn):
            alerts.close(conn, Target(rule, office_id=office.id), now)


def tell_late(pool: store.Pool, now: datetime) -> None:
    """The keeper may be away or stuck: an event that waits too long is told by a clock of its own."""
    with store.connection(pool) as conn:
        waiting = log_leaves.get_waiting(conn)
    if waiting.since is not None and waiting.since <= now - DUE:
        tell(pool, LOG_STOPPED, {"key": "alert.log_late", "n": waiting.count, "since": waiting.since.isoformat()}, now)
