"""The field diary and the farm's store of inputs: entries are added and read, never changed."""

from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import groupby
from uuid import UUID

from psycopg.rows import class_row

from nongso.alerting.waiting import Sprayed
from nongso.diary import Draft, Kind, Spray, WrongCorrection
from nongso.errors import NotFound
from nongso.people import Viewer
from nongso.store.connection import Connection
from nongso.store.fence import fence
from nongso.store.places import require_farm
from nongso.text.sorting import fold


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry as written. One with `superseded_by` no longer counts and stays readable."""

    id: int
    client_id: UUID
    field_id: int
    field_name: str
    crop: str
    area_m2: float | None
    farm_id: int
    farm_name: str
    kind: str
    day: date
    at: time | None
    product: str
    amount: float | None
    unit: str | None
    waiting_days: int | None
    reentry_hours: float | None
    volume_m3: float | None
    minutes: float | None
    cost_vnd: float | None
    note: str
    supersedes: int | None
    superseded_by: int | None
    has_photo: bool
    recorded_by: int
    recorder_name: str
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class Stock:
    """An input of a farm in kg or l. Less than nothing left means that receipts are missing."""

    product: str
    unit: str
    received: float
    used: float
    left_over: float


@dataclass(frozen=True, slots=True)
class Receipt:
    """What came into the store; an amount below zero went out of it without being used."""

    client_id: UUID
    day: date
    product: str
    amount: float
    unit: str


def hold_client_id(conn: Connection, client_id: UUID) -> None:
    """Until the transaction ends nobody else stores this id, so that one entry sent twice at once is stored once."""
    conn.execute("SELECT pg_advisory_xact_lock(hashtextextended(%(id)s, 14))", {"id": str(client_id)})


def find_entry_sent(conn: Connection, viewer: Viewer, client_id: UUID) -> Entry | None:
    """What the viewer already sent under this id."""
    return (
        conn.cursor(row_factory=class_row(Entry))
        .execute(
            """
            SELECT id, client_id, field_id, field_name, crop, area_m2, farm_id, farm_name, kind, day, at, product,
                   amount, unit, waiting_days, reentry_hours, volume_m3, minutes, cost_vnd, note, supersedes,
                   superseded_by, has_photo, recorded_by, recorder_name, recorded_at
              FROM diary_line
             WHERE client_id = %(client_id)s
               AND recorded_by = %(account)s
            """,
            {"client_id": client_id, "account": viewer.account_id},
        )
        .fetchone()
    )


def get_entry(conn: Connection, viewer: Viewer, entry_id: int) -> Entry:
    """Raises NotFound when there is none, or none for this viewer."""
    entry = (
        conn.cursor(row_factory=class_row(Entry))
        .execute(
            """
            SELECT id, client_id, field_id, field_name, crop, area_m2, farm_id, farm_name, kind, day, at, product,
                   amount, unit, waiting_days, reentry_hours, volume_m3, minutes, cost_vnd, note, supersedes,
                   superseded_by, has_photo, recorded_by, recorder_name, recorded_at
              FROM diary_line
             WHERE id = %(id)s
               AND farm_id IN (SELECT visible_farm(%(office)s, %(account)s, %(sees_office)s))
            """,
            {"id": entry_id, **fence(viewer)},
        )
        .fetchone()
    )
    if entry is None:
        raise NotFound()
    return entry


def list_entries(
    conn: Connection, viewer: Viewer, limit: int, field_id: int | None = None, farm_id: int | None = None
) -> list[Entry]:
    """The newest entries of fields the viewer sees, corrected ones too, newest day first."""
    return (
        conn.cursor(row_factory=class_row(Entry))
        .execute(
            """
            SELECT id, client_id, field_id, field_name, crop, area_m2, farm_id, farm_name, kind, day, at, product,
                   amount, unit, waiting_days, reentry_hours, volume_m3, minutes, cost_vnd, note, supersedes,
                   superseded_by, has_photo, recorded_by, recorder_name, recorded_at
              FROM diary_line
             WHERE farm_id IN (SELECT visible_farm(%(office)s, %(account)s, %(sees_office)s))
               AND (%(field)s::int IS NULL OR field_id = %(field)s)
               AND (%(farm)s::int IS NULL OR farm_id = %(farm)s)
             ORDER BY day DESC, id DESC
             LIMIT %(limit)s
            """,
            {"field": field_id, "farm": farm_id, "limit": limit, **fence(viewer)},
        )
        .fetchall()
    )


def insert_entry(conn: Connection, viewer: Viewer, draft: Draft, now: datetime) -> int:
    """A new entry of a field that the caller has seen; its id.

    Raises NotFound or WrongCorrection for what it takes the place of, AlreadyThere when something did so before.
    """
    if draft.supersedes is not None and get_entry(conn, viewer, draft.supersedes).field_id != draft.field_id:
        raise WrongCorrection()
    row = conn.execute(
        """
        INSERT INTO diary_entry (client_id, field_id, kind, day, at, product, product_fold, amount, unit, waiting_days,
                                 reentry_hours, volume_m3, minutes, cost_vnd, note, supersedes, recorded_by, recorded_at)
        VALUES (%(client_id)s, %(field_id)s, %(kind)s, %(day)s, %(at)s, %(product)s, %(fold)s, %(amount)s, %(unit)s,
                %(waiting_days)s, %(reentry_hours)s, %(volume_m3)s, %(minutes)s, %(cost_vnd)s, %(note)s, %(supersedes)s,
                %(account)s, %(now)s)
        RETURNING id
        """,
        {**_columns(draft), "account": viewer.account_id, "now": now},
    ).fetchone()
    assert row is not None
    return row[0]


def _columns(draft: Draft) -> dict[str, object]:
    return {
        "client_id": draft.client_id,
        "field_id": draft.field_id,
        "kind": draft.kind,
        "day": draft.day,
        "at": draft.at,
        "product": draft.product,
        "fold": fold(draft.product),
        "amount": draft.amount,
        "unit": draft.unit,
        "waiting_days": draft.waiting_days,
        "reentry_hours": draft.reentry_hours,
        "volume_m3": draft.volume_m3,
        "minutes": draft.minutes,
        "cost_vnd": draft.cost_vnd,
        "note": draft.note,
        "supersedes": draft.supersedes,
    }


def insert_photo(conn: Connection, entry_id: int, webp: bytes) -> None:
    conn.execute(
        "INSERT INTO diary_photo (entry_id, bytes) VALUES (%(id)s, %(bytes)s)", {"id": entry_id, "bytes": webp}
    )


def get_photo(conn: Connection, viewer: Viewer, entry_id: int) -> bytes:
    """The WebP picture of an entry. Raises NotFound."""
    get_entry(conn, viewer, entry_id)
    row = conn.execute("SELECT bytes FROM diary_photo WHERE entry_id = %(id)s", {"id": entry_id}).fetchone()
    if row is None:
        raise NotFound()
    return row[0]


def list_sprays(conn: Connection, field_id: int, without: int | None = None) -> list[Spray]:
    """The sprays of a field that count. Takes no viewer: whoever asks has seen the field."""
    return (
        conn.cursor(row_factory=class_row(Spray))
        .execute(
            """
            SELECT e.product, e.day, e.at, e.waiting_days, e.reentry_hours
              FROM diary_entry e
             WHERE e.field_id = %(field)s
               AND e.kind = 'spray'
               AND e.id IS DISTINCT FROM %(without)s::bigint
               AND NOT EXISTS (SELECT FROM diary_entry n WHERE n.supersedes = e.id)
             ORDER BY e.day, e.id
            """,
            {"field": field_id, "without": without},
        )
        .fetchall()
    )


def count_kinds(conn: Connection, field_id: int, first: date, last: date) -> dict[Kind, int]:
    """How many entries of each kind count at a field, both days included. Takes no viewer: whoever asks has seen the field."""
    rows = conn.execute(
        """
        SELECT e.kind, count(*)
          FROM diary_entry e
         WHERE e.field_id = %(field)s
           AND e.day BETWEEN %(first)s AND %(last)s
           AND NOT EXISTS (SELECT FROM diary_entry n WHERE n.supersedes = e.id)
         GROUP BY e.kind
        """,
        {"field": field_id, "first": first, "last": last},
    ).fetchall()
    return {Kind(kind): count for kind, count in rows}


def list_running_sprays(conn: Connection, viewer: Viewer, today: date) -> dict[tuple[int, str], list[Spray]]:
    """Sprays whose waiting days run, by id and name of the fields that the viewer sees."""
    rows = conn.execute(
        """
        SELECT d.id, d.name, e.product, e.day, e.at, e.waiting_days, e.reentry_hours
          FROM diary_entry e
          JOIN field d ON d.id = e.field_id
         WHERE e.kind = 'spray'
           AND e.day + e.waiting_days > %(today)s
           AND d.farm_id IN (SELECT visible_farm(%(office)s, %(account)s, %(sees_office)s))
           AND NOT EXISTS (SELECT FROM diary_entry n WHERE n.supersedes = e.id)
         ORDER BY d.name_sort, d.id, e.day, e.id
        """,
        {"today": today, **fence(viewer)},
    ).fetchall()
    return {key: [Spray(*row[2:]) for row in found] for key, found in groupby(rows, lambda row: (row[0], row[1]))}


def list_sprayed(conn: Connection, since: date) -> list[Sprayed]:
    """Every field of every office with a spray since a day, for the worker that judges: nobody's view, so it never leaves the house."""
    rows = conn.execute(
        """
        SELECT e.field_id, e.product, e.day, e.at, e.waiting_days, e.reentry_hours,
               ARRAY(SELECT h.harvested_on
                       FROM harvest h
                      WHERE h.field_id = e.field_id AND h.harvested_on >= %(since)s AND h.waiting_reason = '') AS harvested
          FROM diary_entry e
         WHERE e.kind = 'spray'
           AND e.day + e.waiting_days >= %(since)s
           AND NOT EXISTS (SELECT FROM diary_entry n WHERE n.supersedes = e.id)
         ORDER BY e.field_id, e.day, e.id
        """,
        {"since": since},
    ).fetchall()
    return [
        Sprayed(field_id, tuple(Spray(*row[1:6]) for row in group), tuple(group[0][6]))
        for field_id, group in ((key, list(found)) for key, found in groupby(rows, lambda row: row[0]))
    ]


def tie_harvest(conn: Connection, harvest_id: int, entry_id: int) -> None:
    """The harvest was written in the diary as this entry."""
    conn.execute(
        "UPDATE harvest SET diary_entry_id = %(entry)s WHERE id = %(id)s", {"entry": entry_id, "id": harvest_id}
    )


def delete_harvest_of(conn: Connection, entry_id: int) -> None:
    """Take back the harvest of an entry that no longer counts. Raises StillUsed once a lot was made of it."""
    conn.execute("DELETE FROM harvest WHERE diary_entry_id = %(entry)s", {"entry": entry_id})


def update_waiting_reason(conn: Connection, harvest_id: int, reason: str) -> None:
    """Why a harvest stands although a waiting period was not over; the lot's passport shows it."""
    conn.execute(
        "UPDATE harvest SET waiting_reason = %(reason)s WHERE id = %(id)s", {"reason": reason, "id": harvest_id}
    )


def get_waiting_reason(conn: Connection, harvest_id: int) -> str:
    """Empty when nobody gave one. Takes no viewer: whoever asks has seen the harvest."""
    row = conn.execute("SELECT waiting_reason FROM harvest WHERE id = %(id)s", {"id": harvest_id}).fetchone()
    return row[0] if row else ""


def list_stock(conn: Connection, viewer: Viewer, farm_id: int) -> list[Stock]:
    """Every input that a farm received or used. Raises NotFound."""
    require_farm(conn, viewer, farm_id)
    return (
        conn.cursor(row_factory=class_row(Stock))
        .execute(
            """
            SELECT product, unit, received, used, left_over
              FROM input_stock
             WHERE farm_id = %(farm)s
             ORDER BY product_fold, unit
            """,
            {"farm": farm_id},
        )
        .fetchall()
    )


def find_stock(conn: Connection, farm_id: int, product: str, unit: str) -> Stock | None:
    """One input, by its name with or without marks. Takes no viewer: whoever asks has seen the farm."""
    return (
        conn.cursor(row_factory=class_row(Stock))
        .execute(
            """
            SELECT product, unit, received, used, left_over
              FROM input_stock
             WHERE farm_id = %(farm)s
               AND product_fold = %(fold)s
               AND unit = CASE WHEN %(unit)s IN ('kg', 'g') THEN 'kg' ELSE 'l' END
            """,
            {"farm": farm_id, "fold": fold(product), "unit": unit},
        )
        .fetchone()
    )


def insert_receipt(conn: Connection, viewer: Viewer, farm_id: int, receipt: Receipt, now: datetime) -> bool:
    """Into the store of a farm; False when this id was stored before. Raises NotFound for a farm that is not the viewer's."""
    require_farm(conn, viewer, farm_id)
    stored = conn.execute(
        """
        INSERT INTO input_receipt (client_id, farm_id, day, product, product_fold, amount, unit, recorded_by, recorded_at)
        VALUES (%(client_id)s, %(farm)s, %(day)s, %(product)s, %(fold)s, %(amount)s, %(unit)s, %(account)s, %(now)s)
        ON CONFLICT ON CONSTRAINT input_receipt_sent_once DO NOTHING
        """,
        {
            "client_id": receipt.client_id,
            "farm": farm_id,
            "day": receipt.day,
            "product": receipt.product,
            "fold": fold(receipt.product),
            "amount": receipt.amount,
            "unit": receipt.unit,
            "account": viewer.account_id,
            "now": now,
        },
    )
    return stored.rowcount == 1
