"""What a recall reaches: everything that was made of the faulty goods or held them, and everybody who got or supplied it.

Down from the goods through transformations and into containers, there only while they were inside. Where nobody said how much was taken
out of a container, or how much is in it, goods count as reached: a recall may reach too far, never too short.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from traceability.story import END, Known, Part, Step, contents
from traceability.trace import COMING, LEAVING, Walk, go_down, go_up, within

ENDLESS = 1_000_000_000  # no depth is too deep here
KILOGRAM = "KGM"
OWNERS = ("owning_party", "possessing_party", "location")  # whom an event names, the first that is there


@dataclass(frozen=True, slots=True)
class Sent:
    """Affected goods that left for somebody; a party is None where the event does not say. `kg` is None where nobody weighed."""

    key: str
    step: str
    at: datetime
    source: str | None
    destination: str | None
    kg: float | None


@dataclass(frozen=True, slots=True)
class Reach:
    """`things`: all that is affected, the seeds first; `sources`: what the seeds were made of, themselves too."""

    seeds: tuple[str, ...]
    things: tuple[str, ...]
    classes: frozenset[str]  # of them, goods by weight or count
    sources: tuple[str, ...]
    sent: tuple[Sent, ...]
    suppliers: tuple[str, ...]  # parties that sent the sources to us

    @property
    def receivers(self) -> dict[str, float | None]:
        """What reached each party and was not sent on, in kg; None where some of it was not weighed."""
        came, unknown = self.weighed("destination")
        went, _ = self.weighed("source")
        return {party: None if party in unknown else max(0.0, kg - went.get(party, 0.0)) for party, kg in came.items()}

    def weighed(self, side: str) -> tuple[dict[str, float], set[str]]:
        """Kilograms by party on a side, and the parties of whom some is not known.

        One journey may be told by several steps (shipping, departing, receiving): of each thing the step that tells most counts.
        """
        sums: dict[tuple[str, str], dict[str, float]] = defaultdict(lambda: defaultdict(float))
        silent: set[tuple[str, str]] = set()
        for each in self.sent:
            party = each.destination if side == "destination" else each.source
            if party is None:
                continue
            sums[party, each.key][each.step] += each.kg or 0.0
            if each.kg is None:
                silent.add((party, each.key))
        total: dict[str, float] = defaultdict(float)
        for (party, _), by_step in sums.items():
            total[party] += max(by_step.values())
        return total, {party for party, key in silent if not any(sums[party, key].values())}

    def goods_of(self, party: str) -> tuple[str, ...]:
        """What a party got."""
        return tuple(dict.fromkeys(each.key for each in self.sent if each.destination == party))


Parties = Mapping[str, Sequence[tuple[str, str]]]  # event id → (`source_owning_party`, party) …


def source_keys(seeds: Iterable[str], steps: Iterable[Step]) -> tuple[str, ...]:
    """The seeds and all they were made of."""
    walk = Walk(Known(steps), ENDLESS)
    go_up(walk, seeds, END)
    return tuple(walk.distances)


def reach(
    seeds: Sequence[str], begin: Sequence[str], sources: Sequence[str], steps: Iterable[Step], parties: Parties
) -> Reach:
    """All that hangs together down from `begin`. `steps`: at least all that name one of it; `sources` as `source_keys` gave them."""
    known = Known(steps)
    walk = Walk(known, ENDLESS)
    go_down(walk, begin)
    found = tuple(dict.fromkeys((*seeds, *sorted(walk.distances, key=lambda key: (walk.distances[key], key)))))
    sent = tuple(
        Sent(key, step.biz_step or "", step.at, party_of(parties, step, "source"), receiver(parties, step), kg)
        for key in found
        for step, kg in journeys(known, walk, key, frozenset(found))
    )
    classes = frozenset(key for key in found if any(part.is_class for _, part in known.of(key)))
    return Reach(tuple(seeds), found, classes, tuple(sources), sent, tuple(suppliers(known, sources, parties)))


def journeys(known: Known, walk: Walk, key: str, affected: frozenset[str]) -> Iterator[tuple[Step, float | None]]:
    """When a thing left or came while it was affected, with the affected kilograms."""
    for step, part in known.of(key):
        if part.role == "epc" and step.biz_step in LEAVING | COMING and within(step, walk.windows[key]):
            yield step, weight(known, part, step, affected)


def weight(known: Known, part: Part, step: Step, affected: frozenset[str]) -> float | None:
    """Kilograms of a part, or of the affected goods inside a container at that time."""
    if part.is_class:
        return part.quantity if part.uom == KILOGRAM else None
    inside = [
        stay
        for stay in contents(known, part.key)
        if stay.step.at <= step.at < stay.until and stay.child.key in affected
    ]
    parts = [weight(known, stay.child, step, affected) for stay in inside]
    weighed = [kg for kg in parts if kg is not None]
    return sum(weighed) if parts and len(weighed) == len(parts) else None


def suppliers(known: Known, sources: Iterable[str], parties: Parties) -> Iterator[str]:
    """Whoever sent one of the sources, each once."""
    found: dict[str, None] = {}
    for key in sources:
        for step, part in known.of(key):
            if part.role == "epc" and step.biz_step in COMING | LEAVING:
                sender = party_of(parties, step, "source")
                if sender is not None:
                    found[sender] = None
    yield from found


def receiver(parties: Parties, step: Step) -> str | None:
    """Whom goods went to; where an arrival names nobody, the place it was at."""
    named = party_of(parties, step, "destination")
    return step.place if named is None and step.biz_step in COMING else named


def party_of(parties: Parties, step: Step, side: str) -> str | None:
    """The party on a side of an event: the owner, else whoever holds it, else the place."""
    named = dict(parties.get(step.event_id, ()))
    return next((named[f"{side}_{kind}"] for kind in OWNERS if f"{side}_{kind}" in named), None)
