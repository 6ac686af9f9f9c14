"""Cases about labels: opened by the worker or by what buyers report, looked into and closed by staff; the fence is the office."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from psycopg.rows import class_row
from psycopg.types.json import Jsonb

from nongso.errors import Conflict, NotFound
from nongso.label_scans import CaseKind, Outcome
from nongso.people import Viewer
from nongso.store.connection import Connection


class CaseClosed(Conflict):
    """Somebody has closed it already."""

    code = "case.closed"


@dataclass(frozen=True, slots=True)
class Case:
    """`evidence` is what the rules or the buyers said, in numbers; `lot_number` and `serial` are empty where there is none."""

    id: int
    kind: str
    product_name: str
    lot_id: int | None
    lot_number: str
    serial: str
    evidence: dict[str, object]
    opened_at: datetime
    changed_at: datetime
    assigned_to: int | None
    assignee_name: str
    outcome: str | None
    note: str
    closed_at: datetime | None
    reports: int


@dataclass(frozen=True, slots=True)
class Report:
    """A buyer's own words. `contact` is empty when they left none, or a season after the case was closed."""

    at: datetime
    kind: str
    words: str
    contact: str


@dataclass(frozen=True, slots=True)
class DayOfScans:
    """How many people looked at a label on a local day in an area; the area is None where it is not known."""

    day: str
    area_lat: float | None
    area_lon: float | None
    people: int
    by_link: int


@dataclass(frozen=True, slots=True)
class Staff:
    """Somebody who may be given a case."""

    account_id: int
    name: str


@dataclass(frozen=True, slots=True)
class CaseDraft:
    office_id: int
    kind: CaseKind
    product_id: int
    lot_id: int | None
    serial: str
    evidence: Mapping[str, object]


def open_case(conn: Connection, draft: CaseDraft, now: datetime) -> int:
    """The case's id: the open one of the same kind and thing with its evidence brought up to date, or a new one."""
    row = conn.execute(
        """
        INSERT INTO label_case (office_id, kind, product_id, lot_id, serial, evidence, opened_at, changed_at)
        VALUES (%(office)s, %(kind)s, %(product)s, %(lot)s, %(serial)s, %(evidence)s, %(now)s, %(now)s)
        ON CONFLICT (kind, product_id, coalesce(lot_id, 0), serial) WHERE closed_at IS NULL
        DO UPDATE SET evidence = label_case.evidence || EXCLUDED.evidence, changed_at = EXCLUDED.changed_at
        RETURNING id
        """,
        {
            "office": draft.office_id,
            "kind": draft.kind,
            "product": draft.product_id,
            "lot": draft.lot_id,
            "serial": draft.serial,
            "evidence": Jsonb(dict(draft.evidence)),
            "now": now,
        },
    ).fetchone()
    assert row is not None
    return row[0]


def list_cases(conn: Connection, viewer: Viewer) -> list[Case]:
    """The office's cases, the open ones first, then the newest."""
    return (
        conn.cursor(row_factory=class_row(Case))
        .execute(
            """
            SELECT c.id, c.kind, p.name AS product_name, c.lot_id, coalesce(l.number, '') AS lot_number, c.serial,
                   c.evidence, c.opened_at, c.changed_at, c.assigned_to, coalesce(a.name, '') AS assignee_name,
                   c.outcome, c.note, c.closed_at,
                   (SELECT count(*)::int FROM label_report r WHERE r.case_id = c.id) AS reports
              FROM label_case c
              JOIN product p ON p.id = c.product_id
              LEFT JOIN lot l ON l.id = c.lot_id
              LEFT JOIN account a ON a.id = c.assigned_to
             WHERE c.office_id = %(office)s
             ORDER BY c.closed_at IS NOT NULL, c.opened_at DESC, c.id DESC
             LIMIT 200
            """,
            {"office": viewer.office_id},
        )
        .fetchall()
    )


def get_case(conn: Connection, viewer: Viewer, case_id: int) -> Case:
    """Raises NotFound when there is none in the viewer's office."""
    case = (
        conn.cursor(row_factory=class_row(Case))
        .execute(
            """
            SELECT c.id, c.kind, p.name AS product_name, c.lot_id, coalesce(l.number, '') AS lot_number, c.serial,
                   c.evidence, c.opened_at, c.changed_at, c.assigned_to, coalesce(a.name, '') AS assignee_name,
                   c.outcome, c.note, c.closed_at,
                   (SELECT count(*)::int FROM label_report r WHERE r.case_id = c.id) AS reports
              FROM label_case c
              JOIN product p ON p.id = c.product_id
              LEFT JOIN lot l ON l.id = c.lot_id
              LEFT JOIN account a ON a.id = c.assigned_to
             WHERE c.id = %(id)s
               AND c.office_id = %(office)s
            """,
            {"id": case_id, "office": viewer.office_id},
        )
        .fetchone()
    )
    if case is None:
        raise NotFound()
    return case


def list_reports(conn: Connection, viewer: Viewer, case_id: int) -> list[Report]:
    """What buyers wrote, the newest first."""
    return (
        conn.cursor(row_factory=class_row(Report))
        .execute(
            """
            SELECT r.at, r.kind, r.words, r.contact
              FROM label_report r
              JOIN label_case c ON c.id = r.case_id
             WHERE c.id = %(id)s
               AND c.office_id = %(office)s
             ORDER BY r.id DESC
             LIMIT 100
            """,
            {"id": case_id, "office": viewer.office_id},
        )
        .fetchall()
    )


def list_days(conn: Connection, viewer: Viewer, serial: str) -> list[DayOfScans]:
    """A label's scans by day and area, the newest first: numbers, nobody's tracks."""
    return (
        conn.cursor(row_factory=class_row(DayOfScans))
        .execute(
            """
            SELECT to_char(s.at AT TIME ZONE 'Asia/Ho_Chi_Minh', 'YYYY-MM-DD') AS day, s.area_lat, s.area_lon,
                   count(DISTINCT s.visitor) FILTER (WHERE s.channel <> 'link')::int AS people,
                   count(DISTINCT s.visitor) FILTER (WHERE s.channel = 'link')::int AS by_link
              FROM label_scan s
              JOIN product p ON p.id = s.product_id
             WHERE s.serial = %(serial)s
               AND p.office_id = %(office)s
             GROUP BY 1, 2, 3
             ORDER BY 1 DESC, 4 DESC
             LIMIT 100
            """,
            {"serial": serial, "office": viewer.office_id},
        )
        .fetchall()
    )


def list_staff(conn: Connection, viewer: Viewer) -> list[Staff]:
    """Who of the office may be given a case."""
    return (
        conn.cursor(row_factory=class_row(Staff))
        .execute(
            """
            SELECT a.id AS account_id, a.name
              FROM account a
             WHERE a.office_id = %(office)s
               AND a.role IN ('officer', 'admin')
               AND a.disabled_at IS NULL
             ORDER BY a.name, a.id
            """,
            {"office": viewer.office_id},
        )
        .fetchall()
    )


def assign(conn: Connection, viewer: Viewer, case_id: int, account_id: int, now: datetime) -> None:
    """Raises NotFound for somebody who may not be given one, CaseClosed."""
    if account_id not in {each.account_id for each in list_staff(conn, viewer)}:
        raise NotFound()
    given = conn.execute(
        """
        UPDATE label_case
           SET assigned_to = %(to)s, changed_at = %(now)s
         WHERE id = %(id)s
           AND office_id = %(office)s
           AND closed_at IS NULL
        """,
        {"id": case_id, "to": account_id, "now": now, "office": viewer.office_id},
    )
    if given.rowcount == 0:
        raise CaseClosed()


def close(conn: Connection, viewer: Viewer, case_id: int, outcome: Outcome, note: str, now: datetime) -> None:
    """Raises CaseClosed when it was closed before."""
    closed = conn.execute(
        """
        UPDATE label_case
           SET outcome = %(outcome)s, note = %(note)s, closed_by = %(account)s, closed_at = %(now)s, changed_at = %(now)s
         WHERE id = %(id)s
           AND office_id = %(office)s
           AND closed_at IS NULL
        """,
        {
            "id": case_id,
            "outcome": outcome,
            "note": note,
            "account": viewer.account_id,
            "now": now,
            "office": viewer.office_id,
        },
    )
    if closed.rowcount == 0:
        raise CaseClosed()


def was_closed_since(conn: Connection, kind: CaseKind, product_id: int, serial: str, since: datetime) -> bool:
    """Whether staff have just looked into the same thing."""
    row = conn.execute(
        """
        SELECT FROM label_case
         WHERE kind = %(kind)s
           AND product_id = %(product)s
           AND serial = %(serial)s
           AND closed_at > %(since)s
         LIMIT 1
        """,
        {"kind": kind, "product": product_id, "serial": serial, "since": since},
    ).fetchone()
    return row is not None


def insert_report(conn: Connection, case_id: int, report: Report, visitor: str) -> None:
    """Knows no viewer: a buyer wrote it."""
    conn.execute(
        """
        INSERT INTO label_report (case_id, at, kind, words, contact, visitor)
        VALUES (%(case)s, %(at)s, %(kind)s, %(words)s, %(contact)s, %(visitor)s)
        """,
        {
            "case": case_id,
            "at": report.at,
            "kind": report.kind,
            "words": report.words,
            "contact": report.contact,
            "visitor": visitor,
        },
    )


def count_reports(conn: Connection, visitor: str, since: datetime) -> int:
    """How often somebody of today has written already."""
    row = conn.execute(
        "SELECT count(*)::int FROM label_report WHERE visitor = %(visitor)s AND at > %(since)s",
        {"visitor": visitor, "since": since},
    ).fetchone()
    assert row is not None
    return row[0]


def forget_contacts(conn: Connection, before: datetime) -> None:
    """Of cases closed before then; and what is left of visitors after as long."""
    conn.execute(
        """
        UPDATE label_report r
           SET contact = '', visitor = NULL
          FROM label_case c
         WHERE c.id = r.case_id
           AND c.closed_at < %(before)s
           AND (r.contact <> '' OR r.visitor IS NOT NULL)
        """,
        {"before": before},
    )
