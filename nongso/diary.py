"""The field diary's rules: what an entry of each kind must say, and when a sprayed field may be entered and harvested again."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from uuid import UUID

from nongso.clock import LOCAL, local_day
from nongso.errors import Conflict, InvalidInput

DAY_END = time(23, 59, 59)


class Kind(StrEnum):
    SOW = "sow"
    FERTILISE = "fertilise"
    SPRAY = "spray"
    IRRIGATE = "irrigate"
    HARVEST = "harvest"
    OBSERVE = "observe"
    COST = "cost"
    VOID = "void"  # takes the place of an entry that should not be there


class Unit(StrEnum):
    KG = "kg"
    G = "g"
    L = "l"
    ML = "ml"


class Incomplete(InvalidInput):
    """The entry lacks what its kind must say; `missing` names the members, `a|b` where one of two is enough."""

    code = "diary.incomplete"


class DayInFuture(InvalidInput):
    """Nothing was done tomorrow."""

    code = "diary.day_in_future"


class HarvestNotByWeight(InvalidInput):
    code = "diary.harvest_not_by_weight"


class WrongCorrection(Conflict):
    """A correction stands for an entry of another field."""

    code = "diary.wrong_correction"


class TooEarly(Conflict):
    """A harvest before the end of a spray's waiting period (pre-harvest interval)."""

    code = "diary.too_early"


class FieldClosed(Conflict):
    """A harvest while nobody may enter the sprayed field yet."""

    code = "diary.field_closed"


@dataclass(frozen=True, slots=True)
class Draft:
    """An entry as written. `amount` is the total used on the field (for a harvest: kg taken), `at` local time."""

    client_id: UUID
    field_id: int
    kind: Kind
    day: date
    at: time | None = None
    product: str = ""
    amount: float | None = None
    unit: Unit | None = None
    waiting_days: int | None = None
    reentry_hours: float | None = None
    volume_m3: float | None = None
    minutes: float | None = None
    cost_vnd: float | None = None
    note: str = ""
    photo: bytes | None = None
    supersedes: int | None = None


REQUIRED: dict[Kind, tuple[str, ...]] = {
    Kind.SOW: ("product",),
    Kind.FERTILISE: ("product", "amount", "unit"),
    Kind.SPRAY: ("product", "amount", "unit", "waiting_days", "reentry_hours"),
    Kind.IRRIGATE: ("volume_m3|minutes",),
    Kind.HARVEST: ("amount", "unit"),
    Kind.OBSERVE: ("note|photo",),
    Kind.COST: ("cost_vnd", "note"),
    Kind.VOID: ("supersedes", "note"),
}


USES_STOCK = (Kind.SOW, Kind.FERTILISE, Kind.SPRAY)
ALWAYS = ("client_id", "field_id", "kind", "day", "at", "note", "photo", "supersedes")
TELLS: dict[Kind, tuple[str, ...]] = {
    Kind.SOW: ("product", "amount", "unit", "cost_vnd"),
    Kind.FERTILISE: ("product", "amount", "unit", "cost_vnd"),
    Kind.SPRAY: ("product", "amount", "unit", "waiting_days", "reentry_hours", "cost_vnd"),
    Kind.IRRIGATE: ("volume_m3", "minutes", "cost_vnd"),
    Kind.HARVEST: ("amount", "unit"),
    Kind.OBSERVE: (),
    Kind.COST: ("cost_vnd",),
    Kind.VOID: (),
}


def of_kind(draft: Draft) -> Draft:
    """Only what an entry of its kind tells; one form serves all kinds, and what was typed for another kind does not count."""
    told = {name: getattr(draft, name) for name in (*ALWAYS, *TELLS[draft.kind])}
    if draft.kind is Kind.HARVEST and draft.unit is None:
        told["unit"] = Unit.KG
    return Draft(**told)


def check(draft: Draft, now: datetime) -> None:
    """Raises DayInFuture, Incomplete, HarvestNotByWeight."""
    if draft.day > local_day(now):
        raise DayInFuture(day=draft.day)
    missing = [names for names in REQUIRED[draft.kind] if all(absent(draft, name) for name in names.split("|"))]
    if draft.amount is not None and draft.unit is None and "unit" not in missing:
        missing.append("unit")
    if missing:
        raise Incomplete(kind=draft.kind.value, missing=", ".join(missing))
    if draft.kind is Kind.HARVEST and draft.unit is not Unit.KG:
        raise HarvestNotByWeight()


def absent(draft: Draft, name: str) -> bool:
    return getattr(draft, name) in (None, "")


@dataclass(frozen=True, slots=True)
class Spray:
    """A spray as its entry says it. Waiting days and re-entry hours stand on the product's own label."""

    product: str
    day: date
    at: time | None
    waiting_days: int
    reentry_hours: float

    @property
    def first_day(self) -> date:
        """The first day on which a harvest keeps the waiting period: sprayed on the 1st with 7 days, from the 8th."""
        return self.day + timedelta(days=self.waiting_days)

    @property
    def open_at(self) -> datetime:
        """From when the field may be entered. A spray whose hour nobody wrote down counts from the end of its day."""
        sprayed_at = datetime.combine(self.day, self.at or DAY_END, LOCAL)
        return sprayed_at + timedelta(hours=self.reentry_hours)


def waited(spray: Spray, harvested_on: date) -> bool:
    """Whether a harvest on a day keeps the spray's waiting period. What was sprayed later does not count against it."""
    return spray.day > harvested_on or harvested_on >= spray.first_day


def decisive(sprays: Iterable[Spray], harvested_on: date) -> Spray | None:
    """The spray that a harvest is judged by: of those not waited for the one that ends last, else the last one before it."""
    before = [spray for spray in sprays if spray.day <= harvested_on]
    short = [spray for spray in before if not waited(spray, harvested_on)]
    if short:
        return max(short, key=lambda spray: spray.first_day)
    return max(before, key=lambda spray: spray.day, default=None)


def check_harvest(sprays: Iterable[Spray], harvested_on: date, now: datetime) -> None:
    """Raises TooEarly before a waiting period is over, FieldClosed where even the day's end (or now) was too early to enter."""
    known = list(sprays)
    last = decisive(known, harvested_on)
    if last is not None and not waited(last, harvested_on):
        raise too_early(last)
    latest = min(now, datetime.combine(harvested_on, DAY_END, LOCAL))
    closed = find_closed(known, latest)
    if closed is not None:
        raise FieldClosed(product=closed.product, sprayed=closed.day, until=closed.open_at)


def too_early(spray: Spray) -> TooEarly:
    """The refusal, with what a grower must know: the product, the day, and when a harvest may be."""
    return TooEarly(product=spray.product, sprayed=spray.day, days=spray.waiting_days, first=spray.first_day)


def find_closed(sprays: Iterable[Spray], at: datetime) -> Spray | None:
    """The spray that keeps a field closed at an instant, the one that opens last; None when it may be entered."""
    day = local_day(at)
    closing = [spray for spray in sprays if spray.day <= day and at < spray.open_at and spray.reentry_hours > 0]
    return max(closing, key=lambda spray: spray.open_at, default=None)
