"""Lots from a harvest: proposed, made, listed, with their events and growing conditions."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import Field

from api.deps import Conn, House, Now, OfficeReader, OfficeWriter, SignedIn, TheHouse
from api.inputs import Body, Day, Id, MaybeLine
from api.lot_story import begin_story
from api.register_inputs import Kilograms, RowId, Search
from api.waiting import keep_waiting_for_lot
from nongso import lots as rules
from nongso import store
from nongso.clock import local_day
from nongso.people import Viewer
from nongso.store import audit_lines, events, harvests, lots, parties, passports, products
from nongso.store.events import Event
from nongso.store.harvests import Harvest
from nongso.store.lots import Lot, LotDraft
from nongso.store.passports import DayOfProperty
from nongso.store.products import Product
from traceability.growing import MEASURES, SEASON_DAYS, window
from traceability.gs1 import local
from traceability.lot_links import class_uri

router = APIRouter(prefix="/api/v1", tags=["lots"])

FirstDay = Annotated[Day | None, Query(alias="from")]
LastDay = Annotated[Day | None, Query(alias="to")]


class LotBody(Body):
    """What is left out is proposed: the number, and the last good day from the product's shelf life."""

    product_id: RowId
    harvest_id: RowId
    producer_id: RowId
    quantity_kg: Kilograms
    number: Annotated[str | None, Field(max_length=20)] = None
    packed_on: Day | None = None
    best_before: Day | None = None
    waiting_reason: MaybeLine = ""  # why goods are packed although a spray's waiting period was not over


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a lot of a product from a harvest would be called, how much it could hold, and until when it would be good."""

    number: str
    left_kg: float
    best_before: date | None


@dataclass(frozen=True, slots=True)
class NewLot:
    """`code` opens /t/{code}."""

    id: int
    number: str
    code: str


@router.get("/lots")
def list_lots(conn: Conn, viewer: SignedIn, search: Search = "") -> list[Lot]:
    """Newest first; `search` finds numbers, products, producers and farms with or without their marks."""
    return lots.list_lots(conn, viewer, search)


@router.get("/lots/{lot_id}")
def get_lot(conn: Conn, viewer: SignedIn, lot_id: Id) -> Lot:
    return lots.get_lot(conn, viewer, lot_id)


@router.get("/lots/{lot_id}/events")
def list_events(conn: Conn, viewer: SignedIn, lot_id: Id) -> list[Event]:
    """The lot's story as EPCIS 2.0 events."""
    return events.list_events(conn, viewer, lot_id)


@router.get("/lots/{lot_id}/conditions")
def list_conditions(
    conn: Conn, viewer: SignedIn, lot_id: Id, first: FirstDay = None, last: LastDay = None
) -> list[DayOfProperty]:
    """What sensors measured at the field, day by day: from `from` to `to`, at most a year, or in the thirty days before the harvest."""
    lot = lots.get_lot(conn, viewer, lot_id)
    end = last or lot.harvested_on - timedelta(days=1)
    begin = max(first or window(lot.harvested_on)[0], end - timedelta(days=SEASON_DAYS))
    return passports.list_days(conn, lot.field_id, tuple(MEASURES), begin, end)


@router.get("/harvests/{harvest_id}/lot-proposal")
def propose_lot(
    conn: Conn, viewer: OfficeReader, harvest_id: Id, product_id: Annotated[int, Query(ge=1, le=2**31 - 1)]
) -> Proposal:
    harvest = harvests.get_harvest(conn, viewer, harvest_id)
    product = products.get_product(conn, viewer, product_id)
    rules.check_crop(product.crop, harvest.crop)
    return Proposal(
        free_number(conn, viewer, product, harvest),
        harvest.left_kg,
        rules.best_before(None, harvest.harvested_on, product.shelf_life_days),
    )


@router.post("/lots", status_code=201)
def create_lot(conn: Conn, viewer: OfficeWriter, house: TheHouse, now: Now, body: LotBody) -> NewLot:
    """Raises what nongso.lots says of number, quantity, days and crop; a number in use is refused as already there."""
    return make_lot(conn, viewer, house, body, now)


def make_lot(conn: store.Connection, viewer: Viewer, house: House, body: LotBody, now: datetime) -> NewLot:
    """A lot of a harvest the viewer sees, with the beginning of its story."""
    harvests.get_harvest(conn, viewer, body.harvest_id)
    harvests.lock_harvest(conn, body.harvest_id)
    harvest = harvests.get_harvest(conn, viewer, body.harvest_id)
    product = products.get_product(conn, viewer, body.product_id)
    parties.require_party(conn, viewer, body.producer_id)
    check(body, product, harvest, local_day(now))
    keep_waiting_for_lot(conn, viewer, harvest.id, harvest.field_id, harvest.harvested_on, body.waiting_reason)
    draft = drafted(conn, viewer, house, body, product, harvest)
    lot_id = lots.insert_lot(conn, viewer, draft, now)
    begin_story(conn, viewer, house, lots.get_lot(conn, viewer, lot_id), now)
    audit_lines.insert(conn, viewer, "lot.create", f"lot:{lot_id}", {"number": draft.number, "kg": draft.quantity_kg})
    return NewLot(lot_id, draft.number, draft.code)


def check(body: LotBody, product: Product, harvest: Harvest, today: date) -> None:
    rules.check_crop(product.crop, harvest.crop)
    rules.check_quantity(body.quantity_kg, harvest.left_kg)
    rules.check_days(harvest.harvested_on, body.packed_on, good_until(body, product, harvest), today)


def good_until(body: LotBody, product: Product, harvest: Harvest) -> date | None:
    return body.best_before or rules.best_before(body.packed_on, harvest.harvested_on, product.shelf_life_days)


def drafted(
    conn: store.Connection, viewer: Viewer, house: House, body: LotBody, product: Product, harvest: Harvest
) -> LotDraft:
    number = rules.check_number(body.number) if body.number else free_number(conn, viewer, product, harvest)
    code = local.mint()
    return LotDraft(
        product_id=product.id,
        harvest_id=harvest.id,
        producer_id=body.producer_id,
        number=number,
        code=code,
        epc_class=class_uri(product.gtin, number, code, house.settings.public_url),
        quantity_kg=body.quantity_kg,
        packed_on=body.packed_on,
        best_before=good_until(body, product, harvest),
    )


def free_number(conn: store.Connection, viewer: Viewer, product: Product, harvest: Harvest) -> str:
    return rules.propose_number(product.name, harvest.harvested_on, lots.list_numbers(conn, viewer, product.id))
