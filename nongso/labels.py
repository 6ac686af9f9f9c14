"""Rules of labels with serials of their own: what may become of one, how many a lot can use, whether the books of a batch agree."""

import math
from dataclasses import dataclass
from enum import StrEnum

from nongso.errors import Conflict, InvalidInput

SPARE = 0.02  # of a lot's labels: what a printer and wet hands spoil


class LabelState(StrEnum):
    """Names are `label.state.<value>`."""

    ALLOCATED = "allocated"  # the serial exists, the paper does not
    PRINTED = "printed"
    ACTIVE = "active"  # somebody said that it is on the goods
    SOLD = "sold"
    VOID = "void"  # spoiled, lost, taken back
    SUSPECT = "suspect"  # seen where one label cannot be


MAY_BECOME: dict[LabelState, frozenset[LabelState]] = {
    LabelState.ALLOCATED: frozenset({LabelState.PRINTED, LabelState.VOID}),
    LabelState.PRINTED: frozenset({LabelState.ACTIVE, LabelState.VOID}),
    LabelState.ACTIVE: frozenset({LabelState.SOLD, LabelState.VOID, LabelState.SUSPECT}),
    LabelState.SOLD: frozenset({LabelState.SUSPECT, LabelState.VOID}),
    LabelState.SUSPECT: frozenset({LabelState.VOID}),  # only a case that is closed gives trust back
    LabelState.VOID: frozenset(),
}


class OverBudget(Conflict):
    """More labels than the lot's weight can use; an officer may say why."""

    code = "label.over_budget"


class NothingToChange(Conflict):
    """No label of those named may become `state`."""

    code = "label.nothing_to_change"


class LotIncomplete(Conflict):
    """Some of the ten data of Circular 02/2024/TT-BKHCN, a step of the chain or a paper is missing; an officer may say why the goods go out."""

    code = "label.lot_incomplete"


class OtherProduct(InvalidInput):
    """A label carries its product's number: it can be moved to another lot of the same product only."""

    code = "label.other_product"


@dataclass(frozen=True, slots=True)
class Tally:
    """How many labels of a batch are in which state."""

    allocated: int
    printed: int
    active: int
    sold: int
    void: int
    suspect: int


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """printed = active + suspect + sold + void + unused; `missing` is what the book calls unused and nobody found on the shelf.

    None while nobody counted; less than nothing when more was found than there should be.
    """

    printed: int
    active: int
    suspect: int
    sold: int
    void: int
    unused: int
    counted: int | None
    missing: int | None
    balances: bool


def sources_of(state: LabelState) -> tuple[str, ...]:
    """The states from which a label may become `state`."""
    return tuple(source for source, targets in MAY_BECOME.items() if state in targets)


def budget(lot_kg: float, net_kg: float | None) -> int | None:
    """How many labels a lot can use: its weight by that of one piece, and two in a hundred to spare; None when that weight is unknown."""
    if net_kg is None:
        return None
    pieces = lot_kg / net_kg
    return math.ceil(pieces * (1 + SPARE) - 1e-9)


def check_budget(asked: int, issued: int, most: int | None, reason: str) -> None:
    """Raises OverBudget when `asked` labels beside those `issued` are too many and nobody said why."""
    if most is not None and issued + asked > most and not reason:
        raise OverBudget(asked=asked, left=max(0, most - issued), budget=most)


def reconcile(printed: int, tally: Tally, counted: int | None, unused_then: int | None) -> Reconciliation:
    """The books of a batch of `printed` labels. `unused_then`: what the book called unused when somebody counted `counted` of them."""
    missing = None if counted is None or unused_then is None else unused_then - counted
    accounted = tally.active + tally.suspect + tally.sold + tally.void + tally.printed
    return Reconciliation(
        printed=printed,
        active=tally.active,
        suspect=tally.suspect,
        sold=tally.sold,
        void=tally.void,
        unused=tally.printed,
        counted=counted,
        missing=missing,
        balances=printed == accounted and not missing,
    )
