"""`Việc hôm nay`: at most three things to do, made of open alerts, waiting periods and stages. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from nongso.alerting.waiting import running_wait
from nongso.diary import Spray
from nongso.sentences import Sentence

MOST = 3
WAIT_SEVERITY = 1
# What an open alert asks of whoever works the field; the sentence is `task.<value>`. Alerts that only inform have none.
DEEDS = {
    "salt": "close_gate",
    "salt_rising": "store_water",
    "fresh": "take_water",
    "dry": "irrigate",
    "thirst": "irrigate",
    "soaked": "drain",
    "flood": "drain",
    "rain": "drain",
    "paddy": "pump",
    "paddy_flower": "pump",
    "pump_low": "stop_pump",
    "unseen": "check_pipes",
    "cold": "cover",
    "frost": "cover",
    "heat": "keep_water",
    "barn": "cool_barn",
    "leaf_blast": "scout",
    "sheath_blight": "scout",
    "bacterial_blight": "scout",
    "brown_spot": "scout",
    "late_blight": "scout",
    "coffee_rust": "scout",
    "foot_rot": "ditches",
    "waiting": "hold_harvest",
    "reentry": "keep_out",
    "stage": "look_at_stage",
    "silent": "check_device",
    "gateway": "check_device",
    "bad_value": "check_device",
    "battery": "change_battery",
    "valve_unknown": "shut_valve",
    "cut_off": "mend_pipe",
}


@dataclass(frozen=True, slots=True)
class Open:
    """An open alert as far as a task needs it; `text` is what it says."""

    rule: str
    severity: int
    field_id: int | None
    place: str  # the field's name, or the device's
    text: Sentence


@dataclass(frozen=True, slots=True)
class Task:
    """`place` is where; `why` what the alert says, None for a waiting period, which says all itself."""

    deed: str
    severity: int
    field_id: int | None
    place: str
    say: Sentence
    why: Sentence | None


def todays(opened: Iterable[Open], sprays: Mapping[tuple[int, str], list[Spray]], today: date) -> list[Task]:
    """The most urgent three; the same deed at the same place stands once. `sprays` are by field id and name."""
    found = [
        Task(deed, each.severity, each.field_id, each.place, Sentence(f"task.{deed}", {"rule": each.rule}), each.text)
        for each in opened
        if (deed := DEEDS.get(each.rule))
    ]
    found += [task for (field_id, name), known in sprays.items() if (task := _wait(field_id, name, known, today))]
    found.sort(key=lambda task: -task.severity)
    once = {(task.field_id, task.place, task.deed): task for task in reversed(found)}
    return sorted(once.values(), key=lambda task: (-task.severity, task.place))[:MOST]


def _wait(field_id: int, name: str, sprays: list[Spray], today: date) -> Task | None:
    spray = running_wait(sprays, today)
    if spray is None:
        return None
    values = {"days": (spray.first_day - today).days, "product": spray.product, "first": spray.first_day}
    return Task("wait", WAIT_SEVERITY, field_id, name, Sentence("task.wait", values), None)
