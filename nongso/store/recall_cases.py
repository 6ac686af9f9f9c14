"""Recalls as an office carries them out: the case, what it reaches, who was told and answered, what became of the goods."""

from dataclasses import dataclass
from datetime import datetime

from psycopg.rows import class_row

from nongso.errors import NotFound
from nongso.people import Viewer
from nongso.recalls import AlreadyAnswered, CaseClosed, Treatment
from nongso.store.connection import Connection


@dataclass(frozen=True, slots=True)
class CaseDraft:
    """`found_at`: when the fault was established."""

    reason: str
    compulsory: bool
    drill: bool
    both_ways: bool
    found_at: datetime


@dataclass(frozen=True, slots=True)
class RecallCase:
    id: int
    office_id: int
    office_name: str
    office_phone: str
    reason: str
    compulsory: bool
    drill: bool
    both_ways: bool
    found_at: datetime
    opened_by: int
    opened_at: datetime
    closed_at: datetime | None
    close_note: str


@dataclass(frozen=True, slots=True)
class Thing:
    """What the case reaches; `lot_id` where it is a lot of ours."""

    epc: str
    name: str
    lot_id: int | None
    seed: bool
    is_class: bool
    found_at: datetime


@dataclass(frozen=True, slots=True)
class NoticeDraft:
    """`direction` is up or down; `party` its name in events."""

    direction: str
    party: str
    name: str
    phone: str
    goods: str
    sent_kg: float | None


@dataclass(frozen=True, slots=True)
class Notice:
    """Who must be told. `opened_at`: they looked at their page; held, returned and sold kg are their answer."""

    id: int
    case_id: int
    direction: str
    party: str
    name: str
    phone: str
    goods: str
    sent_kg: float | None
    token: str
    told_at: datetime | None
    opened_at: datetime | None
    answered_at: datetime | None
    answered_by: str | None
    held_kg: float | None
    returned_kg: float | None
    sold_kg: float | None
    note: str


@dataclass(frozen=True, slots=True)
class AnswerDraft:
    answered_by: str
    held_kg: float
    returned_kg: float
    sold_kg: float
    note: str


@dataclass(frozen=True, slots=True)
class Treated:
    """What became of so much of a lot."""

    lot_id: int
    lot_number: str
    kind: str
    quantity_kg: float
    at: datetime
    note: str


def list_cases(conn: Connection, viewer: Viewer) -> list[RecallCase]:
    """The open ones first, then newest first."""
    return (
        conn.cursor(row_factory=class_row(RecallCase))
        .execute(
            """
            SELECT c.id, c.office_id, o.name AS office_name, o.phone AS office_phone, c.reason, c.compulsory, c.drill,
                   c.both_ways, c.found_at, c.opened_by, c.opened_at, c.closed_at, c.close_note
              FROM recall_case c
              JOIN office o ON o.id = c.office_id
             WHERE c.office_id = %(office)s
             ORDER BY c.closed_at IS NOT NULL, c.opened_at DESC, c.id DESC
            """,
            {"office": viewer.office_id},
        )
        .fetchall()
    )


def get_case(conn: Connection, viewer: Viewer, case_id: int) -> RecallCase:
    """Raises NotFound."""
    found = [case for case in list_cases(conn, viewer) if case.id == case_id]
    if not found:
        raise NotFound()
    return found[0]


def get_case_of(conn: Connection, notice: Notice) -> RecallCase:
    """For whoever holds a notice's link, who is no viewer."""
    case = (
        conn.cursor(row_factory=class_row(RecallCase))
        .execute(
            """
            SELECT c.id, c.office_id, o.name AS office_name, o.phone AS office_phone, c.reason, c.compulsory, c.drill,
                   c.both_ways, c.found_at, c.opened_by, c.opened_at, c.closed_at, c.close_note
              FROM recall_case c
              JOIN office o ON o.id = c.office_id
             WHERE c.id = %(id)s
            """,
            {"id": notice.case_id},
        )
        .fetchone()
    )
    assert case is not None
    return case


def insert_case(conn: Connection, viewer: Viewer, draft: CaseDraft, now: datetime) -> int:
    row = conn.execute(
        """
        INSERT INTO recall_case (office_id, reason, compulsory, drill, both_ways, found_at, opened_by, opened_at)
        VALUES (%(office)s, %(reason)s, %(compulsory)s, %(drill)s, %(both_ways)s, %(found_at)s, %(account)s, %(now)s)
        RETURNING id
        """,
        {
            "office": viewer.office_id,
            "reason": draft.reason,
            "compulsory": draft.compulsory,
            "drill": draft.drill,
            "both_ways": draft.both_ways,
            "found_at": draft.found_at,
            "account": viewer.account_id,
            "now": now,
        },
    ).fetchone()
    assert row is not None
    return row[0]


def list_things(conn: Connection, case_id: int) -> list[Thing]:
    """What the case reaches, the faulty lots first. Takes no viewer: whoever asks has seen the case."""
    return (
        conn.cursor(row_factory=class_row(Thing))
        .execute(
            """
            SELECT epc, name, lot_id, seed, is_class, found_at
              FROM recall_thing
             WHERE case_id = %(case)s
             ORDER BY NOT seed, lot_id IS NULL, name
            """,
            {"case": case_id},
        )
        .fetchall()
    )


def insert_thing(conn: Connection, case_id: int, thing: Thing) -> None:
    conn.execute(
        """
        INSERT INTO recall_thing (case_id, epc, name, lot_id, seed, is_class, found_at)
        VALUES (%(case)s, %(epc)s, %(name)s, %(lot)s, %(seed)s, %(class)s, %(at)s)
        """,
        {
            "case": case_id,
            "epc": thing.epc,
            "name": thing.name,
            "lot": thing.lot_id,
            "seed": thing.seed,
            "class": thing.is_class,
            "at": thing.found_at,
        },
    )


def list_notices(conn: Connection, case_id: int) -> list[Notice]:
    """Those who got goods first. Takes no viewer: whoever asks has seen the case."""
    return (
        conn.cursor(row_factory=class_row(Notice))
        .execute(
            """
            SELECT id, case_id, direction, party, name, phone, goods, sent_kg, token, told_at, opened_at, answered_at,
                   answered_by, held_kg, returned_kg, sold_kg, note
              FROM recall_notice
             WHERE case_id = %(case)s
             ORDER BY direction, name, id
            """,
            {"case": case_id},
        )
        .fetchall()
    )


def find_notice(conn: Connection, token: str) -> Notice | None:
    """The notice whose link somebody holds."""
    return (
        conn.cursor(row_factory=class_row(Notice))
        .execute(
            """
            SELECT id, case_id, direction, party, name, phone, goods, sent_kg, token, told_at, opened_at, answered_at,
                   answered_by, held_kg, returned_kg, sold_kg, note
              FROM recall_notice
             WHERE token = %(token)s
            """,
            {"token": token},
        )
        .fetchone()
    )


def upsert_notice(conn: Connection, case_id: int, draft: NoticeDraft, token: str) -> None:
    """A party to tell; one that is on the list already gets the goods and weight as they are known now."""
    conn.execute(
        """
        INSERT INTO recall_notice (case_id, direction, party, name, phone, goods, sent_kg, token)
        VALUES (%(case)s, %(direction)s, %(party)s, %(name)s, %(phone)s, %(goods)s, %(sent)s, %(token)s)
        ON CONFLICT ON CONSTRAINT recall_notice_party_key DO UPDATE
           SET goods = excluded.goods, sent_kg = excluded.sent_kg
        """,
        {
            "case": case_id,
            "direction": draft.direction,
            "party": draft.party,
            "name": draft.name,
            "phone": draft.phone,
            "goods": draft.goods,
            "sent": draft.sent_kg,
            "token": token,
        },
    )


def tell(conn: Connection, viewer: Viewer, case_id: int, notice_id: int, phone: str, now: datetime) -> None:
    """The party was told, by whichever telephone. Raises NotFound; the caller has seen the case."""
    changed = conn.execute(
        """
        UPDATE recall_notice
           SET told_at = coalesce(told_at, %(now)s), told_by = coalesce(told_by, %(account)s),
               phone = CASE WHEN %(phone)s = '' THEN phone ELSE %(phone)s END
         WHERE id = %(id)s AND case_id = %(case)s
        """,
        {"id": notice_id, "case": case_id, "account": viewer.account_id, "phone": phone, "now": now},
    )
    if changed.rowcount == 0:
        raise NotFound()


def open_notice(conn: Connection, notice_id: int, now: datetime) -> None:
    """The party looked at its page; the first time counts."""
    conn.execute(
        "UPDATE recall_notice SET opened_at = coalesce(opened_at, %(now)s) WHERE id = %(id)s",
        {"id": notice_id, "now": now},
    )


def answer_notice(conn: Connection, notice_id: int, answer: AnswerDraft, now: datetime) -> None:
    """Raises AlreadyAnswered: an answer stands, whoever holds the link later."""
    changed = conn.execute(
        """
        UPDATE recall_notice
           SET answered_at = %(now)s, answered_by = %(by)s, held_kg = %(held)s, returned_kg = %(returned)s,
               sold_kg = %(sold)s, note = %(note)s, opened_at = coalesce(opened_at, %(now)s)
         WHERE id = %(id)s AND answered_at IS NULL
        """,
        {
            "id": notice_id,
            "by": answer.answered_by,
            "held": answer.held_kg,
            "returned": answer.returned_kg,
            "sold": answer.sold_kg,
            "note": answer.note,
            "now": now,
        },
    )
    if changed.rowcount == 0:
        raise AlreadyAnswered()


def list_treated(conn: Connection, case_id: int) -> list[Treated]:
    """Takes no viewer: whoever asks has seen the case."""
    return (
        conn.cursor(row_factory=class_row(Treated))
        .execute(
            """
            SELECT t.lot_id, l.number AS lot_number, t.kind, t.quantity_kg, t.at, t.note
              FROM recall_treatment t
              JOIN lot l ON l.id = t.lot_id
             WHERE t.case_id = %(case)s
             ORDER BY t.at, t.id
            """,
            {"case": case_id},
        )
        .fetchall()
    )


def insert_treatment(
    conn: Connection, viewer: Viewer, case_id: int, lot_id: int, kind: Treatment, kg: float, note: str, now: datetime
) -> None:
    conn.execute(
        """
        INSERT INTO recall_treatment (case_id, lot_id, kind, quantity_kg, at, recorded_by, note)
        VALUES (%(case)s, %(lot)s, %(kind)s, %(kg)s, %(now)s, %(account)s, %(note)s)
        """,
        {
            "case": case_id,
            "lot": lot_id,
            "kind": kind,
            "kg": kg,
            "now": now,
            "account": viewer.account_id,
            "note": note,
        },
    )


def close_case(conn: Connection, viewer: Viewer, case_id: int, note: str, now: datetime) -> None:
    """Raises CaseClosed; the caller has seen the case."""
    changed = conn.execute(
        """
        UPDATE recall_case
           SET closed_at = %(now)s, closed_by = %(account)s, close_note = %(note)s
         WHERE id = %(id)s AND closed_at IS NULL
        """,
        {"id": case_id, "now": now, "account": viewer.account_id, "note": note},
    )
    if changed.rowcount == 0:
        raise CaseClosed()
