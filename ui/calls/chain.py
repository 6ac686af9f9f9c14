"""The chain after a harvest: how much of each lot is free, crates, shipments, the steps that forms record, and the trace graph."""

from dataclasses import dataclass
from datetime import date, datetime

from ui.door import Door


@dataclass(frozen=True, slots=True)
class LotAmount:
    """`free_kg` can still be packed, sent, sold or worked up."""

    lot_id: int
    number: str
    free_kg: float


@dataclass(frozen=True, slots=True)
class Part:
    lot_id: int
    kg: float


@dataclass(frozen=True, slots=True)
class Unit:
    id: int
    kind: str
    code: str
    epc: str


@dataclass(frozen=True, slots=True)
class Content:
    name: str
    kg: float | None


@dataclass(frozen=True, slots=True)
class UnitView:
    unit: Unit
    contents: list[Content]


@dataclass(frozen=True, slots=True)
class Shipment:
    """`received_at` is None while the goods are on the way."""

    id: int
    from_name: str
    to_name: str
    paper_no: str
    goods: str
    shipped_at: datetime
    received_at: datetime | None


@dataclass(frozen=True, slots=True)
class PackDraft:
    day: date | None


@dataclass(frozen=True, slots=True)
class UnitDraft:
    kind: str
    parts: list[Part]
    unit_ids: list[int]
    packer_id: int
    day: date | None


@dataclass(frozen=True, slots=True)
class ShipmentDraft:
    parts: list[Part]
    unit_ids: list[int]
    from_id: int
    to_id: int
    paper_no: str
    day: date | None


@dataclass(frozen=True, slots=True)
class Output:
    kg: float


@dataclass(frozen=True, slots=True)
class ChangeDraft:
    """`kind`: merge, split or process; `product_id` only for the last."""

    kind: str
    inputs: list[Part]
    outputs: list[Output]
    producer_id: int
    product_id: int | None
    day: date | None


@dataclass(frozen=True, slots=True)
class SaleDraft:
    parts: list[Part]
    unit_ids: list[int]
    seller_id: int
    day: date | None


@dataclass(frozen=True, slots=True)
class InspectionDraft:
    inspector_id: int
    conformant: bool
    sample_kg: float | None
    paper_no: str
    day: date | None


@dataclass(frozen=True, slots=True)
class Balance:
    uom: str | None
    made: float
    used: float


@dataclass(frozen=True, slots=True)
class Thing:
    """`side`: up, down, or both for what was asked for; `event_ids` oldest first."""

    key: str
    side: str
    distance: int
    event_ids: list[str]
    balance: list[Balance]


@dataclass(frozen=True, slots=True)
class Step:
    event_id: str
    at: datetime
    event_type: str
    biz_step: str | None
    place: str | None
    place_name: str | None


@dataclass(frozen=True, slots=True)
class Edge:
    thing: str
    event_id: str
    role: str
    quantity: float | None
    uom: str | None


@dataclass(frozen=True, slots=True)
class Gap:
    thing: str
    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Totals:
    things: int
    steps: int
    gaps: int


@dataclass(frozen=True, slots=True)
class Trace:
    """The nearest things; `totals` tells how much there is."""

    complete: bool
    totals: Totals
    things: list[Thing]
    steps: list[Step]
    edges: list[Edge]
    gaps: list[Gap]


def list_amounts(door: Door) -> list[LotAmount]:
    return door.get("/api/v1/lot-amounts", list[LotAmount])


def list_units(door: Door) -> list[UnitView]:
    return door.get("/api/v1/logistic-units", list[UnitView])


def list_shipments(door: Door) -> list[Shipment]:
    return door.get("/api/v1/shipments", list[Shipment])


def pack(door: Door, lot_id: int, draft: PackDraft) -> None:
    door.do("POST", f"/api/v1/lots/{lot_id}/pack", draft)


def create_unit(door: Door, draft: UnitDraft) -> None:
    door.do("POST", "/api/v1/logistic-units", draft)


def unpack(door: Door, unit_id: int) -> None:
    door.do("POST", f"/api/v1/logistic-units/{unit_id}/unpack", {})


def send(door: Door, draft: ShipmentDraft) -> None:
    door.do("POST", "/api/v1/shipments", draft)


def receive(door: Door, shipment_id: int) -> None:
    door.do("POST", f"/api/v1/shipments/{shipment_id}/receive", {})


def change(door: Door, draft: ChangeDraft) -> None:
    door.do("POST", "/api/v1/lot-changes", draft)


def sell(door: Door, draft: SaleDraft) -> None:
    door.do("POST", "/api/v1/sales", draft)


def inspect(door: Door, lot_id: int, draft: InspectionDraft) -> None:
    door.do("POST", f"/api/v1/lots/{lot_id}/inspections", draft)


def get_trace(door: Door, key: str, direction: str, as_of: datetime | None, nearest: int) -> Trace:
    at = as_of and as_of.isoformat()
    return door.get("/api/v1/trace", Trace, key=key, direction=direction, as_of=at, nearest=nearest)
