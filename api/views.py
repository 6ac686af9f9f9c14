"""What the API says of fields and alerts: the words in the reader's language beside the values they were made of."""

from dataclasses import dataclass
from datetime import date, datetime

from nongso.conditions import Conditions
from nongso.sentences import Sentence, alert_sentence, crop_name, written
from nongso.store.alerts import Alert
from nongso.tasks import Task
from nongso.text import say
from nongso.verdicts import Number, Verdict

SEASON_DAYS = 365  # an older crop is a tree: its age in days tells nothing
M2_A_HECTARE = 10_000


@dataclass(frozen=True, slots=True)
class Told:
    """A sentence and its key, for a reader and for a program."""

    key: str
    text: str


@dataclass(frozen=True, slots=True)
class NumberView:
    """A number of a card; `value` is null where nothing fresh is known, `level` stale then. `series_id` opens its chart."""

    key: str
    name: str
    value: float | None
    unit: str
    level: str
    note: str
    at: datetime | None
    series_id: int | None


@dataclass(frozen=True, slots=True)
class Card:
    """A field with its verdict. `level` is good, watch, act or stale; `at` is the oldest reading the verdict rests on.

    `about` stands beside the name: how old a season's crop is, else how large the field.
    """

    field_id: int
    farm_id: int
    farm_name: str
    name: str
    crop: str
    crop_name: str
    planted_on: date | None
    area_m2: float | None
    about: str
    level: str
    level_name: str
    say: Told
    reasons: list[Told]
    at: datetime | None
    numbers: list[NumberView]


@dataclass(frozen=True, slots=True)
class AlertView:
    """An alert; `severity` 1 to 5 are the official warning levels (Decision 18/2021/QĐ-TTg)."""

    id: int
    rule: str
    severity: int
    severity_name: str
    text: str
    field_id: int | None
    field_name: str | None
    device_id: str | None
    opened_at: datetime
    seen_at: datetime
    closed_at: datetime | None
    acknowledged_at: datetime | None
    acknowledged_by: str | None


@dataclass(frozen=True, slots=True)
class TaskView:
    """Something to do today. `why` is what the alert behind it says, empty for a waiting period."""

    key: str
    text: str
    why: str
    severity: int
    field_id: int | None
    place: str


def task_view(lang: str, task: Task) -> TaskView:
    why = written(lang, task.why) if task.why else ""
    return TaskView(task.deed, written(lang, task.say), why, task.severity, task.field_id, task.place)


def card(lang: str, field: Conditions, verdict: Verdict, today: date) -> Card:
    return Card(
        field.field_id,
        field.farm_id,
        field.farm_name,
        field.name,
        field.crop,
        crop_name(lang, field.crop),
        field.planted_on,
        field.area_m2,
        about(lang, field, today),
        verdict.level,
        say(lang, f"level.{verdict.level}"),
        told(lang, verdict.say),
        [told(lang, reason) for reason in verdict.reasons],
        verdict.at,
        [number_view(lang, number) for number in verdict.numbers],
    )


def about(lang: str, field: Conditions, today: date) -> str:
    """`lúa 62 ngày`, `0,8 ha`, or the crop where neither is known."""
    name = crop_name(lang, field.crop)
    days = (today - field.planted_on).days if field.planted_on else None
    if days is not None and 0 <= days <= SEASON_DAYS:
        return say(lang, "card.days", crop=name[:1].lower() + name[1:], days=days)
    return say(lang, "card.hectares", area=field.area_m2 / M2_A_HECTARE) if field.area_m2 else name


def told(lang: str, sentence: Sentence) -> Told:
    return Told(sentence.key, written(lang, sentence))


def number_view(lang: str, number: Number) -> NumberView:
    return NumberView(
        number.key,
        say(lang, f"number.{number.key}"),
        number.value,
        number.unit,
        number.level,
        written(lang, number.note),
        number.at,
        number.series_id,
    )


def alert_view(lang: str, alert: Alert) -> AlertView:
    return AlertView(
        alert.id,
        alert.rule,
        alert.severity,
        say(lang, f"alert.level.{alert.severity}"),
        written(lang, alert_sentence(alert.details)),
        alert.field_id,
        alert.field_name,
        alert.device_id,
        alert.opened_at,
        alert.seen_at,
        alert.closed_at,
        alert.acknowledged_at,
        alert.acknowledged_name,
    )
