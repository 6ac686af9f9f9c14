"""Crates and pallets: what is put in and taken out, and what is inside now."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter
from pydantic import StringConstraints

from api.chain_goods import GoodsBody, choose, party, when
from api.deps import Conn, Now, OfficeReader, OfficeWriter, TheHouse
from api.inputs import Body, Day, Id
from api.register_inputs import RowId
from nongso import chain, store
from nongso.chain import UnitKind
from nongso.people import Viewer
from nongso.store import audit_lines, epcis_events, logistic_units, lots, parties
from nongso.store.logistic_units import LogisticUnit, get_unit
from traceability import chain_events
from traceability.chain_events import Goods
from traceability.sscc import unit_name
from traceability.trace_source import held

router = APIRouter(prefix="/api/v1", tags=["chain"])


class UnitBody(GoodsBody):
    """`unit_ids`: crates that go onto a pallet."""

    kind: UnitKind
    packer_id: RowId
    day: Day | None = None


class UnpackBody(Body):
    """Everything is taken out."""

    day: Day | None = None


class PrefixBody(Body):
    """A GS1 company prefix of 7 to 12 digits, from the party's own membership."""

    prefix: Annotated[str, StringConstraints(pattern=r"^[0-9]{7,12}$")]


@dataclass(frozen=True, slots=True)
class PrefixView:
    """Empty where the party has none."""

    prefix: str


@dataclass(frozen=True, slots=True)
class NewUnit:
    """`code`: an SSCC, or a short code of ours while the packer has no GS1 company prefix."""

    id: int
    code: str


@dataclass(frozen=True, slots=True)
class Content:
    """What is in a crate: a lot with its kilograms, or a thing of its own."""

    name: str
    epc: str
    kg: float | None


@dataclass(frozen=True, slots=True)
class UnitView:
    unit: LogisticUnit
    contents: list[Content]


@router.get("/logistic-units")
def list_units(conn: Conn, viewer: OfficeReader) -> list[UnitView]:
    """Newest first, each with what is in it now."""
    names = {lot.epc_class: lot.number for lot in lots.list_lots(conn, viewer)}
    known = logistic_units.list_units(conn, viewer)
    names |= {unit.epc: unit.code for unit in known}
    return [UnitView(unit, contents(conn, viewer, unit, names)) for unit in known]


@router.post("/logistic-units", status_code=201)
def create_unit(conn: Conn, viewer: OfficeWriter, house: TheHouse, now: Now, body: UnitBody) -> NewUnit:
    """A crate or pallet packed with lots and crates. Raises what `choose` says of the goods."""
    parties.require_party(conn, viewer, body.packer_id)
    chosen = choose(conn, viewer, body)
    at = when(conn, viewer, chosen.epcs, body.day, chosen.begun_on, now)
    code, epc = unit_name(logistic_units.take_serial(conn, body.packer_id), house.settings.public_url)
    unit_id = logistic_units.insert_unit(conn, viewer, body.kind, code, epc, body.packer_id, now)
    event = chain_events.put_in(epc, chosen.goods, at, party(house, body.packer_id))
    epcis_events.insert_event(conn, viewer, event, now)
    audit_lines.insert(conn, viewer, "unit.pack", f"logistic_unit:{unit_id}", {"code": code})
    return NewUnit(unit_id, code)


@router.post("/logistic-units/{unit_id}/unpack", status_code=204)
def unpack(conn: Conn, viewer: OfficeWriter, now: Now, unit_id: Id, body: UnpackBody) -> None:
    """Everything that is in it comes out. Raises NotInside for an empty one."""
    unit = get_unit(conn, viewer, unit_id)
    inside = [Goods(part.key, part.quantity) for part in held(conn, viewer, unit.epc)]
    if not inside:
        raise chain.NotInside(code=unit.code)
    at = when(conn, viewer, [unit.epc, *(each.epc for each in inside)], body.day, None, now)
    epcis_events.insert_event(conn, viewer, chain_events.taken_out(unit.epc, inside, at), now)
    audit_lines.insert(conn, viewer, "unit.unpack", f"logistic_unit:{unit_id}", {"code": unit.code})


@router.get("/parties/{party_id}/gs1-prefix")
def get_prefix(conn: Conn, viewer: OfficeReader, party_id: Id) -> PrefixView:
    return PrefixView(logistic_units.find_prefix(conn, viewer, party_id) or "")


@router.put("/parties/{party_id}/gs1-prefix", status_code=204)
def put_prefix(conn: Conn, viewer: OfficeWriter, party_id: Id, body: PrefixBody) -> None:
    """Crates packed from now on carry an SSCC that begins with it."""
    logistic_units.upsert_prefix(conn, viewer, party_id, body.prefix)
    audit_lines.insert(conn, viewer, "party.gs1_prefix", f"party:{party_id}", {"prefix": body.prefix})


def contents(conn: store.Connection, viewer: Viewer, unit: LogisticUnit, names: dict[str, str]) -> list[Content]:
    return [Content(names.get(part.key, part.key), part.key, part.quantity) for part in held(conn, viewer, unit.epc)]
