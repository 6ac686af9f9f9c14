"""The first screen: every field the viewer sees with its verdict, and what is open."""

from dataclasses import dataclass
from datetime import date, datetime

from fastapi import APIRouter

from api.deps import Conn, Lang, Now, SignedIn
from api.views import AlertView, Card, TaskView, alert_view, card, task_view
from nongso import store, verdicts
from nongso.alerting.rule import Setting
from nongso.clock import local_day
from nongso.conditions import Conditions
from nongso.people import Viewer
from nongso.sentences import alert_sentence
from nongso.store import alerts, conditions, diary, rules
from nongso.store.alerts import Alert
from nongso.tasks import Open, todays

router = APIRouter(prefix="/api/v1", tags=["home"])
URGENCY = ("act", "watch", "stale", "good")


@dataclass(frozen=True, slots=True)
class Home:
    """`cards` in the order of urgency; `day` is the local day of `at`; `tasks` are at most three."""

    at: datetime
    day: date
    cards: list[Card]
    alerts: list[AlertView]
    tasks: list[TaskView]


@router.get("/home")
def home(conn: Conn, viewer: SignedIn, now: Now, lang: Lang) -> Home:
    """All cards and open alerts of the viewer."""
    return look(conn, viewer, now, lang)


def look(conn: store.Connection, viewer: Viewer, now: datetime, lang: str) -> Home:
    fields = conditions.list_conditions(conn, viewer, now)
    opened = [alert for alert in alerts.list_alerts(conn, viewer) if alert.closed_at is None]
    settings = rules.list_set(conn, viewer)
    cards = [judged(lang, field, settings, opened, now) for field in fields]
    cards.sort(key=lambda each: URGENCY.index(each.level))
    sprays = diary.list_running_sprays(conn, viewer, local_day(now))
    due = todays([in_short(alert) for alert in opened], sprays, local_day(now))
    return Home(
        now,
        local_day(now),
        cards,
        [alert_view(lang, alert) for alert in opened],
        [task_view(lang, task) for task in due],
    )


def in_short(alert: Alert) -> Open:
    place = alert.field_name or alert.device_name or ""
    return Open(alert.rule, alert.severity, alert.field_id, place, alert_sentence(alert.details))


def judged(lang: str, field: Conditions, settings: list[Setting], opened: list[Alert], now: datetime) -> Card:
    """The card of a field by the limits in force, in the light of the alerts that are open there."""
    open_rules = {alert.rule for alert in opened if alert.field_id == field.field_id}
    return card(lang, field, verdicts.judge(field, now, settings, open_rules), local_day(now))
