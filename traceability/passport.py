"""What a buyer may see of a lot: verdict, producer, place then and now, story, growing conditions, and what is still missing."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from nongso.agronomy.crop_table import CROPS
from nongso.brands import Standing, standing
from nongso.clock import local_day
from nongso.diary import Spray, decisive, waited
from nongso.lots import Datum, missing_data
from nongso.papers import Validity, validity
from nongso.store import passports
from nongso.store.certificates import Certificate, Offer
from nongso.store.connection import Connection
from nongso.store.label_scans import LabelFacts
from nongso.store.passport_facts import Facts, LotEvent
from nongso.store.passports import LotFacts, ProductFacts, UnitName
from traceability.growing import MEASURES, Growing, summarise, window
from traceability.log.event_log import DUE
from traceability.lot_way import lot_way
from traceability.origins import Origin, origins

GROWING = frozenset({"planted", "grown", "harvested"})  # steps of the field, before any lot was made of others


class Verdict(StrEnum):
    """The one thing a buyer must know first; words are `passport.verdict.<value>`. We never call goods genuine: we say who recorded them."""

    IN_BOOK = "in_book"
    RECALLED = "recalled"
    FAILED_CHECK = "failed_check"  # its last examination was not passed, and it was not recalled
    BRAND_EXPIRED = "brand_expired"
    BRAND_NOT_YET = "brand_not_yet"
    PAST_DATE = "past_date"
    NO_LOT = "no_lot"  # the product is ours, the label names no lot
    UNKNOWN = "unknown"
    MALFORMED = "malformed"
    UNIT = "unit"  # an active label of one piece
    NOT_ACTIVE = "not_active"  # issued, and nobody said yet that it is on goods
    SOLD = "sold"
    VOID = "void"
    SUSPECT = "suspect"  # seen where one label cannot be
    GHOST = "ghost"  # a serial of our product that nobody issued


@dataclass(frozen=True, slots=True)
class Place:
    """Where the goods grew: the names that stand today, and the one before with the day it ended.

    Several names today mean that the unit was split and we do not know into which part the farm fell.
    """

    now: tuple[UnitName, ...]
    before: UnitName | None = None
    changed_on: date | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the story; words are `passport.step.<kind>`. `recorded_at` is when it was put on record, None where nobody did.

    Several of a kind in a row are one, until `last_on`.
    """

    kind: str
    day: date
    recorded_at: datetime | None
    last_on: date | None = None
    times: int = 1

    @property
    def is_unknown(self) -> bool:
        return self.kind.startswith("unknown_")


@dataclass(frozen=True, slots=True)
class Waiting:
    """The spray that the harvest is judged by, whether its waiting period was kept, and why the goods stand although it was not."""

    spray: Spray
    kept: bool
    reason: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """An event of the lot in the tamper-evident log. `due_at` is when a proof was or is to be there; `is_late` when it is not."""

    event: LotEvent
    due_at: datetime
    is_late: bool


@dataclass(frozen=True, slots=True)
class Paper:
    """A certificate of the producer for these goods, with its validity today."""

    certificate: Certificate
    validity: Validity


@dataclass(frozen=True, slots=True)
class Passport:
    """Everything the page of a lot shows."""

    verdict: Verdict
    product: ProductFacts
    lot: LotFacts
    place: Place
    origins: tuple[Origin, ...]  # of a lot made of others: whom and where it came from
    steps: tuple[Step, ...]
    growing: Growing
    waiting: Waiting | None  # None where the diary holds no spray before the harvest
    missing: tuple[Datum, ...]
    papers: tuple[Paper, ...]
    offer: Offer | None
    published_at: datetime | None
    today: date
    evidence: tuple[Evidence, ...] = ()  # none where no log is kept
    unit: LabelFacts | None = None  # of a label that stands for one piece

    @property
    def failed_on(self) -> date | None:
        """The day of a lot's last examination, where it did not pass."""
        return failed_on(self.steps)

    @property
    def last_harvest_on(self) -> date:
        """A lot that was merged holds fruit of several days; the lot's own day is the first of them."""
        return max((origin.last_on for origin in self.origins), default=self.lot.harvested_on)


def read_growing(conn: Connection, field_id: int, harvested_on: date, crop: str) -> Growing:
    """What sensors measured at a field before a harvest, from the store."""
    days = passports.list_days(conn, field_id, tuple(MEASURES), *window(harvested_on))
    return summarise(days, harvested_on, CROPS.get(crop))


def passport_of(facts: Facts, place: Place, growing: Growing, today: date, late: tuple[bool, ...]) -> Passport:
    """The passport on a day; `late` as `overdue` gives it."""
    product, lot, told = facts.product, facts.lot, story(facts)
    return Passport(
        verdict(product, lot, told, today),
        product,
        lot,
        place,
        origins(lot.lot_id, facts.parts),
        told,
        growing,
        waiting(facts),
        missing(product, lot),
        judged(facts.certificates, today),
        facts.offer,
        facts.published_at,
        today,
        tuple(
            Evidence(event, event.recorded_at + DUE, is_late) for event, is_late in zip(facts.events, late, strict=True)
        ),
    )


def overdue(facts: Facts, now: datetime) -> tuple[bool, ...]:
    """Which of a lot's events should have a proof by now and have none."""
    return tuple(event.signed_at is None and now > event.recorded_at + DUE for event in facts.events)


def judged(certificates: Iterable[Certificate], today: date) -> tuple[Paper, ...]:
    return tuple(
        Paper(each, validity(each.valid_from, each.valid_to, each.withdrawn_on, today)) for each in certificates
    )


def waiting(facts: Facts) -> Waiting | None:
    """What the field's diary says of the last spray before the harvest."""
    harvested_on = facts.lot.harvested_on
    spray = decisive(facts.sprays, harvested_on)
    if spray is None:
        return None
    kept = waited(spray, harvested_on)
    return Waiting(spray, kept, "" if kept else facts.waiting_reason)


def read_place(conn: Connection, lot: LotFacts, today: date) -> Place:
    """The unit the farm was registered in, as it is called today and as it was called before."""
    unit = UnitName(lot.unit_name, lot.parent_name)
    if lot.unit_valid_to is not None and lot.unit_valid_to <= today:
        heirs = passports.list_heirs(conn, lot.unit_code, lot.unit_valid_from, today)
        return Place(tuple(heirs), unit, lot.unit_valid_to) if heirs else Place((unit,))
    if lot.forebear_name is None:
        return Place((unit,))
    return Place((unit,), UnitName(lot.forebear_name, lot.forebear_parent_name), lot.unit_valid_from)


def verdict(product: ProductFacts, lot: LotFacts, told: Iterable[Step], today: date) -> Verdict:
    """The gravest thing that holds today; `told` is the lot's story."""
    if is_recalled(lot):
        return Verdict.RECALLED
    if failed_on(told) is not None:
        return Verdict.FAILED_CHECK
    state = standing(product.brand_valid_from, product.brand_valid_to, today)
    if state is Standing.EXPIRED:
        return Verdict.BRAND_EXPIRED
    if state is Standing.NOT_YET:
        return Verdict.BRAND_NOT_YET
    if lot.best_before is not None and today > lot.best_before:
        return Verdict.PAST_DATE
    return Verdict.IN_BOOK


def failed_on(told: Iterable[Step]) -> date | None:
    """The day of the last examination of a story, where it was not passed."""
    examined = [step for step in told if step.kind in ("passed", "failed")]
    return (examined[-1].last_on or examined[-1].day) if examined and examined[-1].kind == "failed" else None


def is_recalled(lot: LotFacts) -> bool:
    return lot.recalled_at is not None and lot.lifted_at is None


def story(facts: Facts) -> tuple[Step, ...]:
    """From the field to whoever sold it: what the register says, then the way, then a recall."""
    way = lot_way(facts.way)
    passed = [Step(each.kind, each.day, each.recorded_at, each.last_on, each.times) for each in way]
    began = steps(facts.lot)
    field = [step for step in began if step.kind in GROWING]
    ended = [step for step in began if step.kind == "recalled"]
    made = [step for step in passed if step.kind == "made"]  # before it was packed, though both are of one day
    after = [step for step in began if step not in field and step not in ended]
    return (*field, *made, *after, *(step for step in passed if step.kind != "made"), *ended)


def steps(lot: LotFacts) -> tuple[Step, ...]:
    """What the register says, at most seven, in the order of a lot's life; a step that nobody recorded is not there."""
    found = [
        Step("planted", lot.planted_on, lot.field_created_at) if lot.planted_on else None,
        Step("grown", lot.harvested_on - timedelta(days=1), None),
        Step("harvested", lot.harvested_on, lot.harvest_recorded_at),
        Step("packed", lot.packed_on, lot.created_at) if lot.packed_on else None,
        Step("registered", local_day(lot.created_at), lot.created_at),
        Step("labelled", local_day(lot.labels_printed_at), lot.labels_printed_at) if lot.labels_printed_at else None,
        Step("recalled", local_day(lot.recalled_at), lot.recalled_at) if lot.recalled_at else None,
    ]
    return tuple(step for step in found if step is not None)


def missing(product: ProductFacts, lot: LotFacts) -> tuple[Datum, ...]:
    """Which of the ten data of Circular 02/2024/TT-BKHCN are not on record. Product, code and stages always are; a producer may have been forgotten."""
    known = {Datum.PRODUCT_NAME, Datum.TRACE_CODE, Datum.STAGES}
    given = {
        Datum.PRODUCER_NAME: lot.producer_name,
        Datum.IMAGE: product.image_digest,
        Datum.PRODUCER_ADDRESS: lot.producer_address,
        Datum.TIMES: lot.packed_on,
        Datum.STANDARDS: product.standard,
    }
    return missing_data(known | {datum for datum, value in given.items() if value})
