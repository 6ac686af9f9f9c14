"""Recalls: the dry run, the case, whom to tell, what became of the goods."""

from dataclasses import dataclass
from datetime import date, datetime

from ui.door import Door


@dataclass(frozen=True, slots=True)
class Thing:
    name: str
    lot_id: int | None
    seed: bool


@dataclass(frozen=True, slots=True)
class Told:
    direction: str
    name: str
    phone: str
    goods: str
    sent_kg: float | None


@dataclass(frozen=True, slots=True)
class Reached:
    """The dry run; its `digest` says which one is confirmed."""

    digest: str
    things: list[Thing]
    notices: list[Told]
    sent_kg: float


@dataclass(frozen=True, slots=True)
class Case:
    id: int
    reason: str
    drill: bool
    opened_at: datetime
    closed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Cases:
    cases: list[Case]
    last_drill_on: date | None
    drill_due_by: date


@dataclass(frozen=True, slots=True)
class CaseDraft:
    """`found_at`: when the fault was established, from when the 24 hours run; None is now."""

    lot_ids: list[int]
    digest: str
    reason: str
    compulsory: bool
    drill: bool
    both_ways: bool
    found_at: datetime | None


@dataclass(frozen=True, slots=True)
class Notice:
    id: int
    direction: str
    name: str
    phone: str
    goods: str
    sent_kg: float | None
    told_at: datetime | None
    answered_at: datetime | None
    answered_by: str | None
    held_kg: float | None
    returned_kg: float | None
    sold_kg: float | None


@dataclass(frozen=True, slots=True)
class NoticeView:
    notice: Notice
    link: str


@dataclass(frozen=True, slots=True)
class Effect:
    sent_kg: float
    accounted_kg: float
    parties: int
    answered: int


@dataclass(frozen=True, slots=True)
class CaseView:
    case: Case
    due_at: datetime
    things: list[Thing]
    notices: list[NoticeView]
    effect: Effect
    share: float | None
    undiscovered: list[str]


@dataclass(frozen=True, slots=True)
class ToldDraft:
    phone: str


@dataclass(frozen=True, slots=True)
class TreatmentDraft:
    lot_id: int
    kind: str
    kg: float


@dataclass(frozen=True, slots=True)
class CloseDraft:
    note: str


@dataclass(frozen=True, slots=True)
class Made:
    id: int


def list_cases(door: Door) -> Cases:
    return door.get("/api/v1/recall-cases", Cases)


def get_reach(door: Door, lot_ids: list[int], both_ways: bool) -> Reached:
    return door.get("/api/v1/recall-reach", Reached, lot=[str(lot_id) for lot_id in lot_ids], both_ways=int(both_ways))


def get_case(door: Door, case_id: int) -> CaseView:
    return door.get(f"/api/v1/recall-cases/{case_id}", CaseView)


def create_case(door: Door, draft: CaseDraft) -> int:
    return door.post("/api/v1/recall-cases", draft, Made).id


def extend(door: Door, case_id: int) -> None:
    door.do("POST", f"/api/v1/recall-cases/{case_id}/extend")


def tell(door: Door, case_id: int, notice_id: int, phone: str) -> None:
    """`phone`: the number that was called, where the register had none."""
    door.do("POST", f"/api/v1/recall-cases/{case_id}/notices/{notice_id}/told", ToldDraft(phone))


def treat(door: Door, case_id: int, draft: TreatmentDraft) -> None:
    door.do("POST", f"/api/v1/recall-cases/{case_id}/treatments", draft)


def close(door: Door, case_id: int, note: str) -> None:
    door.do("POST", f"/api/v1/recall-cases/{case_id}/close", CloseDraft(note))
