"""The steps of a lot that forms record: another day of harvest, packing, merging, splitting, working up, selling, inspection."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter
from pydantic import Field

from api.chain_goods import GoodsBody, PartBody, choose, party, refuse_recalled, when
from api.deps import Conn, House, Now, OfficeWriter, SignedIn, TheHouse
from api.harvests import Grower
from api.inputs import Body, Day, Id, MaybeLine
from api.lot_story import tell_harvest
from api.register_inputs import Kilograms, RowId
from api.shipments import paper
from api.waiting import keep_waiting_for_lot
from nongso import lots as rules
from nongso import store
from nongso.chain import Change, Weighed, check_change
from nongso.clock import local_day
from nongso.errors import Conflict
from nongso.people import Viewer
from nongso.store import amounts, audit_lines, epcis_events, events, harvests, lots, parties, products
from nongso.store.amounts import Amount
from nongso.store.lots import Lot, LotDraft, Share
from nongso.store.products import Product
from traceability import chain_events, lot_events
from traceability.chain_events import Goods
from traceability.gs1 import local
from traceability.lot_links import class_uri

router = APIRouter(prefix="/api/v1", tags=["chain"])

MOST_PARTS = 50


class OtherField(Conflict):
    """A lot takes further days of harvest from its own field only; goods of another field are merged."""

    code = "chain.other_field"


class ShareBody(Body):
    """`waiting_reason` as with a new lot."""

    harvest_id: RowId
    kg: Kilograms
    waiting_reason: MaybeLine = ""


class PackBody(Body):
    day: Day | None = None


class OutputBody(Body):
    """A new lot: how much, and its number where not the proposed one."""

    kg: Kilograms
    number: Annotated[str | None, Field(max_length=20)] = None


class ChangeBody(Body):
    """`product_id` is for working up: a merge and a split keep the product."""

    kind: Change
    inputs: Annotated[list[PartBody], Field(min_length=1, max_length=MOST_PARTS)]
    outputs: Annotated[list[OutputBody], Field(min_length=1, max_length=MOST_PARTS)]
    producer_id: RowId
    product_id: RowId | None = None
    day: Day | None = None


class SaleBody(GoodsBody):
    seller_id: RowId
    day: Day | None = None


class InspectionBody(Body):
    """`sample_kg`: what a laboratory took and used up; `paper_no`: number of the report."""

    inspector_id: RowId
    conformant: bool
    sample_kg: Kilograms | None = None
    paper_no: MaybeLine = ""
    day: Day | None = None


@dataclass(frozen=True, slots=True)
class LotAmount:
    """The books of a lot, from its events; `free_kg` can still be packed, sent, sold or worked up."""

    lot_id: int
    number: str
    free_kg: float
    amount: Amount


@router.get("/lot-amounts")
def list_amounts(conn: Conn, viewer: SignedIn) -> list[LotAmount]:
    """Of every lot the viewer sees."""
    known = lots.list_lots(conn, viewer)
    books = amounts.list_amounts(conn, viewer, [lot.epc_class for lot in known])
    nothing = (0.0,) * 5
    rows = [(lot, books.get(lot.epc_class) or Amount(lot.epc_class, *nothing)) for lot in known]
    return [LotAmount(lot.id, lot.number, round(book.free_kg, 3), book) for lot, book in rows]


@router.post("/lots/{lot_id}/harvests", status_code=204)
def add_harvest(conn: Conn, viewer: OfficeWriter, house: TheHouse, now: Now, lot_id: Id, body: ShareBody) -> None:
    """More of a lot from another day: a harvest may take several. Raises OtherField, MoreThanLeft, LotRecalled."""
    harvests.get_harvest(conn, viewer, body.harvest_id)
    harvests.lock_harvest(conn, body.harvest_id)
    harvest, lot = harvests.get_harvest(conn, viewer, body.harvest_id), lots.get_lot(conn, viewer, lot_id)
    refuse_recalled(lot)
    if harvest.field_id != lot.field_id or not lots.list_shares(conn, lot_id):
        raise OtherField()
    rules.check_quantity(body.kg, harvest.left_kg)
    rules.check_days(harvest.harvested_on, lot.packed_on, lot.best_before, local_day(now))
    keep_waiting_for_lot(conn, viewer, harvest.id, harvest.field_id, harvest.harvested_on, body.waiting_reason)
    lots.add_share(conn, lot_id, harvest.id, body.kg)
    tell_harvest(conn, viewer, house, lot, Share(harvest.id, harvest.harvested_on, body.kg), now)
    detail = {"harvest": harvest.id, "kg": body.kg}
    audit_lines.insert(conn, viewer, "lot.add_harvest", f"lot:{lot_id}", detail)


@router.post("/lots/{lot_id}/pack", status_code=204)
def pack(conn: Conn, viewer: Grower, now: Now, lot_id: Id, body: PackBody) -> None:
    """The lot was packed: the day stands on labels and on the buyer's page."""
    lot = lots.get_lot(conn, viewer, lot_id)
    refuse_recalled(lot)
    at = when(conn, viewer, [lot.epc_class], body.day, lot.harvested_on, now)
    lots.update_packed_on(conn, lot_id, local_day(at))
    events.insert_event(conn, viewer, lot_id, lot_events.packed(lot, at), now)
    audit_lines.insert(conn, viewer, "lot.pack", f"lot:{lot_id}", {"day": local_day(at).isoformat()})


@router.post("/lot-changes", status_code=201)
def change(conn: Conn, viewer: OfficeWriter, house: TheHouse, now: Now, body: ChangeBody) -> list[Lot]:
    """Lots merged, split or worked up into new ones; the new lots. Raises WrongChange, MoreOutThanIn and what `choose` says."""
    parties.require_party(conn, viewer, body.producer_id)
    chosen = choose(conn, viewer, GoodsBody(parts=body.inputs, unit_ids=[]))
    parts = list(chosen.parts)
    product = products.get_product(conn, viewer, body.product_id or parts[0][0].product_id)
    inputs = [Weighed(lot.product_id, kg) for lot, kg in parts]
    check_change(body.kind, inputs, [Weighed(product.id, output.kg) for output in body.outputs])
    at = when(conn, viewer, chosen.epcs, body.day, chosen.begun_on, now)
    made = [new_lot(conn, viewer, house, body, output, parts, product, at, now) for output in body.outputs]
    goods = [Goods(lot.epc_class, lot.quantity_kg) for lot in made]
    event = chain_events.changed(chosen.goods, goods, at, party(house, body.producer_id))
    epcis_events.insert_event(conn, viewer, event, now)
    detail = {"kind": body.kind, "from": ", ".join(lot.number for lot, _ in parts)}
    audit_lines.insert(conn, viewer, "lot.change", f"lot:{made[0].id}", detail)
    return made


def new_lot(
    conn: store.Connection,
    viewer: Viewer,
    house: House,
    body: ChangeBody,
    output: OutputBody,
    parts: list[tuple[Lot, float]],
    product: Product,
    at: datetime,
    now: datetime,
) -> Lot:
    """One of the lots that come out, under the harvest that is the oldest of those that went in."""
    oldest = min((lot for lot, _ in parts), key=lambda lot: (lot.harvested_on, lot.harvest_id))
    taken = lots.list_numbers(conn, viewer, product.id)
    number = output.number or rules.propose_number(product.name, oldest.harvested_on, taken)
    code = local.mint()
    draft = LotDraft(
        product_id=product.id,
        harvest_id=oldest.harvest_id,
        producer_id=body.producer_id,
        number=rules.check_number(number),
        code=code,
        epc_class=class_uri(product.gtin, number, code, house.settings.public_url),
        quantity_kg=output.kg,
        packed_on=local_day(at),
        best_before=good_until(body.kind, parts, product, local_day(at)),
    )
    whole = sum(each.kg for each in body.outputs)
    sources = {lot.id: kg * output.kg / whole for lot, kg in parts}
    return lots.get_lot(conn, viewer, lots.insert_derived_lot(conn, viewer, draft, sources, now))


def good_until(kind: Change, parts: list[tuple[Lot, float]], product: Product, day: date) -> date | None:
    """Of a merge or split the earliest last day of what went in: repacking makes nothing fresher."""
    if kind is Change.PROCESS:
        return rules.best_before(day, day, product.shelf_life_days)
    return min((lot.best_before for lot, _ in parts if lot.best_before), default=None)


@router.post("/sales", status_code=204)
def sell(conn: Conn, viewer: OfficeWriter, house: TheHouse, now: Now, body: SaleBody) -> None:
    """Goods sold to those who eat them. Raises what `choose` says: nothing recalled is sold."""
    parties.require_party(conn, viewer, body.seller_id)
    chosen = choose(conn, viewer, body)
    at = when(conn, viewer, chosen.epcs, body.day, chosen.begun_on, now)
    epcis_events.insert_event(conn, viewer, chain_events.sold(chosen.goods, at, party(house, body.seller_id)), now)
    audit_lines.insert(conn, viewer, "goods.sell", f"party:{body.seller_id}", {"goods": len(chosen.epcs)})


@router.post("/lots/{lot_id}/inspections", status_code=204)
def inspect(conn: Conn, viewer: OfficeWriter, house: TheHouse, now: Now, lot_id: Id, body: InspectionBody) -> None:
    """Somebody examined the lot. A recalled lot may be examined too. Raises NotEnoughLeft for the sample."""
    lot = lots.get_lot(conn, viewer, lot_id)
    parties.require_party(conn, viewer, body.inspector_id)
    by, report = party(house, body.inspector_id), paper(house, body.paper_no)
    if body.sample_kg is not None:
        chosen = choose(conn, viewer, GoodsBody(parts=[PartBody(lot_id=lot_id, kg=body.sample_kg)], unit_ids=[]))
        at = when(conn, viewer, chosen.epcs, body.day, lot.harvested_on, now)
        events.insert_event(conn, viewer, lot_id, chain_events.sampled(chosen.goods[0], at, by, report), now)
    at = when(conn, viewer, [lot.epc_class], body.day, lot.harvested_on, now)
    goods = Goods(lot.epc_class, lot.quantity_kg)
    event = chain_events.inspected(goods, at, body.conformant, by, report)
    events.insert_event(conn, viewer, lot_id, event, now)
    detail = {"conformant": body.conformant, "by": body.inspector_id}
    audit_lines.insert(conn, viewer, "lot.inspect", f"lot:{lot_id}", detail)
