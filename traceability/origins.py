"""What a merged lot consists of: every producer and place it came from, with its share by weight. Pure."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from nongso.store.passport_facts import LotPart
from nongso.store.passports import UnitName


@dataclass(frozen=True, slots=True)
class Origin:
    """A producer at a place, with the days of its harvests and its share of the lot from 0 to 1."""

    producer_name: str
    unit: UnitName
    first_on: date
    last_on: date
    share: float


def origins(lot_id: int, parts: Sequence[LotPart]) -> tuple[Origin, ...]:
    """The largest share first; none for a lot that was not made of others.

    A lot takes of each source as the source itself is made up: fruit that was once mixed stays mixed.
    """
    of: dict[int, list[LotPart]] = defaultdict(list)
    for part in parts:
        of[part.lot_id].append(part)
    shares: dict[tuple[str, UnitName], float] = defaultdict(float)
    days: dict[tuple[str, UnitName], list[date]] = defaultdict(list)
    for root, share in shares_of(lot_id, of).items():
        whole = sum(part.quantity_kg for part in of[root] if part.source_id is None)
        for part in of[root]:
            if part.harvested_on is None or part.producer_name is None or part.unit_name is None:
                continue
            who = part.producer_name, UnitName(part.unit_name, part.parent_name)
            shares[who] += share * part.quantity_kg / whole
            days[who].append(part.harvested_on)
    found = [
        Origin(name, unit, min(days[name, unit]), max(days[name, unit]), share)
        for (name, unit), share in shares.items()
    ]
    return tuple(sorted(found, key=lambda origin: (-origin.share, origin.first_on, origin.producer_name)))


def shares_of(lot_id: int, of: dict[int, list[LotPart]]) -> dict[int, float]:
    """How much of the lot each lot is that came from a field: worked off from the youngest on, so that each lot is opened once."""
    shares, roots = {lot_id: 1.0}, {}
    while shares:
        here = max(shares)  # a lot is made of older ones only, and ids count up
        share = shares.pop(here)
        sources = [part for part in of[here] if part.source_id is not None]
        if not sources:
            roots[here] = share
            continue
        whole = sum(part.quantity_kg for part in sources)
        for part in sources:
            assert part.source_id is not None
            shares[part.source_id] = shares.get(part.source_id, 0.0) + share * part.quantity_kg / whole
    return roots
