"""Judges labels by their newest scans and opens cases; throws away what is known of visitors when its time is over."""

from datetime import datetime, timedelta

from nongso import store
from nongso.journal import note
from nongso.label_scans import CaseKind, judge
from nongso.store import label_cases, label_scans
from nongso.store.label_cases import CaseDraft
from nongso.store.label_scans import LOOKED_BACK, Scanned

GHOST_SPAN = timedelta(days=7)


def judge_new(pool: store.Pool, now: datetime) -> None:
    """Every label that was scanned since the last run, and serials that nobody issued."""
    with store.connection(pool) as conn:
        for label in label_scans.take_scanned(conn):
            judge_label(conn, label, now)
        for ghost in label_scans.list_ghosts(conn, now - GHOST_SPAN):
            limits = label_scans.get_limits(conn, ghost.office_id)
            if ghost.people < limits.ghosts or seen_to(conn, ghost.product_id, now):
                continue
            evidence = {"people": ghost.people, "serials": ghost.serials}
            draft = CaseDraft(ghost.office_id, CaseKind.GHOST, ghost.product_id, None, "", evidence)
            label_cases.open_case(conn, draft, now)


def seen_to(conn: store.Connection, product_id: int, now: datetime) -> bool:
    """Ghosts that staff looked into this week are not told again before it is over."""
    return label_cases.was_closed_since(conn, CaseKind.GHOST, product_id, "", now - GHOST_SPAN)


def judge_label(conn: store.Connection, label: Scanned, now: datetime) -> None:
    """A case when the scans speak against it. Only a copy changes what buyers read: goods on the wrong way are not their fault."""
    since = max(now - LOOKED_BACK, label.trusted_at or now - LOOKED_BACK)
    seen = label_scans.list_seen(conn, label.serial, since)
    home = label_scans.list_home(conn, label.lot_id, label.serial, since)
    found = judge(seen, label.sold_at, home, label_scans.get_limits(conn, label.office_id))
    if found.kind is None or (
        found.kind is CaseKind.DIVERSION
        and label_cases.was_closed_since(conn, found.kind, label.product_id, label.serial, since)
    ):
        return
    draft = CaseDraft(label.office_id, found.kind, label.product_id, label.lot_id, label.serial, found.as_evidence())
    case = label_cases.open_case(conn, draft, now)
    if found.kind is CaseKind.CLONE:
        label_scans.suspect(conn, label.serial, now)
    note("label.case", id=case, kind=found.kind, points=found.points, people=found.people)


def forget(pool: store.Pool, now: datetime) -> None:
    with store.connection(pool) as conn:
        label_scans.forget(conn, now)
        label_cases.forget_contacts(conn, now - label_scans.KEPT)
