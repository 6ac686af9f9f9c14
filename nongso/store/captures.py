"""Capture jobs: what became of each document of events that somebody sent to the office."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from psycopg.rows import class_row
from psycopg.types.json import Jsonb

from nongso.errors import NotFound
from nongso.people import Viewer
from nongso.store.connection import Connection

Fault = Mapping[str, str | int]


class Behaviour(StrEnum):
    """What an error does to the rest of a document (EPCIS 2.0, GS1-Capture-Error-Behaviour)."""

    ROLLBACK = "rollback"  # all or nothing
    PROCEED = "proceed"  # whatever is good


@dataclass(frozen=True, slots=True)
class CaptureJob:
    """A finished job: `errors` are RFC 7807 problems; `duplicates` counts events that were there already."""

    id: str
    created_at: datetime
    finished_at: datetime
    behaviour: Behaviour
    stored: int
    duplicates: int
    errors: Sequence[Fault]


def insert_job(conn: Connection, viewer: Viewer, job: CaptureJob) -> None:
    conn.execute(
        """
        INSERT INTO capture_job (id, office_id, account_id, created_at, finished_at, behaviour, stored, duplicates, errors)
        VALUES (%(id)s, %(office)s, %(account)s, %(created_at)s, %(finished_at)s, %(behaviour)s, %(stored)s,
                %(duplicates)s, %(errors)s)
        """,
        {
            "id": job.id,
            "office": viewer.office_id,
            "account": viewer.account_id,
            "created_at": job.created_at,
            "finished_at": job.finished_at,
            "behaviour": job.behaviour,
            "stored": job.stored,
            "duplicates": job.duplicates,
            "errors": Jsonb(job.errors),
        },
    )


def get_job(conn: Connection, viewer: Viewer, job_id: str) -> CaptureJob:
    """A job of the office. Raises NotFound."""
    job = (
        conn.cursor(row_factory=class_row(CaptureJob))
        .execute(
            """
            SELECT id, created_at, finished_at, behaviour, stored, duplicates, errors
              FROM capture_job
             WHERE id = %(id)s AND office_id = %(office)s
            """,
            {"id": job_id, "office": viewer.office_id},
        )
        .fetchone()
    )
    if job is None:
        raise NotFound()
    return job


def list_jobs(
    conn: Connection, viewer: Viewer, limit: int, before: tuple[datetime, str] | None = None
) -> list[CaptureJob]:
    """The office's jobs, newest first, after the one created at `before`."""
    before_at, before_id = before or (None, None)
    return (
        conn.cursor(row_factory=class_row(CaptureJob))
        .execute(
            """
            SELECT id, created_at, finished_at, behaviour, stored, duplicates, errors
              FROM capture_job
             WHERE office_id = %(office)s
               AND (%(before_at)s::timestamptz IS NULL
                    OR (created_at, id) < (%(before_at)s::timestamptz, %(before_id)s::text))
             ORDER BY created_at DESC, id DESC
             LIMIT %(limit)s
            """,
            {"office": viewer.office_id, "limit": limit, "before_at": before_at, "before_id": before_id},
        )
        .fetchall()
    )
