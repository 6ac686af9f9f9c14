"""Who was forgotten, by number: what must be forgotten again when a back-up of an earlier time is put back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from psycopg.rows import class_row

from nongso.people import Role, Viewer
from nongso.store import audit_lines, party_erasure, people
from nongso.store.connection import Connection


class Kind(StrEnum):
    """What was forgotten: the row of a household or of somebody with a login."""

    PARTY = "party"
    ACCOUNT = "account"


@dataclass(frozen=True, slots=True, order=True)
class Forgotten:
    """A row without a person in it; `kind` is one of Kind. The moment it was made tells it from a later row that got the same number after a restore."""

    kind: str
    id: int
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Standing:
    """Somebody who was forgotten once and is there again."""

    kind: str
    id: int
    created_at: datetime
    office_id: int


def list_forgotten(conn: Connection) -> list[Forgotten]:
    """Of the whole house."""
    return (
        conn.cursor(row_factory=class_row(Forgotten))
        .execute(
            """
            SELECT 'party' AS kind, id, created_at FROM party WHERE erased_at IS NOT NULL
             UNION ALL
            SELECT 'account', id, created_at FROM account WHERE erased_at IS NOT NULL
            """
        )
        .fetchall()
    )


def list_standing(conn: Connection, forgotten: Sequence[Forgotten]) -> list[Standing]:
    """Those of `forgotten` whom the database knows again."""
    return (
        conn.cursor(row_factory=class_row(Standing))
        .execute(
            """
            SELECT r.kind, r.id, r.created_at, r.office_id
              FROM (SELECT 'party' AS kind, id, created_at, office_id FROM party WHERE erased_at IS NULL
                     UNION ALL
                    SELECT 'account', id, created_at, office_id FROM account WHERE erased_at IS NULL) r
              JOIN unnest(%(kinds)s::text[], %(ids)s::int[], %(made)s::timestamptz[]) AS f (kind, id, created_at)
             USING (kind, id, created_at)
             ORDER BY r.kind, r.id
            """,
            {
                "kinds": [each.kind for each in forgotten],
                "ids": [each.id for each in forgotten],
                "made": [each.created_at for each in forgotten],
            },
        )
        .fetchall()
    )


def erase_again(conn: Connection, one: Standing, now: datetime) -> None:
    """Forget somebody anew, with a line in the record of deeds. Raises what the first erasing raised: party_erasure.InOpenRecall and the like."""
    console = Viewer(0, one.office_id, Role.ADMIN, "console")
    if one.kind == Kind.PARTY:
        party_erasure.erase(conn, console, one.id, now)
    else:
        people.erase(conn, console, one.id, now)
    audit_lines.insert_by_command(conn, one.office_id, f"{one.kind}.erase", f"{one.kind}:{one.id}", {"again": True})
