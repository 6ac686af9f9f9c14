"""Brands on a date: the kinds of mark and whether a registration is in force."""

from datetime import date
from enum import StrEnum

from nongso.errors import Conflict


class BrandKind(StrEnum):
    """What a mark says: IP Law art. 4.16 to 4.18 (marks) and 4.22 (geographical indications). Names are `brand.kind.<value>`."""

    ORDINARY = "ordinary"
    COLLECTIVE = "collective"  # of the members of the organisation that owns it
    CERTIFICATION = "certification"  # its owner certifies origin, material, method or quality
    INDICATION = "indication"  # owned by the state, use granted


class Standing(StrEnum):
    """Whether a mark may be used on a day; names are `brand.standing.<value>`."""

    IN_FORCE = "in_force"
    NOT_YET = "not_yet"
    EXPIRED = "expired"


class BrandNotYet(Conflict):
    """The brand's registration begins later; `day` is its first day."""

    code = "brand.not_yet"


class BrandExpired(Conflict):
    """The brand's registration is over; `day` was its last day."""

    code = "brand.expired"


def standing(valid_from: date | None, valid_to: date | None, day: date) -> Standing:
    """Both ends are included; an end that is not known does not bind."""
    if valid_to is not None and day > valid_to:
        return Standing.EXPIRED
    if valid_from is not None and day < valid_from:
        return Standing.NOT_YET
    return Standing.IN_FORCE


def require_in_force(brand: str, valid_from: date | None, valid_to: date | None, day: date) -> None:
    """Raises BrandExpired or BrandNotYet with the brand's name and the day that counts."""
    state = standing(valid_from, valid_to, day)
    if state is Standing.EXPIRED:
        raise BrandExpired(brand=brand, day=valid_to)
    if state is Standing.NOT_YET:
        raise BrandNotYet(brand=brand, day=valid_from)
