"""Alerts as lines: the official level's colour, the sentence, where and since when."""

from collections.abc import Iterable
from datetime import datetime
from html import escape

from nongso.text import say
from nongso.text.age import ago, lasting
from ui.calls.alerts import Alert


def listed(lang: str, alerts: Iterable[Alert], now: datetime) -> str:
    rows = "".join(f"<li>{row(lang, alert, now)}</li>" for alert in alerts)
    return f'<ul class="ns-list">{rows}</ul>'


def row(lang: str, alert: Alert, now: datetime) -> str:
    """`Cấp 4` on its official colour (Decision 18/2021/QĐ-TTg), the sentence, then place and age."""
    where = f"{escape(alert.field_name)} · " if alert.field_name else ""
    return (
        f'<span class="ns-level ns-lv{alert.severity}">{escape(alert.severity_name)}</span>'
        f'<div><p>{escape(alert.text)}</p><p class="ns-small">{where}{escape(since(lang, alert, now))}</p></div>'
    )


def since(lang: str, alert: Alert, now: datetime) -> str:
    if alert.closed_at is not None:
        return say(lang, "ui.alert.over", age=ago(lang, now - alert.closed_at))
    opened = say(lang, "alert.open_for", age=lasting(lang, now - alert.opened_at))
    if alert.acknowledged_at is None:
        return opened
    return f"{opened} · {say(lang, 'alert.seen_by', name=alert.acknowledged_by or '')}"
