"""The field diary and the farm's store of inputs: what was written, writing, the table for papers."""

import base64
from dataclasses import dataclass, field
from datetime import date, time
from uuid import UUID, uuid4

from nongso.diary import Kind
from ui.door import Door


@dataclass(frozen=True, slots=True)
class Entry:
    """A line as it was written; one with `superseded_by` no longer counts and stays readable."""

    id: int
    field_id: int
    field_name: str
    farm_id: int
    farm_name: str
    kind: Kind
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
    superseded_by: int | None
    has_photo: bool
    recorder_name: str


@dataclass(frozen=True, slots=True)
class EntryDraft:
    """What is written. Numbers go as they were typed; the API reads `1,5` as we do, and says back what it understood."""

    field_id: int
    kind: Kind
    day: date
    at: time | None = None
    product: str = ""
    amount: str = ""
    unit: str = ""
    waiting_days: str = ""
    reentry_hours: str = ""
    volume_m3: str = ""
    minutes: str = ""
    cost_vnd: str = ""
    note: str = ""
    photo: str = ""
    supersedes: int | None = None
    waiting_reason: str = ""
    client_id: UUID = field(default_factory=uuid4)


@dataclass(frozen=True, slots=True)
class Recorded:
    """What was understood, said back, and what to heed."""

    said: str
    notices: list[str]


@dataclass(frozen=True, slots=True)
class Stock:
    """An input of a farm in kg or l; less than nothing left means that receipts are missing."""

    product: str
    unit: str
    received: float
    used: float
    left_over: float


@dataclass(frozen=True, slots=True)
class ReceiptDraft:
    day: date
    product: str
    amount: float
    unit: str
    client_id: UUID = field(default_factory=uuid4)


def list_entries(door: Door, field_id: int | None = None) -> list[Entry]:
    """Newest day first, corrected ones too."""
    return door.get("/api/v1/diary", list[Entry], field_id=field_id)


def write(door: Door, draft: EntryDraft) -> Recorded:
    return door.post("/api/v1/diary", draft, Recorded)


def get_photo(door: Door, entry_id: int) -> bytes:
    """A WebP picture."""
    return door.take("GET", f"/api/v1/diary/{entry_id}/photo")


def take_table(door: Door, farm_id: int) -> bytes:
    """The farm's whole diary as CSV (docs/diary.md)."""
    return door.take("GET", f"/api/v1/farms/{farm_id}/diary.csv")


def list_stock(door: Door, farm_id: int) -> list[Stock]:
    return door.get(f"/api/v1/farms/{farm_id}/inputs", list[Stock])


def receive(door: Door, farm_id: int, draft: ReceiptDraft) -> None:
    door.do("POST", f"/api/v1/farms/{farm_id}/inputs", draft)


def packed(photo: bytes | None) -> str:
    """A photo as the API takes it; nothing for none."""
    return base64.b64encode(photo).decode() if photo else ""
