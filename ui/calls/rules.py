"""Rules of alerts: as shipped, what the office changed, and how often one would have fired."""

from dataclasses import dataclass, field
from datetime import datetime

from ui.door import Door


@dataclass(frozen=True, slots=True)
class Limit:
    """`value` None: the place or the crop's table says; `note` is there where the number is our choice."""

    name: str
    value: float | None
    unit: str
    source: str | None
    note: str | None
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Rule:
    slug: str
    code: str
    name: str
    source: str
    note: str | None
    limits: list[Limit]
    hold_s: int
    clear_s: int


@dataclass(frozen=True, slots=True)
class Setting:
    """What the office changed for all, a crop, a stage of it or a field; None leaves a thing as shipped."""

    rule: str
    crop: str | None
    stage: str | None
    field_id: int | None
    is_on: bool | None
    limits: dict[str, float]
    set_name: str
    set_at: datetime


@dataclass(frozen=True, slots=True)
class Scope:
    """For whom a change holds; all None: for all."""

    crop: str | None = None
    stage: str | None = None
    field_id: int | None = None


@dataclass(frozen=True, slots=True)
class SettingDraft:
    crop: str | None
    stage: str | None
    field_id: int | None
    is_on: bool | None
    limits: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Fired:
    opened_at: datetime
    closed_at: datetime | None
    severity: int
    value: float | None


@dataclass(frozen=True, slots=True)
class DryRun:
    """What the rule would have done at a field over the last days; `text` says it."""

    times: int
    days: int
    text: str
    fired: list[Fired]


def list_rules(door: Door) -> list[Rule]:
    return door.get("/api/v1/rules", list[Rule])


def list_settings(door: Door) -> list[Setting]:
    return door.get("/api/v1/rule-settings", list[Setting])


def put_setting(door: Door, slug: str, draft: SettingDraft) -> None:
    door.do("PUT", f"/api/v1/rules/{slug}/setting", draft)


def delete_setting(door: Door, setting: Setting) -> None:
    """Back to what is shipped."""
    named = {"crop": setting.crop, "stage": setting.stage, "field_id": setting.field_id}
    door.do(
        "DELETE",
        f"/api/v1/rules/{setting.rule}/setting",
        **{name: value for name, value in named.items() if value is not None},
    )


def try_out(door: Door, slug: str, field_id: int, limits: dict[str, float]) -> DryRun:
    """Over the last 30 days, with these limits instead of those that hold."""
    pairs = [f"{name}:{value}" for name, value in limits.items()]
    return door.get(f"/api/v1/rules/{slug}/dry-run", DryRun, field_id=field_id, limit=pairs)
