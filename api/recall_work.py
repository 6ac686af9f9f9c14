"""Carrying out a recall: what it reaches, in the words of the register; lots marked, parties listed, events written."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from api.deps import House
from nongso import store
from nongso.people import Viewer
from nongso.recalls import ReachChanged
from nongso.store import epcis_events, events, logistic_units, lots, parties, recall_cases, recalls
from nongso.store.lots import Lot
from nongso.store.parties import Party
from nongso.store.recall_cases import CaseDraft, NoticeDraft, RecallCase, Thing
from nongso.tokens import new_token
from traceability import chain_events, lot_events
from traceability.chain_events import Goods
from traceability.lot_links import place_uri
from traceability.recall import Reach
from traceability.trace_source import reach_of


@dataclass(frozen=True, slots=True)
class Plan:
    """What a recall would do: the dry run, and the list the real one works off."""

    lots: tuple[Lot, ...]
    seeds: frozenset[int]
    others: tuple[Thing, ...]  # crates, pallets and goods of partners
    notices: tuple[NoticeDraft, ...]

    def things(self, now: datetime) -> list[Thing]:
        own = [Thing(lot.epc_class, lot.number, lot.id, lot.id in self.seeds, True, now) for lot in self.lots]
        return [*own, *self.others]

    @property
    def digest(self) -> str:
        """SHA-256 of what would be recalled and who would be told of how much: whoever confirms a dry run says which one they saw."""
        own = [(lot.epc_class, lot.id in self.seeds) for lot in self.lots]
        told = [(each.direction, each.party, each.goods, each.sent_kg) for each in self.notices]
        seen = [sorted(own), sorted(thing.epc for thing in self.others), sorted(told, key=str)]
        return sha256(json.dumps(seen).encode()).hexdigest()


def plan(
    conn: store.Connection, viewer: Viewer, house: House, lot_ids: list[int], both_ways: bool, now: datetime
) -> Plan:
    """The closure of the lots and everybody to be told. Raises NotFound or TooWide."""
    seeds = [lots.get_lot(conn, viewer, lot_id) for lot_id in dict.fromkeys(lot_ids)]
    reach = reach_of(conn, viewer, [lot.epc_class for lot in seeds], both_ways)
    ours = {lot.epc_class: lot for lot in lots.list_lots(conn, viewer)}
    names = {unit.epc: unit.code for unit in logistic_units.list_units(conn, viewer)}
    names |= {epc: lot.number for epc, lot in ours.items()}
    affected = tuple(ours[key] for key in reach.things if key in ours)
    others = tuple(
        Thing(key, names.get(key, key), None, False, key in reach.classes, now)
        for key in reach.things
        if key not in ours
    )
    known = {
        place_uri("party", each.id, house.settings.public_url): each for each in parties.list_parties(conn, viewer)
    }
    sources = [ours[key] for key in reach.sources if key in ours]
    notices = (*down(reach, known, names), *up(reach, known, sources, house.settings.public_url))
    return Plan(affected, frozenset(lot.id for lot in seeds), others, notices)


def down(reach: Reach, known: dict[str, Party], names: dict[str, str]) -> list[NoticeDraft]:
    """Whoever got affected goods, with what they still have of it by the books."""
    return [
        notice("down", party, known, ", ".join(names.get(key, key) for key in reach.goods_of(party)), kg)
        for party, kg in reach.receivers.items()
    ]


def up(reach: Reach, known: dict[str, Party], sources: list[Lot], public_url: str) -> list[NoticeDraft]:
    """Whoever grew or supplied what the goods were made of."""
    growers = {place_uri("party", lot.producer_id, public_url): None for lot in sources}
    goods = ", ".join(dict.fromkeys(lot.number for lot in sources)) or "—"
    everybody = dict.fromkeys((*growers, *reach.suppliers))
    return [notice("up", party, known, goods, None) for party in everybody]


def notice(direction: str, party: str, known: dict[str, Party], goods: str, kg: float | None) -> NoticeDraft:
    """A party that the register does not know keeps its name in events, and somebody must find its telephone."""
    found = known.get(party)
    name, phone = (found.name, found.phone) if found else (party, "")
    return NoticeDraft(direction, party, name, phone, goods, kg)


def open_case(
    conn: store.Connection,
    viewer: Viewer,
    house: House,
    lot_ids: list[int],
    draft: CaseDraft,
    seen: str,
    now: datetime,
) -> int:
    """Recall the lots and all that hangs together with them; the case's id. One transaction: buyers read it on their next scan.

    `seen` is the digest of the dry run that is confirmed. Raises ReachChanged when the goods have gone on since.
    """
    epcis_events.lock_office(conn, viewer.office_id)
    work = plan(conn, viewer, house, lot_ids, draft.both_ways, now)
    if work.digest != seen:
        raise ReachChanged(things=len(work.lots) + len(work.others), parties=len(work.notices))
    case_id = recall_cases.insert_case(conn, viewer, draft, now)
    carry_out(conn, viewer, house, recall_cases.get_case(conn, viewer, case_id), work, now)
    return case_id


def extend(conn: store.Connection, viewer: Viewer, house: House, case: RecallCase, now: datetime) -> int:
    """Reach what came to light since; how many things are new."""
    epcis_events.lock_office(conn, viewer.office_id)
    before = recall_cases.list_things(conn, case.id)
    seeds = [thing.lot_id for thing in before if thing.seed and thing.lot_id is not None]
    work = plan(conn, viewer, house, seeds, case.both_ways, now)
    return carry_out(conn, viewer, house, case, work, now)


def carry_out(conn: store.Connection, viewer: Viewer, house: House, case: RecallCase, work: Plan, now: datetime) -> int:
    """Everything of the plan that the case does not hold yet."""
    held = {thing.epc for thing in recall_cases.list_things(conn, case.id)}
    fresh = [thing for thing in work.things(now) if thing.epc not in held]
    for thing in fresh:
        recall_cases.insert_thing(conn, case.id, thing)
    own = {lot.epc_class: lot for lot in work.lots}
    address = place_uri("recall", case.id, house.settings.public_url)
    if case.drill:
        if fresh:
            epcis_events.append_event(conn, viewer, chain_events.noted(goods_of(fresh), now, address), now)
    else:
        for thing in fresh:
            if thing.epc in own:
                mark(conn, viewer, own[thing.epc], case, address, now)
    for draft in work.notices:
        recall_cases.upsert_notice(conn, case.id, draft, new_token("r-"))
    return len(fresh)


def mark(conn: store.Connection, viewer: Viewer, lot: Lot, case: RecallCase, address: str, now: datetime) -> None:
    """The lot is recalled for everybody; one that is recalled already stays so."""
    if lot.recalled_at is None:
        recalls.insert_recall(conn, viewer, lot.id, case.reason, now, case.id)
    events.insert_event(conn, viewer, lot.id, lot_events.recalled(lot, now, address), now)


def goods_of(things: Iterable[Thing]) -> list[Goods]:
    """For events about all of them, whatever they weigh."""
    return [Goods(thing.epc, weighed=not thing.is_class) for thing in things]
