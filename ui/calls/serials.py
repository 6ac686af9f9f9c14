"""Batches of labels with serials: made, followed, taken, activated, sold, spoiled, counted."""

from dataclasses import asdict, dataclass
from datetime import datetime

from ui.door import Door


@dataclass(frozen=True, slots=True)
class Fault:
    code: str
    values: dict[str, str]


@dataclass(frozen=True, slots=True)
class Batch:
    """`done` of `count` labels are pressed; the last six are counts by state."""

    id: int
    lot_id: int
    lot_number: str
    product_name: str
    stock: str
    count: int
    state: str
    done: int
    fault: Fault | None
    asker_name: str
    asked_at: datetime
    has_sheet: bool
    allocated: int
    printed: int
    active: int
    sold: int
    void: int
    suspect: int


@dataclass(frozen=True, slots=True)
class BatchDraft:
    stock: str
    count: int
    bars: bool
    over_reason: str = ""


@dataclass(frozen=True, slots=True)
class Budget:
    """None: nobody said what one piece weighs."""

    budget: int | None
    issued: int


@dataclass(frozen=True, slots=True)
class Span:
    """From label `first` to label `last` of the sheets."""

    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Books:
    """printed = active + suspect + sold + void + unused, and what a count on the shelf says to it."""

    printed: int
    active: int
    suspect: int
    sold: int
    void: int
    unused: int
    counted: int | None
    missing: int | None
    balances: bool


@dataclass(frozen=True, slots=True)
class New:
    id: int


@dataclass(frozen=True, slots=True)
class Changed:
    count: int


def list_batches(door: Door) -> list[Batch]:
    return door.get("/api/v1/label-batches", list[Batch])


def list_of_lot(door: Door, lot_id: int) -> list[Batch]:
    return door.get(f"/api/v1/lots/{lot_id}/label-batches", list[Batch])


def get_batch(door: Door, batch_id: int) -> Batch:
    return door.get(f"/api/v1/label-batches/{batch_id}", Batch)


def get_budget(door: Door, lot_id: int) -> Budget:
    return door.get(f"/api/v1/lots/{lot_id}/label-budget", Budget)


def get_books(door: Door, batch_id: int) -> Books:
    return door.get(f"/api/v1/label-batches/{batch_id}/reconciliation", Books)


def create_batch(door: Door, lot_id: int, draft: BatchDraft) -> int:
    """The new batch's id."""
    return door.post(f"/api/v1/lots/{lot_id}/label-batches", draft, New).id


def take_sheet(door: Door, batch_id: int) -> bytes:
    """A PDF."""
    return door.take("GET", f"/api/v1/label-batches/{batch_id}/sheet.pdf")


def take_codes(door: Door, batch_id: int, kind: str) -> bytes:
    """Every code by itself as `svg` or `png`, with a table, in an archive."""
    return door.take("GET", f"/api/v1/label-batches/{batch_id}/codes.zip?kind={kind}")


def move(door: Door, batch_id: int, span: Span, lot_id: int, reason: str) -> int:
    """How many labels stand for the other lot now."""
    body = {**asdict(span), "lot_id": lot_id, "reason": reason}
    return door.post(f"/api/v1/label-batches/{batch_id}/move", body, Changed).count


def change(door: Door, batch_id: int, deed: str, span: Span, **words: str) -> int:
    """How many labels were changed; `deed` is activate, sell or void."""
    return door.post(f"/api/v1/label-batches/{batch_id}/{deed}", {**asdict(span), **words}, Changed).count


def count_shelf(door: Door, batch_id: int, counted: int, note: str) -> Books:
    return door.post(f"/api/v1/label-batches/{batch_id}/count", {"counted": counted, "note": note}, Books)
