"""Which languages of the field an office listens to, and what they told earlier."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from psycopg.rows import class_row
from psycopg.types.json import Jsonb

from nongso.errors import Conflict, NotFound
from nongso.store.connection import Connection


class RootTaken(Conflict):
    """Another integration listens to these topics, or to a part of them."""

    code = "integration.root_taken"


class NoIntegration(NotFound):
    code = "integration.unknown"


@dataclass(frozen=True, slots=True)
class Integration:
    """A language and where it is spoken. `root`: the beginning of its topics, None by webhook only; `tenant`: the office's slug.

    `pass_hash` is what the broker checks its key with, None once it is removed.
    """

    id: int
    office_id: int
    tenant: str
    kind: str
    root: str | None
    states: str | None
    zone: str
    pass_hash: str | None
    removed: bool

    @property
    def roots(self) -> tuple[str, ...]:
        """Where its topics begin."""
        return tuple(root for root in (self.root, self.states) if root is not None)


@dataclass(frozen=True, slots=True)
class IntegrationDraft:
    kind: str
    root: str | None
    states: str | None
    zone: str
    key_hash: bytes
    pass_hash: str


@dataclass(frozen=True, slots=True)
class Remembered:
    """One thing an integration was told; without a body it is forgotten."""

    integration_id: int
    subject: str
    body: object | None


def list_integrations(conn: Connection) -> list[Integration]:
    """Of every office, those that were removed too."""
    with conn.cursor(row_factory=class_row(Integration)) as cursor:
        return cursor.execute(
            """
            SELECT i.id, i.office_id, o.slug AS tenant, i.kind, i.root, i.states, i.zone, i.pass_hash,
                   i.removed_at IS NOT NULL AS removed
              FROM integration i
              JOIN office o ON o.id = i.office_id
             ORDER BY i.id
            """
        ).fetchall()


def is_ready(conn: Connection) -> bool:
    """Whether the schema is here: a collector may be up before the migration."""
    row = conn.execute("SELECT to_regclass('integration') IS NOT NULL").fetchone()
    return row is not None and row[0]


def find_by_key(conn: Connection, key_hash: bytes) -> Integration | None:
    """Whose webhook key this is."""
    with conn.cursor(row_factory=class_row(Integration)) as cursor:
        return cursor.execute(
            """
            SELECT i.id, i.office_id, o.slug AS tenant, i.kind, i.root, i.states, i.zone, i.pass_hash, false AS removed
              FROM integration i
              JOIN office o ON o.id = i.office_id
             WHERE i.key_hash = %(hash)s
               AND i.removed_at IS NULL
            """,
            {"hash": key_hash},
        ).fetchone()


def insert(conn: Connection, tenant: str, draft: IntegrationDraft, now: datetime) -> int:
    """Switch a language on for the office with this slug; its id. Raises NotFound, RootTaken, or Refused for a root with wildcards."""
    conn.execute("LOCK TABLE integration IN SHARE ROW EXCLUSIVE MODE")
    wanted = [root for root in (draft.root, draft.states) if root is not None]
    for other in list_integrations(conn):
        if not other.removed and any(overlaps(root, taken) for root in wanted for taken in other.roots):
            raise RootTaken(root=", ".join(wanted), other=other.id)
    row = conn.execute(
        """
        INSERT INTO integration (office_id, kind, root, states, zone, key_hash, pass_hash, created_at)
        SELECT o.id, %(kind)s, %(root)s, %(states)s, %(zone)s, %(key_hash)s, %(pass_hash)s, %(now)s
          FROM office o
         WHERE o.slug = %(tenant)s
        RETURNING id
        """,
        {
            "tenant": tenant,
            "kind": draft.kind,
            "root": draft.root,
            "states": draft.states,
            "zone": draft.zone,
            "key_hash": draft.key_hash,
            "pass_hash": draft.pass_hash,
            "now": now,
        },
    ).fetchone()
    if row is None:
        raise NotFound()
    return row[0]


def broker_user(integration_id: int) -> str:
    """Its user name at the broker. No device's id holds a `!`."""
    return f"integration!{integration_id}"


def overlaps(one: str, other: str) -> bool:
    """Whether a topic can begin with both."""
    return f"{one}/".startswith(f"{other}/") or f"{other}/".startswith(f"{one}/")


def remove(conn: Connection, integration_id: int, now: datetime) -> None:
    """Switch a language off: its key and what it was told are forgotten. Raises NoIntegration."""
    changed = conn.execute(
        "UPDATE integration SET removed_at = %(now)s, key_hash = NULL, pass_hash = NULL WHERE id = %(id)s AND removed_at IS NULL",
        {"id": integration_id, "now": now},
    )
    if changed.rowcount == 0:
        raise NoIntegration(id=integration_id)
    conn.execute("DELETE FROM integration_memory WHERE integration_id = %(id)s", {"id": integration_id})


def list_memory(conn: Connection) -> list[Remembered]:
    """All that was told and not taken back."""
    with conn.cursor(row_factory=class_row(Remembered)) as cursor:
        return cursor.execute("SELECT m.integration_id, m.subject, m.body FROM integration_memory m").fetchall()


def remember(conn: Connection, told: Sequence[Remembered]) -> None:
    """Keep the newest of each subject, one entry a subject."""
    if not told:
        return
    kept = sorted((one for one in told if one.body is not None), key=lambda one: (one.integration_id, one.subject))
    gone = [one for one in told if one.body is None]
    conn.execute(
        """
        INSERT INTO integration_memory (integration_id, subject, body)
        SELECT t.integration_id, t.subject, t.body
          FROM unnest(%(ids)s::int[], %(subjects)s::text[], %(bodies)s::jsonb[]) AS t (integration_id, subject, body)
        ON CONFLICT (integration_id, subject) DO UPDATE SET body = excluded.body
        """,
        {
            "ids": [one.integration_id for one in kept],
            "subjects": [one.subject for one in kept],
            "bodies": [Jsonb(one.body) for one in kept],
        },
    )
    conn.execute(
        """
        DELETE FROM integration_memory m
         USING unnest(%(ids)s::int[], %(subjects)s::text[]) AS t (integration_id, subject)
         WHERE m.integration_id = t.integration_id AND m.subject = t.subject
        """,
        {"ids": [one.integration_id for one in gone], "subjects": [one.subject for one in gone]},
    )
