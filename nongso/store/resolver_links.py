"""Links that an office gives to GS1 identifiers. Reading them by identifier is public: that is what they are for."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from psycopg.rows import class_row

from nongso.errors import Conflict, NotFound
from nongso.people import Viewer
from nongso.store.connection import Connection


class ForeignIdentifier(Conflict):
    """The identifier belongs to another office: it is the GTIN of one of their products, or they gave it links first."""

    code = "resolver.foreign"


@dataclass(frozen=True, slots=True)
class LinkDraft:
    """`anchor` is the path of the identifier, as /01/…/10/…; `link_type` a web URI; `langs` two letters each."""

    anchor: str
    link_type: str
    href: str
    title: str
    langs: list[str]
    media_type: str
    contexts: list[str]


@dataclass(frozen=True, slots=True)
class StoredLink:
    id: int
    anchor: str
    link_type: str
    href: str
    title: str
    langs: list[str]
    media_type: str
    contexts: list[str]
    created_at: datetime


def list_at(conn: Connection, anchors: Sequence[str]) -> list[StoredLink]:
    """The links at any of some identifiers, the oldest first. Public."""
    return (
        conn.cursor(row_factory=class_row(StoredLink))
        .execute(
            """
            SELECT id, anchor, link_type, href, title, langs, media_type, contexts, created_at
              FROM resolver_link
             WHERE anchor = ANY(%(anchors)s)
             ORDER BY id
            """,
            {"anchors": list(anchors)},
        )
        .fetchall()
    )


def list_links(conn: Connection, viewer: Viewer) -> list[StoredLink]:
    """All links of the office."""
    return (
        conn.cursor(row_factory=class_row(StoredLink))
        .execute(
            """
            SELECT id, anchor, link_type, href, title, langs, media_type, contexts, created_at
              FROM resolver_link
             WHERE office_id = %(office)s
             ORDER BY anchor, id
            """,
            {"office": viewer.office_id},
        )
        .fetchall()
    )


def require_own(conn: Connection, viewer: Viewer, primary: str, gtin: str | None) -> None:
    """Raises ForeignIdentifier when `primary` (the path of the key alone) is another office's."""
    row = conn.execute(
        """
        SELECT EXISTS (SELECT FROM product p WHERE p.gtin = %(gtin)s::text AND p.office_id <> %(office)s)
            OR EXISTS (SELECT FROM resolver_link l
                        WHERE l.office_id <> %(office)s
                          AND (l.anchor = %(primary)s OR starts_with(l.anchor, %(primary)s || '/')))
        """,
        {"gtin": gtin, "office": viewer.office_id, "primary": primary},
    ).fetchone()
    if row is None or row[0]:
        raise ForeignIdentifier(anchor=primary)


def insert_link(conn: Connection, viewer: Viewer, draft: LinkDraft, now: datetime) -> int:
    """The link's id. Raises AlreadyThere for the same target under the same type."""
    row = conn.execute(
        """
        INSERT INTO resolver_link (office_id, anchor, link_type, href, title, langs, media_type, contexts, created_by,
                                   created_at)
        VALUES (%(office)s, %(anchor)s, %(link_type)s, %(href)s, %(title)s, %(langs)s, %(media_type)s, %(contexts)s,
                %(account)s, %(now)s)
        RETURNING id
        """,
        {"office": viewer.office_id, "account": viewer.account_id, "now": now, **_columns(draft)},
    ).fetchone()
    assert row is not None
    return row[0]


def update_link(conn: Connection, viewer: Viewer, link_id: int, draft: LinkDraft) -> None:
    """Raises NotFound."""
    changed = conn.execute(
        """
        UPDATE resolver_link
           SET anchor = %(anchor)s, link_type = %(link_type)s, href = %(href)s, title = %(title)s, langs = %(langs)s,
               media_type = %(media_type)s, contexts = %(contexts)s
         WHERE id = %(id)s AND office_id = %(office)s
        """,
        {"id": link_id, "office": viewer.office_id, **_columns(draft)},
    )
    if changed.rowcount == 0:
        raise NotFound()


def delete_link(conn: Connection, viewer: Viewer, link_id: int) -> None:
    """Raises NotFound."""
    gone = conn.execute(
        "DELETE FROM resolver_link WHERE id = %(id)s AND office_id = %(office)s",
        {"id": link_id, "office": viewer.office_id},
    )
    if gone.rowcount == 0:
        raise NotFound()


def _columns(draft: LinkDraft) -> dict[str, object]:
    return {
        "anchor": draft.anchor,
        "link_type": draft.link_type,
        "href": draft.href,
        "title": draft.title,
        "langs": draft.langs,
        "media_type": draft.media_type,
        "contexts": draft.contexts,
    }
