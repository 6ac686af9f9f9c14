"""Forgetting a household: every column of the house that says who it was, in one place; what it grew stays, under its number."""

from datetime import datetime

from nongso.errors import Conflict, NotFound
from nongso.people import Viewer
from nongso.store.connection import Connection


class NotAPerson(Conflict):
    """Companies and cooperatives stand in public registers and are no personal data."""

    code = "party.not_a_person"


class OwnsBrand(Conflict):
    """The owner of a mark is told by its registration: the mark goes to somebody else first."""

    code = "party.owns_brand"


class InOpenRecall(Conflict):
    """Somebody who must still be told or answer, or whose goods are recalled, cannot be forgotten yet."""

    code = "party.in_open_recall"


def erase(conn: Connection, viewer: Viewer, party_id: int, now: datetime) -> None:
    """Name, address, telephone, numbers and scans of papers, what it answered to recalls, sheets with its name. For ever.

    Raises NotFound, also for one that was erased already; NotAPerson, OwnsBrand or InOpenRecall.
    """
    check(conn, viewer, party_id)
    values = {"id": party_id, "now": now, "uri": f"%/id/party/{party_id}", "object": f"party:{party_id}"}
    conn.execute(
        """
        UPDATE party
           SET name = '#' || id, name_sort = '#' || id, name_fold = '#' || id, address = '', phone = '',
               phone_public = false, erased_at = %(now)s
         WHERE id = %(id)s
        """,
        values,
    )
    conn.execute("DELETE FROM gs1_prefix WHERE party_id = %(id)s", values)
    conn.execute(
        """
        UPDATE recall_notice
           SET name = '#' || %(id)s, phone = '', note = '',
               answered_by = CASE WHEN answered_by IS NOT NULL THEN '#' || %(id)s END
         WHERE party LIKE %(uri)s
        """,
        values,
    )
    conn.execute(
        """
        DELETE FROM label_sheet h
         USING serial_batch b, lot l
         WHERE b.id = h.batch_id
           AND l.id = b.lot_id
           AND l.producer_id = %(id)s
        """,
        values,
    )
    erase_papers(conn, values)
    erase_lines(conn, values)


def check(conn: Connection, viewer: Viewer, party_id: int) -> None:
    """Whether it may be forgotten now; locks it, so that nothing is recalled or registered in its name meanwhile."""
    row = conn.execute(
        """
        SELECT p.kind,
               EXISTS (SELECT FROM brand b WHERE b.owner_id = p.id),
               EXISTS (SELECT
                         FROM recall r
                         JOIN lot l ON l.id = r.lot_id
                        WHERE l.producer_id = p.id
                          AND r.lifted_at IS NULL)
               OR EXISTS (SELECT
                            FROM recall_notice n
                            JOIN recall_case c ON c.id = n.case_id
                           WHERE c.office_id = p.office_id
                             AND c.closed_at IS NULL
                             AND n.party LIKE '%%/id/party/' || p.id)
          FROM party p
         WHERE p.id = %(id)s
           AND p.office_id = %(office)s
           AND p.erased_at IS NULL
           FOR UPDATE
        """,
        {"id": party_id, "office": viewer.office_id},
    ).fetchone()
    if row is None:
        raise NotFound()
    kind, owns, recalled = row
    if kind != "household":
        raise NotAPerson()
    if owns:
        raise OwnsBrand()
    if recalled:
        raise InOpenRecall()


def erase_papers(conn: Connection, values: dict[str, object]) -> None:
    """A number leads to a person through its issuer; kind and days of validity do not."""
    conn.execute(
        """
        UPDATE certificate_file f
           SET bytes = NULL
          FROM certificate c
         WHERE c.id = f.certificate_id
           AND c.holder_id = %(id)s
           AND f.bytes IS NOT NULL
        """,
        values,
    )
    conn.execute("UPDATE certificate SET number = '#' || id WHERE holder_id = %(id)s", values)
    conn.execute("UPDATE planting_code SET code = '#' || id WHERE holder_id = %(id)s", values)


def erase_lines(conn: Connection, values: dict[str, object]) -> None:
    """Deeds stay on record without the name they were about."""
    conn.execute(
        """
        UPDATE audit_line
           SET detail = detail - 'name' - 'number'
         WHERE detail ?| ARRAY['name', 'number']
           AND (object = %(object)s
                OR object IN (SELECT 'certificate:' || c.id FROM certificate c WHERE c.holder_id = %(id)s)
                OR object IN (SELECT 'recall_notice:' || n.id FROM recall_notice n WHERE n.party LIKE %(uri)s))
        """,
        values,
    )
