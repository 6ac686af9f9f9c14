"""What a step of the chain is about: lots with an amount and crates, looked up, weighed and kept from what is recalled."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated

from pydantic import Field

from api.deps import House
from api.inputs import Body
from api.register_inputs import Kilograms, RowId
from nongso import chain, store
from nongso.lots import LotRecalled
from nongso.people import Viewer
from nongso.store import amounts, epcis_events, lots
from nongso.store.logistic_units import LogisticUnit, get_unit
from nongso.store.lots import Lot
from traceability.chain_events import Goods
from traceability.lot_links import place_uri
from traceability.trace_source import contents_of

MOST_GOODS = 200  # in one step


class PartBody(Body):
    """So much of a lot."""

    lot_id: RowId
    kg: Kilograms


class GoodsBody(Body):
    """Lots with their amounts, and whole crates or pallets."""

    parts: Annotated[list[PartBody], Field(default_factory=list, max_length=MOST_GOODS)]
    unit_ids: Annotated[list[RowId], Field(default_factory=list, max_length=MOST_GOODS)]


@dataclass(frozen=True, slots=True)
class Chosen:
    """The goods of a step as the register knows them."""

    parts: tuple[tuple[Lot, float], ...]
    units: tuple[LogisticUnit, ...]

    @property
    def goods(self) -> list[Goods]:
        return [Goods(lot.epc_class, kg) for lot, kg in self.parts] + [Goods(unit.epc) for unit in self.units]

    @property
    def epcs(self) -> list[str]:
        return [each.epc for each in self.goods]

    @property
    def begun_on(self) -> date | None:
        return max((lot.harvested_on for lot, _ in self.parts), default=None)


def choose(conn: store.Connection, viewer: Viewer, body: GoodsBody) -> Chosen:
    """The goods, each once, none of them recalled and no more of a lot than is free.

    The office's turn to append events is taken, so that two steps cannot both take the last of a lot.
    Raises NotFound, NothingNamed, LotRecalled or NotEnoughLeft.
    """
    epcis_events.lock_office(conn, viewer.office_id)
    asked: dict[int, float] = {}
    for part in body.parts:
        asked[part.lot_id] = asked.get(part.lot_id, 0) + part.kg
    parts = tuple((lots.get_lot(conn, viewer, lot_id), kg) for lot_id, kg in asked.items())
    units = tuple(get_unit(conn, viewer, unit_id) for unit_id in dict.fromkeys(body.unit_ids))
    if not parts and not units:
        raise chain.NothingNamed()
    for lot, _ in parts:
        refuse_recalled(lot)
    for unit in units:
        refuse_recalled_inside(conn, viewer, unit)
    books = amounts.list_amounts(conn, viewer, [lot.epc_class for lot, _ in parts])
    for lot, kg in parts:
        found = books.get(lot.epc_class)
        chain.check_free(lot.number, kg, found.free_kg if found else 0.0)
    return Chosen(parts, units)


def refuse_recalled(lot: Lot) -> None:
    """Raises LotRecalled: what is recalled is not packed, sent, sold or worked up."""
    if lot.recalled_at is not None:
        raise LotRecalled(number=lot.number, reason=lot.recall_reason)


def refuse_recalled_inside(conn: store.Connection, viewer: Viewer, unit: LogisticUnit) -> None:
    """Raises LotRecalled for a crate or pallet that holds something recalled, however deep."""
    inside = {stay.child.key for stay in contents_of(conn, viewer, unit.epc)}
    for lot in lots.list_by_names(conn, viewer, inside):
        refuse_recalled(lot)


def when(
    conn: store.Connection, viewer: Viewer, epcs: Sequence[str], day: date | None, begun_on: date | None, now: datetime
) -> datetime:
    """The time of the step. Raises StepInFuture or BeforeBeginning."""
    return chain.step_time(day, begun_on, amounts.find_last_seen(conn, viewer, epcs), now)


def party(house: House, party_id: int) -> str:
    """A party as a place in events."""
    return place_uri("party", party_id, house.settings.public_url)
