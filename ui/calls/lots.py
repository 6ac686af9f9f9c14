"""Harvests, the lots made of them, their labels and recalls."""

from dataclasses import dataclass
from datetime import date, datetime

from ui.door import Door


@dataclass(frozen=True, slots=True)
class Harvest:
    """`left_kg` is what no lot holds yet."""

    id: int
    field_name: str
    farm_name: str
    crop: str
    harvested_on: date
    quantity_kg: float
    left_kg: float


@dataclass(frozen=True, slots=True)
class HarvestDraft:
    field_id: int
    harvested_on: date
    quantity_kg: float


@dataclass(frozen=True, slots=True)
class Lot:
    """`code` opens /t/{code} at the public address; `recalled_at` and `recall_reason` stand while a recall is open."""

    id: int
    number: str
    code: str
    epc_class: str
    quantity_kg: float
    packed_on: date | None
    best_before: date | None
    created_at: datetime
    product_id: int
    product_name: str
    gtin: str | None
    brand_name: str
    brand_valid_to: date | None
    harvested_on: date
    field_name: str
    farm_name: str
    producer_name: str
    recalled_at: datetime | None
    recall_reason: str | None
    labels_printed: int


@dataclass(frozen=True, slots=True)
class LotDraft:
    """What is None is proposed by the API: the number, and the last good day from the product's shelf life."""

    product_id: int
    harvest_id: int
    producer_id: int
    quantity_kg: float
    number: str | None
    packed_on: date | None
    best_before: date | None


@dataclass(frozen=True, slots=True)
class NewLot:
    id: int
    number: str


@dataclass(frozen=True, slots=True)
class Proposal:
    number: str
    left_kg: float
    best_before: date | None


@dataclass(frozen=True, slots=True)
class Stock:
    """A kind of label; sheets have several a page, rolls one. Millimetres."""

    name: str
    title: str
    per_page: int


@dataclass(frozen=True, slots=True)
class Batch:
    id: int
    stock: str
    count: int
    printed_at: datetime


def list_harvests(door: Door, search: str = "") -> list[Harvest]:
    return door.get("/api/v1/harvests", list[Harvest], search=search or None)


def create_harvest(door: Door, draft: HarvestDraft) -> None:
    door.do("POST", "/api/v1/harvests", draft)


def list_lots(door: Door, search: str = "") -> list[Lot]:
    return door.get("/api/v1/lots", list[Lot], search=search or None)


def get_lot(door: Door, lot_id: int) -> Lot:
    return door.get(f"/api/v1/lots/{lot_id}", Lot)


def propose(door: Door, harvest_id: int, product_id: int) -> Proposal:
    return door.get(f"/api/v1/harvests/{harvest_id}/lot-proposal", Proposal, product_id=product_id)


def create_lot(door: Door, draft: LotDraft) -> NewLot:
    return door.post("/api/v1/lots", draft, NewLot)


def list_stocks(door: Door) -> list[Stock]:
    return door.get("/api/v1/label-stocks", list[Stock])


def list_batches(door: Door, lot_id: int) -> list[Batch]:
    return door.get(f"/api/v1/lots/{lot_id}/labels", list[Batch])


def print_labels(door: Door, lot_id: int, stock: str, count: int, over_reason: str) -> bytes:
    """A PDF."""
    asked = {"stock": stock, "count": count, "over_reason": over_reason}
    return door.take("POST", f"/api/v1/lots/{lot_id}/labels", asked)


def lift_recall(door: Door, lot_id: int, reason: str) -> None:
    door.do("POST", f"/api/v1/lots/{lot_id}/recall/lift", {"reason": reason})
