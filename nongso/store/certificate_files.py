"""The papers behind certificates, as they came, under their SHA-256. Nothing here changes one: a new scan is a new row."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256

from psycopg.rows import class_row

from nongso.errors import NotFound
from nongso.people import Viewer
from nongso.store.connection import Connection


@dataclass(frozen=True, slots=True)
class CertificateFile:
    """`content` is None once somebody in it was forgotten."""

    media_type: str
    digest: str
    content: bytes | None = field(repr=False)

    @property
    def is_intact(self) -> bool:
        return self.content is not None and sha256(self.content).hexdigest() == self.digest


@dataclass(frozen=True, slots=True)
class Altered:
    """A file whose bytes are no longer those of its digest, and the certificate it stands behind."""

    office_id: int
    number: str
    digest: str


@dataclass(frozen=True, slots=True)
class Exchanged:
    """A paper that the event of a harvest names by its digest, and that no file answers for any more: bytes and digest were changed together."""

    office_id: int
    number: str
    digest: str
    lot: str


def insert_file(
    conn: Connection, viewer: Viewer, certificate_id: int, media_type: str, content: bytes, now: datetime
) -> str:
    """Keep a scan; its SHA-256 in hexadecimal. Raises NotFound for another office's certificate, AlreadyThere for the same bytes."""
    digest = sha256(content).hexdigest()
    added = conn.execute(
        """
        INSERT INTO certificate_file (certificate_id, media_type, bytes, size, digest, added_by, added_at)
        SELECT c.id, %(type)s, %(bytes)s, %(size)s, %(digest)s, %(account)s, %(now)s
          FROM certificate c
         WHERE c.id = %(id)s
           AND c.office_id = %(office)s
        """,
        {
            "id": certificate_id,
            "office": viewer.office_id,
            "type": media_type,
            "bytes": content,
            "size": len(content),
            "digest": digest,
            "account": viewer.account_id,
            "now": now,
        },
    )
    if added.rowcount == 0:
        raise NotFound()
    return digest


def find_file(conn: Connection, digest: str) -> CertificateFile | None:
    """Public by design: whoever reads a label reads the digest, and the digest names the file."""
    return (
        conn.cursor(row_factory=class_row(CertificateFile))
        .execute(
            """
            SELECT f.media_type, f.digest, f.bytes AS content
              FROM certificate_file f
             WHERE f.digest = %(digest)s
             ORDER BY f.bytes IS NULL, f.id
             LIMIT 1
            """,
            {"digest": digest},
        )
        .fetchone()
    )


def list_altered(conn: Connection) -> list[Altered]:
    """Of the whole house: the monitor that asks belongs to no office."""
    return (
        conn.cursor(row_factory=class_row(Altered))
        .execute(
            """
            SELECT c.office_id, c.number, f.digest
              FROM certificate_file f
              JOIN certificate c ON c.id = f.certificate_id
             WHERE f.bytes IS NOT NULL
               AND encode(sha256(f.bytes), 'hex') <> f.digest
             ORDER BY f.id
            """
        )
        .fetchall()
    )


def list_exchanged(conn: Connection) -> list[Exchanged]:
    """Of the whole house, each paper once, with the first lot that names it. The events are held against the signed log by the monitor itself."""
    return (
        conn.cursor(row_factory=class_row(Exchanged))
        .execute(
            """
            SELECT DISTINCT ON (e.office_id, named.id, named.digest)
                   e.office_id, coalesce(c.number, '#' || named.id) AS number, named.digest, l.number AS lot
              FROM event e
              JOIN lot l ON l.id = e.lot_id
             CROSS JOIN LATERAL regexp_matches((e.body -> 'certificationInfo')::text,
                                               '/id/certificate/([0-9]{1,9})#sha256-([0-9a-f]{64})', 'g') AS found
             CROSS JOIN LATERAL (SELECT found[1]::int AS id, found[2] AS digest) AS named
              LEFT JOIN certificate c ON c.id = named.id
             WHERE e.body ? 'certificationInfo'
               AND NOT EXISTS (SELECT FROM certificate_file f
                                WHERE f.certificate_id = named.id
                                  AND f.digest = named.digest)
             ORDER BY e.office_id, named.id, named.digest, e.id
            """
        )
        .fetchall()
    )


def list_altered_of(conn: Connection, viewer: Viewer, digests: Collection[str]) -> frozenset[str]:
    """Those of `digests` whose bytes in the viewer's office are no longer theirs."""
    rows = conn.execute(
        """
        SELECT f.digest
          FROM certificate_file f
          JOIN certificate c ON c.id = f.certificate_id
         WHERE c.office_id = %(office)s
           AND f.digest = ANY(%(digests)s)
           AND f.bytes IS NOT NULL
           AND encode(sha256(f.bytes), 'hex') <> f.digest
        """,
        {"office": viewer.office_id, "digests": list(digests)},
    ).fetchall()
    return frozenset(row[0] for row in rows)
