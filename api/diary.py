"""The field diary for programs and for the page's own queue: entries, their photos, the store of inputs, the table for papers."""

import re
from dataclasses import dataclass
from datetime import datetime, time
from decimal import Decimal
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Response
from pydantic import Base64Bytes, BeforeValidator, Field, StringConstraints

from api.deps import Conn, Lang, Now, SignedIn
from api.diary_words import short_stock, summary
from api.harvests import Grower
from api.inputs import NO_CONTROL, Body, Day, Id, MaybeLine
from api.photos import small_webp
from api.register_inputs import RowId
from api.waiting import keep_waiting
from nongso import diary as rules
from nongso import store
from nongso.clock import local_day
from nongso.diary import DayInFuture, Draft, Kind, Unit
from nongso.diary_sheet import sheet
from nongso.people import Viewer
from nongso.store import audit_lines, diary, harvests, places
from nongso.store.diary import Entry, Receipt, Stock
from nongso.text import say
from nongso.text.format import parse_number

router = APIRouter(prefix="/api/v1", tags=["diary"])

MOST_LISTED = 500
MOST_WRITTEN = 10_000  # lines of one table
GROUPED = re.compile(r"\d{1,3}([.,]\d{3})+")


def typed(value: object) -> object:
    """A number as somebody typed it (`1,5`); nothing typed is nothing. Raises BadNumber."""
    if not isinstance(value, str):
        return value
    return parse_number(value) if value.strip() else None


def typed_money(value: object) -> object:
    """Đồng have no fractions, so `150.000` is read one way only."""
    if isinstance(value, str) and GROUPED.fullmatch(value.strip()):
        return Decimal(re.sub(r"\D", "", value))
    return typed(value)


def nothing(value: object) -> object:
    return None if value == "" else value


# Bounds belong to the number: held against a null they would be a fault of ours.
Typed = Annotated[Annotated[float, Field(ge=0, le=1_000_000, allow_inf_nan=False)] | None, BeforeValidator(typed)]
Whole = Annotated[Annotated[int, Field(ge=0, le=365)] | None, BeforeValidator(typed)]
Money = Annotated[Annotated[float, Field(ge=0, le=1e12, allow_inf_nan=False)] | None, BeforeValidator(typed_money)]
EntryId = Annotated[Annotated[int, Field(ge=1)] | None, BeforeValidator(nothing)]
Note = Annotated[str, StringConstraints(max_length=1000, pattern=NO_CONTROL, strip_whitespace=True)]


class EntryBody(Body):
    """An entry. Numbers may be typed text (`"1,5"`); `client_id` is made where it is written and makes sending it again harmless."""

    client_id: UUID
    field_id: RowId
    kind: Kind
    day: Day
    at: Annotated[time | None, BeforeValidator(nothing)] = None
    product: MaybeLine = ""
    amount: Typed = None
    unit: Annotated[Unit | None, BeforeValidator(nothing)] = None
    waiting_days: Whole = None
    reentry_hours: Typed = None
    volume_m3: Typed = None
    minutes: Typed = None
    cost_vnd: Money = None
    note: Note = ""
    photo: Annotated[Base64Bytes | None, BeforeValidator(nothing)] = None
    supersedes: EntryId = None
    waiting_reason: MaybeLine = ""


class ReceiptBody(Body):
    """What came in; below zero for what was lost or given back."""

    client_id: UUID
    day: Day
    product: Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=NO_CONTROL)]
    amount: Annotated[float, BeforeValidator(typed), Field(ge=-1_000_000, le=1_000_000, allow_inf_nan=False)]
    unit: Literal["kg", "g", "l", "ml"]


@dataclass(frozen=True, slots=True)
class Recorded:
    """What was understood, said back, and what to heed."""

    id: int
    said: str
    notices: list[str]


@router.get("/diary")
def list_entries(
    conn: Conn, viewer: SignedIn, field_id: Annotated[int | None, Query(ge=1, le=2**31 - 1)] = None
) -> list[Entry]:
    """Newest day first, corrected ones too; at most 500."""
    return diary.list_entries(conn, viewer, MOST_LISTED, field_id=field_id)


@router.post("/diary", status_code=201)
def create_entry(conn: Conn, viewer: Grower, now: Now, lang: Lang, body: EntryBody) -> Recorded:
    """Refused with 409 when a harvest comes before the end of a waiting period, unless an officer says why."""
    return recorded(conn, lang, record(conn, viewer, body, now))


@router.get("/diary/{entry_id}/photo", response_class=Response)
def get_photo(conn: Conn, viewer: SignedIn, entry_id: Id) -> Response:
    return Response(diary.get_photo(conn, viewer, entry_id), media_type="image/webp")


@router.get("/farms/{farm_id}/diary.csv", response_class=Response)
def write_sheet(conn: Conn, viewer: SignedIn, lang: Lang, farm_id: Id) -> Response:
    """The farm's whole diary as a table, oldest first (docs/diary.md says which columns are our reading)."""
    places.require_farm(conn, viewer, farm_id)
    entries = diary.list_entries(conn, viewer, MOST_WRITTEN, farm_id=farm_id)
    headers = {"Content-Disposition": f'attachment; filename="diary-{farm_id}.csv"'}
    return Response(sheet(lang, entries[::-1]), headers=headers, media_type="text/csv; charset=utf-8")


@router.get("/farms/{farm_id}/inputs")
def list_stock(conn: Conn, viewer: SignedIn, farm_id: Id) -> list[Stock]:
    """Received, used and left of every input, in kg or l."""
    return diary.list_stock(conn, viewer, farm_id)


@router.post("/farms/{farm_id}/inputs", status_code=204)
def receive_input(conn: Conn, viewer: Grower, now: Now, farm_id: Id, body: ReceiptBody) -> None:
    if body.day > local_day(now):
        raise DayInFuture(day=body.day)
    receipt = Receipt(body.client_id, body.day, body.product, body.amount, body.unit)
    if diary.insert_receipt(conn, viewer, farm_id, receipt, now):
        detail = {"product": body.product, "amount": body.amount, "unit": body.unit}
        audit_lines.insert(conn, viewer, "input.receive", f"farm:{farm_id}", detail)


def record(conn: store.Connection, viewer: Viewer, body: EntryBody, now: datetime) -> Entry:
    """Store an entry once. The same id from the same person again gives the entry that stands, and stores nothing."""
    diary.hold_client_id(conn, body.client_id)
    known = diary.find_entry_sent(conn, viewer, body.client_id)
    if known is not None:
        return known
    places.get_field(conn, viewer, body.field_id)
    draft = drafted(body)
    rules.check(draft, now)
    entry_id = diary.insert_entry(conn, viewer, draft, now)
    if draft.photo is not None:
        diary.insert_photo(conn, entry_id, draft.photo)
    if draft.supersedes is not None:
        diary.delete_harvest_of(conn, draft.supersedes)
    if draft.kind is Kind.HARVEST:
        record_harvest(conn, viewer, draft, entry_id, body.waiting_reason, now)
    audit_lines.insert(
        conn, viewer, "diary.write", f"diary:{entry_id}", {"field": draft.field_id, "kind": draft.kind.value}
    )
    return diary.get_entry(conn, viewer, entry_id)


def drafted(body: EntryBody) -> Draft:
    """Raises BadPhoto. What is typed in a part of the form that does not belong to the kind is left out."""
    values = body.model_dump(exclude={"waiting_reason", "photo"})
    photo = small_webp(body.photo) if body.photo else None
    return rules.of_kind(Draft(**values, photo=photo))


def record_harvest(
    conn: store.Connection, viewer: Viewer, draft: Draft, entry_id: int, reason: str, now: datetime
) -> None:
    """The harvest that lots are made of, tied to its entry."""
    kept = keep_waiting(conn, viewer, draft.field_id, draft.day, reason, now)
    assert draft.amount is not None
    harvest_id = harvests.insert_harvest(conn, viewer, draft.field_id, draft.day, draft.amount, now)
    diary.tie_harvest(conn, harvest_id, entry_id)
    diary.update_waiting_reason(conn, harvest_id, kept)


def recorded(conn: store.Connection, lang: str, entry: Entry) -> Recorded:
    uses_stock = entry.kind in rules.USES_STOCK and entry.product and entry.unit
    stock = diary.find_stock(conn, entry.farm_id, entry.product, entry.unit or "") if uses_stock else None
    said = say(lang, "diary.said", line=summary(lang, entry), field=entry.field_name, day=entry.day)
    return Recorded(entry.id, said, [notice for notice in (short_stock(lang, stock),) if notice])
