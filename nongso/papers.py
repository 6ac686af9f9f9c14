"""Rules of papers: whether a certificate stands on a day, and how much a planting-area code can still have yielded."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from nongso.errors import Conflict
from nongso.text.sorting import fold

M2_A_HECTARE = 10_000
NEARLY = 0.9  # of the ceiling: from here on an officer should look


class CertificateKind(StrEnum):
    VIETGAP = "vietgap"
    GLOBALGAP = "globalgap"
    ORGANIC = "organic"
    FOOD_SAFETY = "food_safety"
    TEST_RESULT = "test_result"
    OCOP = "ocop"
    OTHER = "other"


class Validity(StrEnum):
    """Computed on the day it is asked; words are `certificate.<value>`."""

    IN_FORCE = "in_force"
    NOT_YET = "not_yet"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"


# How words on goods say that somebody certified them, without marks, spaces and dots. The number of a standard alone is no such claim.
CLAIMS = {
    CertificateKind.VIETGAP: ("vietgap",),
    CertificateKind.GLOBALGAP: ("globalgap",),
    CertificateKind.ORGANIC: ("huuco", "organic"),
    CertificateKind.OCOP: ("ocop",),
}


class CertificateMissing(Conflict):
    """The words on the goods name a certificate of which none is on record."""

    code = "label.certificate_missing"


class CertificateLapsed(Conflict):
    """The words on the goods name a certificate and none on record stands today; `number` is the newest of them."""

    code = "label.certificate_lapsed"


class CodeKind(StrEnum):
    AREA = "area"
    PACKING = "packing"


class CodeStatus(StrEnum):
    ACTIVE = "active"
    SUSPENDED = "suspended"
    WITHDRAWN = "withdrawn"


class Budget(StrEnum):
    """How a code's lots of a year stand to its ceiling; words are `planting.budget.<value>`."""

    WITHIN = "within"
    NEARLY = "nearly"
    OVER = "over"  # more than grows there: somebody else's fruit goes under this code


@dataclass(frozen=True, slots=True)
class YieldBudget:
    """Area × ceiling − issued, of a calendar year."""

    ceiling_kg: float
    issued_kg: float

    @property
    def left_kg(self) -> float:
        return self.ceiling_kg - self.issued_kg

    @property
    def level(self) -> Budget:
        if self.issued_kg > self.ceiling_kg:
            return Budget.OVER
        return Budget.NEARLY if self.issued_kg >= NEARLY * self.ceiling_kg else Budget.WITHIN


def yield_budget(area_m2: float, ceiling_kg_ha: float, issued_kg: float) -> YieldBudget:
    return YieldBudget(area_m2 / M2_A_HECTARE * ceiling_kg_ha, issued_kg)


def claimed(*words: str) -> tuple[CertificateKind, ...]:
    """What the words on goods (product, brand, standard) say they are certified as."""
    plain = " ".join(re.sub("[^a-z0-9]", "", fold(each)) for each in words)
    return tuple(kind for kind, names in CLAIMS.items() if any(name in plain for name in names))


def lapsed(held: Collection[tuple[str, Validity]]) -> frozenset[str]:
    """The kinds of which a certificate is on record and none stands."""
    return frozenset(kind for kind, _ in held) - {kind for kind, state in held if state is Validity.IN_FORCE}


def validity(valid_from: date, valid_to: date | None, withdrawn_on: date | None, today: date) -> Validity:
    """Both days of validity are included; on the day of withdrawal it stands no more."""
    if withdrawn_on is not None and today >= withdrawn_on:
        return Validity.WITHDRAWN
    if today < valid_from:
        return Validity.NOT_YET
    return Validity.EXPIRED if valid_to is not None and today > valid_to else Validity.IN_FORCE
