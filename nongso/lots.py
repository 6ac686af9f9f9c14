"""Rules of a lot: its number, how much of a harvest it may hold, until when it is good, what must be known of it."""

import re
from collections.abc import Collection, Iterable
from datetime import date, timedelta
from enum import StrEnum

from nongso.errors import Conflict, InvalidInput
from nongso.text.sorting import fold

# GS1 General Specifications §3.4.1 allows AI (10) twenty characters of set 82. These are the ones that also survive an address
# unescaped; small letters would double the size of the printed code, so none is ever proposed.
NUMBER = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,19}")
HALF_GRAM_KG = 0.0005  # quantities are typed by people; sums of them are binary fractions


class BadLotNumber(InvalidInput):
    """A number that does not fit AI (10) or would not survive an address."""

    code = "lot.bad_number"


class MoreThanLeft(Conflict):
    """A lot of `asked_kg` from a harvest that has only `left_kg` left."""

    code = "lot.more_than_left"


class CropDiffers(Conflict):
    """A product of one crop from a field of another."""

    code = "lot.crop_differs"


class BeforeHarvest(Conflict):
    """A lot packed or ended before it was harvested."""

    code = "lot.before_harvest"


class PackedInFuture(InvalidInput):
    """A lot that will be packed is no lot yet."""

    code = "lot.packed_in_future"


class LotRecalled(Conflict):
    """The lot is recalled: no label of it may be printed."""

    code = "lot.recalled"


class ProducerForgotten(Conflict):
    """The producer asked to be forgotten: no new label can name one."""

    code = "lot.producer_forgotten"


class Datum(StrEnum):
    """The ten data a trace must give at least: Circular 02/2024/TT-BKHCN. Names are `lot.datum.<value>`."""

    PRODUCT_NAME = "product_name"
    IMAGE = "image"
    PRODUCER_NAME = "producer_name"
    PRODUCER_ADDRESS = "producer_address"
    STAGES = "stages"  # of production and trade
    TIMES = "times"  # of those stages
    TRACE_CODE = "trace_code"
    BRAND = "brand"  # brand, mark, symbol or serial, if any
    SHELF_LIFE = "shelf_life"  # if any
    STANDARDS = "standards"  # and technical regulations applied


IF_ANY = frozenset({Datum.BRAND, Datum.SHELF_LIFE})


def check_number(number: str) -> str:
    """`number` itself. Raises BadLotNumber."""
    if not NUMBER.fullmatch(number):
        raise BadLotNumber(number=number)
    return number


def propose_number(product: str, harvested_on: date, taken: Iterable[str]) -> str:
    """The next free `BX-261118-01`: initials of the product's first and last word, day of the harvest, count.

    `taken`: the numbers of the product's other lots.
    """
    stem = f"{initials(product)}-{harvested_on:%y%m%d}-"
    used = {number.upper() for number in taken}
    count = 1
    while f"{stem}{count:02}" in used:
        count += 1
    return f"{stem}{count:02}"


def initials(name: str) -> str:
    """`Bưởi da xanh` → `BX`; `L` where a name has no letter of the Latin alphabet."""
    words = re.findall("[a-z0-9]+", fold(name))
    ends = [words[0], words[-1]] if len(words) > 1 else words[:1]
    return "".join(word[0] for word in ends).upper() or "L"


def best_before(packed_on: date | None, harvested_on: date, shelf_life_days: int | None) -> date | None:
    """The last good day, counted from packing, or from the harvest when nothing was packed; None without a shelf life."""
    if shelf_life_days is None:
        return None
    return (packed_on or harvested_on) + timedelta(days=shelf_life_days)


def check_quantity(asked_kg: float, left_kg: float) -> None:
    """Raises MoreThanLeft."""
    if asked_kg > left_kg + HALF_GRAM_KG:
        raise MoreThanLeft(asked_kg=asked_kg, left_kg=max(0.0, left_kg))


def check_days(harvested_on: date, packed_on: date | None, good_until: date | None, today: date) -> None:
    """Raises BeforeHarvest unless harvest, packing and the last good day come in this order; PackedInFuture after `today`."""
    if packed_on is not None and packed_on > today:
        raise PackedInFuture(day=packed_on)
    days = [day for day in (harvested_on, packed_on, good_until) if day is not None]
    if days != sorted(days):
        raise BeforeHarvest(day=harvested_on)


def check_crop(product_crop: str, field_crop: str) -> None:
    """Raises CropDiffers. A ratoon is the same plant in its second year."""
    if product_crop.removesuffix("_ratoon") != field_crop.removesuffix("_ratoon"):
        raise CropDiffers(product=product_crop, field=field_crop)


def missing_data(known: Collection[Datum]) -> tuple[Datum, ...]:
    """Which of the ten data are owed and not `known`; those that are asked for only "if any" are never owed."""
    return tuple(datum for datum in Datum if datum not in known and datum not in IF_ANY)
