"""The trace graph over HTTP: from any thing up to its origin and down to whoever has it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query

from api.deps import Conn, Lang, OfficeReader, TheHouse
from api.inputs import Instant
from nongso import store
from nongso.errors import InvalidInput, NotFound
from nongso.people import Viewer
from nongso.store import lots
from nongso.store.parties import list_parties
from nongso.store.places import list_farms, list_fields
from nongso.text import say
from traceability.balance import ThingBalance, mass_balance
from traceability.epcis.facts import canonical
from traceability.epcis.vocabulary import BIZ_STEP, DISPOSITION
from traceability.gs1.link import parse
from traceability.lot_links import place_uri
from traceability.story import Step
from traceability.trace import Direction, Edge, GapKind, Thing, Trace
from traceability.trace_source import trace_of

router = APIRouter(prefix="/api/v1", tags=["trace"])

DEEPEST = 200


@dataclass(frozen=True, slots=True)
class StepView:
    """An event; step and disposition as bare words where they are the standard's, `place_name` of a party, farm or field of ours."""

    event_id: str
    at: datetime
    event_type: str
    action: str | None
    biz_step: str | None
    disposition: str | None
    place: str | None
    place_name: str | None


@dataclass(frozen=True, slots=True)
class GapView:
    """A step that nobody reported, in the reader's words; `after` and `before` are event ids."""

    thing: str
    kind: GapKind
    text: str
    after: str | None
    before: str | None


@dataclass(frozen=True, slots=True)
class Totals:
    """How much the whole graph holds, however little of it was asked for."""

    things: int
    steps: int
    edges: int
    gaps: int


@dataclass(frozen=True, slots=True)
class TraceView:
    key: str
    direction: Direction
    as_of: datetime | None
    complete: bool
    totals: Totals
    things: tuple[Thing, ...]
    steps: list[StepView]
    edges: tuple[Edge, ...]
    gaps: list[GapView]


@router.get("/trace")
def get_trace(
    conn: Conn,
    viewer: OfficeReader,
    house: TheHouse,
    lang: Lang,
    key: Annotated[str, Query(min_length=1, max_length=500)],
    direction: Direction = Direction.BOTH,
    as_of: Instant | None = None,
    depth: Annotated[int, Query(ge=1, le=DEEPEST)] = 50,
    nearest: Annotated[int | None, Query(ge=1)] = None,
) -> TraceView:
    """The graph around a thing or lot, given as GS1 Digital Link, EPC URN or the address of a lot of ours.

    With `as_of` only what had happened by then; with `nearest` only so many things and what belongs to them, while `totals` tells of all.
    Amounts are in the events' own units and never added across units.
    """
    found = trace_of(conn, viewer, name_of(conn, viewer, key), direction, as_of, depth)
    if not found.steps:
        raise NotFound()
    totals = Totals(len(found.things), len(found.steps), len(found.edges), len(found.gaps))
    shown = found if nearest is None else closest(found, nearest)
    gaps = [
        GapView(gap.thing, gap.kind, say(lang, f"trace.gap.{gap.kind}"), gap.after, gap.before) for gap in shown.gaps
    ]
    names = place_names(conn, viewer, house.settings.public_url, shown.steps)
    steps = [step_view(step, names) for step in shown.steps]
    return TraceView(found.key, direction, as_of, found.complete, totals, shown.things, steps, shown.edges, gaps)


def name_of(conn: store.Connection, viewer: Viewer, key: str) -> str:
    """What events call a thing. A lot of ours keeps the name it was made with, also when its product got a GTIN later (docs/decisions/0340)."""
    name = canonical(key.strip())
    try:
        values = {each.ai: each.value for each in parse(name).path}
    except InvalidInput:
        return name
    if values.keys() != {"01", "10"}:
        return name
    return lots.find_name(conn, viewer, values["01"], values["10"]) or name


@dataclass(frozen=True, slots=True)
class StepBalanceView:
    """A transformation by weight; `lost` below zero where more came out than went in."""

    event_id: str
    at: datetime
    uom: str | None
    put_in: float
    came_out: float
    lost: float


@dataclass(frozen=True, slots=True)
class BalanceView:
    """`unweighed`: transformations of which one side was not weighed, or in another unit."""

    key: str
    complete: bool
    things: tuple[ThingBalance, ...]
    steps: list[StepBalanceView]
    unweighed: int


@router.get("/trace/{key:path}/balance")
def get_balance(conn: Conn, viewer: OfficeReader, key: str, as_of: Instant | None = None) -> BalanceView:
    """Made, used and left of a thing, of all it came from and of all that was made of it; what each transformation lost."""
    found = trace_of(conn, viewer, name_of(conn, viewer, key), Direction.BOTH, as_of, DEEPEST)
    if not found.steps:
        raise NotFound()
    books = mass_balance(found)
    steps = [
        StepBalanceView(line.event_id, line.at, line.uom, line.put_in, line.came_out, line.lost) for line in books.steps
    ]
    return BalanceView(found.key, found.complete, books.things, steps, books.unweighed)


def closest(found: Trace, most: int) -> Trace:
    """The graph of its first things, which are the nearest."""
    things = found.things[:most]
    keys = {thing.key for thing in things}
    told = {event_id for thing in things for event_id in thing.event_ids}
    return replace(
        found,
        things=things,
        steps=tuple(step for step in found.steps if step.event_id in told),
        edges=tuple(edge for edge in found.edges if edge.thing in keys),
        gaps=tuple(gap for gap in found.gaps if gap.thing in keys),
    )


def place_names(conn: store.Connection, viewer: Viewer, public_url: str, steps: Sequence[Step]) -> dict[str, str]:
    """What the office calls the places of steps; those of partners with addresses of their own have no name here."""
    kinds = {"party": list_parties, "farm": list_farms, "field": list_fields}
    named = {step.place for step in steps if step.place}
    found: dict[str, str] = {}
    for kind, list_rows in kinds.items():
        if any(place.startswith(place_uri(kind, "", public_url)) for place in named):
            found |= {place_uri(kind, row.id, public_url): row.name for row in list_rows(conn, viewer)}
    return found


def step_view(step: Step, names: Mapping[str, str]) -> StepView:
    return StepView(
        step.event_id,
        step.at,
        step.event_type,
        step.action,
        BIZ_STEP.shorten(step.biz_step) if step.biz_step else None,
        DISPOSITION.shorten(step.disposition) if step.disposition else None,
        step.place,
        names.get(step.place or ""),
    )
