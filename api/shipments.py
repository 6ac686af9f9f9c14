"""Goods sent to somebody, and their arrival."""

from fastapi import APIRouter

from api.accounts import Created
from api.chain_goods import GoodsBody, choose, party, when
from api.deps import Conn, House, Now, OfficeReader, OfficeWriter, TheHouse
from api.inputs import Body, Day, Id, MaybeLine
from api.register_inputs import RowId
from nongso.errors import InvalidInput
from nongso.store import audit_lines, epcis_events, parties, shipments
from nongso.store.shipments import AlreadyReceived, Item, Shipment
from traceability import chain_events
from traceability.chain_events import Goods
from traceability.lot_links import place_uri

router = APIRouter(prefix="/api/v1", tags=["chain"])


class SentToItself(InvalidInput):
    """From and to are one party."""

    code = "shipment.to_itself"


class ShipmentBody(GoodsBody):
    """`paper_no`: the delivery note, if there is one."""

    from_id: RowId
    to_id: RowId
    paper_no: MaybeLine = ""
    day: Day | None = None


class ArrivalBody(Body):
    day: Day | None = None


@router.get("/shipments")
def list_shipments(conn: Conn, viewer: OfficeReader) -> list[Shipment]:
    """Those on the way first."""
    return shipments.list_shipments(conn, viewer)


@router.post("/shipments", status_code=201)
def create_shipment(conn: Conn, viewer: OfficeWriter, house: TheHouse, now: Now, body: ShipmentBody) -> Created:
    """Raises what `choose` says of the goods: nothing recalled is sent, and no more than there is."""
    for party_id in (body.from_id, body.to_id):
        parties.require_party(conn, viewer, party_id)
    if body.from_id == body.to_id:
        raise SentToItself()
    chosen = choose(conn, viewer, body)
    at = when(conn, viewer, chosen.epcs, body.day, chosen.begun_on, now)
    items = [Item(lot.number, lot.epc_class, kg) for lot, kg in chosen.parts]
    items += [Item(unit.code, unit.epc, None) for unit in chosen.units]
    shipment_id = shipments.insert_shipment(conn, viewer, body.from_id, body.to_id, body.paper_no, at, items)
    event = chain_events.shipped(
        chosen.goods, at, party(house, body.from_id), party(house, body.to_id), paper(house, body.paper_no)
    )
    epcis_events.insert_event(conn, viewer, event, now)
    audit_lines.insert(conn, viewer, "shipment.send", f"shipment:{shipment_id}", {"to": body.to_id})
    return Created(shipment_id)


@router.post("/shipments/{shipment_id}/receive", status_code=204)
def receive(conn: Conn, viewer: OfficeWriter, house: TheHouse, now: Now, shipment_id: Id, body: ArrivalBody) -> None:
    """What was sent has arrived, all of it. Raises AlreadyReceived."""
    sent = shipments.get_shipment(conn, viewer, shipment_id)
    if sent.received_at is not None:
        raise AlreadyReceived()
    goods = [Goods(item.epc, item.quantity_kg) for item in shipments.list_items(conn, shipment_id)]
    epcis_events.lock_office(conn, viewer.office_id)
    at = when(conn, viewer, [each.epc for each in goods], body.day, sent.shipped_at.date(), now)
    shipments.receive_shipment(conn, viewer, shipment_id, at)
    event = chain_events.received(
        goods, at, party(house, sent.from_id), party(house, sent.to_id), paper(house, sent.paper_no)
    )
    epcis_events.insert_event(conn, viewer, event, now)
    audit_lines.insert(conn, viewer, "shipment.receive", f"shipment:{shipment_id}", {"to": sent.to_id})


def paper(house: House, number: str) -> str | None:
    """A paper's number as a business transaction."""
    return place_uri("paper", number, house.settings.public_url) if number else None
