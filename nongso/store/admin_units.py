"""The dated tree of administrative units: (code, valid_from) names one, because codes were re-used for other units."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from psycopg.rows import class_row

from nongso.errors import NotFound
from nongso.store.connection import Connection

Part = Literal["whole", "part"]


@dataclass(frozen=True, slots=True)
class AdminUnit:
    """`kind` is the word of the act that made it (tỉnh, xã, phường, đặc khu …): data, never a type of ours."""

    code: str
    valid_from: date
    valid_to: date | None
    name: str
    kind: str
    parent_code: str | None
    parent_valid_from: date | None
    legal_act: str


@dataclass(frozen=True, slots=True)
class Succession:
    """A unit became another, wholly or in part."""

    from_code: str
    from_valid_from: date
    to_code: str
    to_valid_from: date
    part: Part


def list_units(conn: Connection, day: date) -> list[AdminUnit]:
    """All units that stand on `day`, by code. The caller searches: their names are the same for everybody."""
    return (
        conn.cursor(row_factory=class_row(AdminUnit))
        .execute(
            """
            SELECT code, valid_from, valid_to, name, kind, parent_code, parent_valid_from, legal_act
              FROM admin_unit
             WHERE valid_from <= %(day)s
               AND (valid_to IS NULL OR valid_to > %(day)s)
             ORDER BY code
            """,
            {"day": day},
        )
        .fetchall()
    )


def find_unit(conn: Connection, code: str, day: date) -> AdminUnit | None:
    """The unit that carries `code` on `day`."""
    return (
        conn.cursor(row_factory=class_row(AdminUnit))
        .execute(
            """
            SELECT code, valid_from, valid_to, name, kind, parent_code, parent_valid_from, legal_act
              FROM admin_unit
             WHERE code = %(code)s
               AND valid_from <= %(day)s
               AND (valid_to IS NULL OR valid_to > %(day)s)
             ORDER BY valid_from DESC
             LIMIT 1
            """,
            {"code": code, "day": day},
        )
        .fetchone()
    )


def insert_unit(conn: Connection, unit: AdminUnit) -> None:
    """Raises AlreadyThere, or StillUsed when the parent is not there."""
    conn.execute(
        """
        INSERT INTO admin_unit (code, valid_from, valid_to, name, kind, parent_code, parent_valid_from, legal_act)
        VALUES (%(code)s, %(valid_from)s, %(valid_to)s, %(name)s, %(kind)s, %(parent_code)s, %(parent_valid_from)s,
                %(legal_act)s)
        """,
        {
            "code": unit.code,
            "valid_from": unit.valid_from,
            "valid_to": unit.valid_to,
            "name": unit.name,
            "kind": unit.kind,
            "parent_code": unit.parent_code,
            "parent_valid_from": unit.parent_valid_from,
            "legal_act": unit.legal_act,
        },
    )


def insert_succession(conn: Connection, step: Succession) -> None:
    """Record what became of a unit, and end it on the day its successor begins. Raises NotFound or StillUsed."""
    ended = conn.execute(
        """
        UPDATE admin_unit
           SET valid_to = coalesce(valid_to, %(to_from)s)
         WHERE (code, valid_from) = (%(code)s, %(from)s)
        """,
        {"to_from": step.to_valid_from, "code": step.from_code, "from": step.from_valid_from},
    )
    if ended.rowcount == 0:
        raise NotFound()
    conn.execute(
        """
        INSERT INTO admin_succession (from_code, from_valid_from, to_code, to_valid_from, part)
        VALUES (%(from_code)s, %(from_valid_from)s, %(to_code)s, %(to_valid_from)s, %(part)s)
        """,
        {
            "from_code": step.from_code,
            "from_valid_from": step.from_valid_from,
            "to_code": step.to_code,
            "to_valid_from": step.to_valid_from,
            "part": step.part,
        },
    )


def list_successions(conn: Connection, code: str) -> list[Succession]:
    """What a code's units came from and became."""
    return (
        conn.cursor(row_factory=class_row(Succession))
        .execute(
            """
            SELECT from_code, from_valid_from, to_code, to_valid_from, part
              FROM admin_succession
             WHERE %(code)s IN (from_code, to_code)
             ORDER BY to_valid_from, from_code, to_code
            """,
            {"code": code},
        )
        .fetchall()
    )
