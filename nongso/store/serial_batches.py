"""Batches of labels with serials: asked for, pressed in the background, printed; the sheet while it is kept.

A press takes a batch by a lease that it renews with every sign of life. One that dies loses it, and the next press begins the batch anew:
the serials are in the book already, so the same labels come out.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from psycopg.rows import class_row
from psycopg.types.json import Jsonb

from nongso.errors import NotFound
from nongso.people import Viewer
from nongso.store.connection import Connection

LEASE = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class SerialBatch:
    """`done` of `count` labels are pressed; `fault` is the code and the values of what kept the sheet back; the rest are counts by state."""

    id: int
    lot_id: int
    lot_number: str
    product_name: str
    stock: str
    count: int
    bars: bool
    state: str
    done: int
    fault: dict[str, object] | None
    asked_by: int
    asker_name: str
    asked_at: datetime
    printed_at: datetime | None
    has_sheet: bool
    allocated: int
    printed: int
    active: int
    sold: int
    void: int
    suspect: int


@dataclass(frozen=True, slots=True)
class BatchDraft:
    """What an officer asks for; whoever fills it has checked the lot, the stock and the number."""

    lot_id: int
    stock: str
    count: int
    bars: bool
    lang: str
    over_reason: str


@dataclass(frozen=True, slots=True)
class PressJob:
    """A batch with all that its labels say. `heard_at` is the lease: whoever renews it must know it."""

    id: int
    office_id: int
    lot_id: int
    stock: str
    count: int
    bars: bool
    lang: str
    asked_by: int
    heard_at: datetime
    gtin: str | None
    product_name: str
    producer_name: str
    lot_number: str
    harvested_on: date
    office_name: str


def insert_batch(conn: Connection, viewer: Viewer, draft: BatchDraft, serials: Sequence[str], now: datetime) -> int:
    """The new batch's id; its labels are allocated with it, under the GTIN of this moment. Raises AlreadyThere for a serial that exists."""
    row = conn.execute(
        """
        INSERT INTO serial_batch (office_id, lot_id, gtin, stock, count, bars, lang, over_reason, asked_by, asked_at)
        VALUES (%(office)s, %(lot)s,
                (SELECT p.gtin FROM lot l JOIN product p ON p.id = l.product_id WHERE l.id = %(lot)s),
                %(stock)s, %(count)s, %(bars)s, %(lang)s, %(reason)s, %(account)s, %(now)s)
        RETURNING id
        """,
        {
            "office": viewer.office_id,
            "lot": draft.lot_id,
            "stock": draft.stock,
            "count": draft.count,
            "bars": draft.bars,
            "lang": draft.lang,
            "reason": draft.over_reason,
            "account": viewer.account_id,
            "now": now,
        },
    ).fetchone()
    assert row is not None
    conn.execute(
        """
        INSERT INTO label (serial, batch_id, position, lot_id, changed_at)
        SELECT s.serial, %(batch)s, s.position, %(lot)s, %(now)s
          FROM unnest(%(serials)s::text[]) WITH ORDINALITY AS s (serial, position)
        """,
        {"batch": row[0], "lot": draft.lot_id, "serials": list(serials), "now": now},
    )
    return row[0]


def list_batches(
    conn: Connection, viewer: Viewer, lot_id: int | None = None, batch_id: int | None = None
) -> list[SerialBatch]:
    """The office's batches, or those of one lot, or the one of that number, newest first."""
    return (
        conn.cursor(row_factory=class_row(SerialBatch))
        .execute(
            """
            SELECT b.id, b.lot_id, l.number AS lot_number, p.name AS product_name, b.stock, b.count, b.bars, b.state,
                   b.done, b.fault, b.asked_by, a.name AS asker_name, b.asked_at, t.printed_at,
                   h.batch_id IS NOT NULL AS has_sheet, n.allocated, n.printed, n.active, n.sold, n.void, n.suspect
              FROM serial_batch b
              JOIN lot l ON l.id = b.lot_id
              JOIN product p ON p.id = l.product_id
              JOIN account a ON a.id = b.asked_by
              LEFT JOIN label_batch t ON t.id = b.label_batch_id
              LEFT JOIN label_sheet h ON h.batch_id = b.id
             CROSS JOIN LATERAL (
                   SELECT count(*) FILTER (WHERE x.state = 'allocated')::int AS allocated,
                          count(*) FILTER (WHERE x.state = 'printed')::int AS printed,
                          count(*) FILTER (WHERE x.state = 'active')::int AS active,
                          count(*) FILTER (WHERE x.state = 'sold')::int AS sold,
                          count(*) FILTER (WHERE x.state = 'void')::int AS void,
                          count(*) FILTER (WHERE x.state = 'suspect')::int AS suspect
                     FROM label x
                    WHERE x.batch_id = b.id
                   ) n
             WHERE b.office_id = %(office)s
               AND (%(lot)s::int IS NULL OR b.lot_id = %(lot)s)
               AND (%(id)s::int IS NULL OR b.id = %(id)s)
             ORDER BY b.id DESC
             LIMIT 200
            """,
            {"office": viewer.office_id, "lot": lot_id, "id": batch_id},
        )
        .fetchall()
    )


def get_batch(conn: Connection, viewer: Viewer, batch_id: int) -> SerialBatch:
    """Raises NotFound when there is none in the viewer's office."""
    found = list_batches(conn, viewer, batch_id=batch_id)
    if not found:
        raise NotFound()
    return found[0]


def get_sheet(conn: Connection, viewer: Viewer, batch_id: int) -> bytes:
    """The PDF. Raises NotFound while there is none, or none any more."""
    row = conn.execute(
        """
        SELECT h.pdf
          FROM label_sheet h
          JOIN serial_batch b ON b.id = h.batch_id
         WHERE b.id = %(id)s
           AND b.office_id = %(office)s
        """,
        {"id": batch_id, "office": viewer.office_id},
    ).fetchone()
    if row is None:
        raise NotFound()
    return row[0]


def take_job(conn: Connection, now: datetime) -> PressJob | None:
    """The oldest batch that waits, or whose press has died. Knows no viewer: the press belongs to the house."""
    taken = conn.execute(
        """
        UPDATE serial_batch
           SET state = 'pressing', done = 0, heard_at = %(now)s
         WHERE id = (SELECT b.id
                       FROM serial_batch b
                      WHERE b.state = 'waiting'
                         OR (b.state = 'pressing' AND b.heard_at < %(dead)s)
                      ORDER BY b.id
                      LIMIT 1
                        FOR UPDATE SKIP LOCKED)
        RETURNING id
        """,
        {"now": now, "dead": now - LEASE},
    ).fetchone()
    return None if taken is None else get_job(conn, taken[0])


def get_job(conn: Connection, batch_id: int) -> PressJob:
    """A batch with what its labels say."""
    job = (
        conn.cursor(row_factory=class_row(PressJob))
        .execute(
            """
            SELECT b.id, b.office_id, b.lot_id, b.stock, b.count, b.bars, b.lang, b.asked_by,
                   coalesce(b.heard_at, b.asked_at) AS heard_at, b.gtin, p.name AS product_name,
                   y.name AS producer_name, l.number AS lot_number, h.harvested_on, o.name AS office_name
              FROM serial_batch b
              JOIN lot l ON l.id = b.lot_id
              JOIN product p ON p.id = l.product_id
              JOIN party y ON y.id = l.producer_id
              JOIN harvest h ON h.id = l.harvest_id
              JOIN office o ON o.id = b.office_id
             WHERE b.id = %(id)s
            """,
            {"id": batch_id},
        )
        .fetchone()
    )
    assert job is not None
    return job


def find_gtin(conn: Connection, batch_id: int) -> str | None:
    """The GTIN that the codes of a batch carry; None where they carry a short code of ours."""
    row = conn.execute("SELECT gtin FROM serial_batch WHERE id = %(id)s", {"id": batch_id}).fetchone()
    return row[0] if row else None


def list_serials(conn: Connection, batch_id: int) -> list[str]:
    """In the order of the sheets."""
    rows = conn.execute(
        "SELECT serial FROM label WHERE batch_id = %(batch)s ORDER BY position", {"batch": batch_id}
    ).fetchall()
    return [row[0] for row in rows]


def hear(conn: Connection, job: PressJob, done: int, heard_at: datetime, now: datetime) -> bool:
    """A sign of life: `done` labels are pressed. False when the lease, last renewed at `heard_at`, was lost."""
    renewed = conn.execute(
        """
        UPDATE serial_batch
           SET done = %(done)s, heard_at = %(now)s
         WHERE id = %(id)s
           AND state = 'pressing'
           AND heard_at = %(heard_at)s
        """,
        {"id": job.id, "done": done, "heard_at": heard_at, "now": now},
    )
    return renewed.rowcount == 1


def finish(conn: Connection, job: PressJob, pdf: bytes, heard_at: datetime, now: datetime) -> bool:
    """Release the sheet: its labels are printed from now on. False, and nothing is changed, when the lease was lost."""
    if not hear(conn, job, job.count, heard_at, now):
        return False
    conn.execute(
        """
        WITH pile AS (
            INSERT INTO label_batch (lot_id, stock, count, printed_by, printed_at)
            VALUES (%(lot)s, %(stock)s, %(count)s, %(account)s, %(now)s)
            RETURNING id
        )
        UPDATE serial_batch
           SET state = 'printed', label_batch_id = (SELECT id FROM pile)
         WHERE id = %(id)s
        """,
        {
            "id": job.id,
            "lot": job.lot_id,
            "stock": job.stock,
            "count": job.count,
            "account": job.asked_by,
            "now": now,
        },
    )
    conn.execute("INSERT INTO label_sheet (batch_id, pdf) VALUES (%(id)s, %(pdf)s)", {"id": job.id, "pdf": pdf})
    conn.execute(
        """
        UPDATE label
           SET state = 'printed', changed_at = %(now)s
         WHERE batch_id = %(id)s
           AND state = 'allocated'
        """,
        {"id": job.id, "now": now},
    )
    return True


def fail(conn: Connection, job: PressJob, code: str, values: Mapping[str, object], now: datetime) -> None:
    """The sheet is held back for good and its serials are void: no label of it exists."""
    fault = {"code": code, "values": {name: str(value) for name, value in values.items()}}
    conn.execute(
        "UPDATE serial_batch SET state = 'failed', fault = %(fault)s WHERE id = %(id)s AND state = 'pressing'",
        {"id": job.id, "fault": Jsonb(fault)},
    )
    conn.execute(
        """
        UPDATE label
           SET state = 'void', changed_at = %(now)s, reason = %(code)s
         WHERE batch_id = %(id)s
           AND state = 'allocated'
        """,
        {"id": job.id, "code": code, "now": now},
    )


def forget_sheets(conn: Connection, before: datetime) -> None:
    """Drop the PDFs of what was printed before then; the serials stay."""
    conn.execute(
        """
        DELETE FROM label_sheet h
         USING serial_batch b, label_batch t
         WHERE b.id = h.batch_id
           AND t.id = b.label_batch_id
           AND t.printed_at < %(before)s
        """,
        {"before": before},
    )
