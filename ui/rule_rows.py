"""Rules as a table: what each watches for, its numbers with their sources, and what the office changed."""

from collections.abc import Mapping, Sequence
from html import escape

import streamlit as st

from nongso.rules import Level
from nongso.sentences import crop_name
from nongso.text import find, say
from nongso.text.age import ago
from nongso.text.format import moment, number
from ui import frame, markup, states
from ui.calls import rules
from ui.calls.rules import Limit, Rule, Setting
from ui.session import Here


def listed(lang: str, shipped: Sequence[Rule], changed: Sequence[Setting]) -> str:
    rows = [row(lang, rule, [each for each in changed if each.rule == rule.slug]) for rule in shipped]
    heads = [say(lang, f"rules.column.{name}") for name in ("rule", "limits", "state")]
    return markup.table(heads, rows, say(lang, "page.rules"))


def row(lang: str, rule: Rule, changed: Sequence[Setting]) -> list[str]:
    source = about(rule)
    name = f"<span><b>{escape(rule.name)}</b><br><span class='ns-small'>{escape(source)}</span></span>"
    numbers = "<br>".join(escape(f"{limit_name(lang, limit)}: {shipped_value(lang, limit)}") for limit in rule.limits)
    return [name, f"<span class='ns-small'>{numbers or '—'}</span>", state(lang, changed)]


def about(rule: Rule) -> str:
    """Whose numbers they are, and what the rule cannot do now."""
    return " · ".join(part for part in (rule.source, rule.note) if part)


def state(lang: str, changed: Sequence[Setting]) -> str:
    if any(each.is_on is False and each.crop is None and each.field_id is None for each in changed):
        return markup.tag(Level.STALE, say(lang, "rules.off"))
    if changed:
        return markup.tag(Level.WATCH, say(lang, "rules.changed", n=len(changed)))
    return markup.tag(Level.GOOD, say(lang, "rules.shipped"))


def limit_name(lang: str, limit: Limit) -> str:
    return find(lang, f"rule.limit.{limit.name}") or limit.name


def shipped_value(lang: str, limit: Limit) -> str:
    """`2 g/L`; a pure number has no unit of its own."""
    if limit.value is None:
        return say(lang, "rules.by_crop")
    return f"{number(lang, limit.value)} {'' if limit.unit == '1' else limit.unit}".strip()


def changes(here: Here, rule: Rule, changed: Sequence[Setting], fields: Mapping[int, str]) -> None:
    """What the office changed of a rule, each with the way back to what is shipped."""
    lang = here.lang
    for at, setting in enumerate(changed):
        with st.container(key=f"panel-setting-{rule.slug}-{at}", gap="small"):
            who = f"{setting.set_name} · {ago(lang, here.now - setting.set_at)}"
            st.html(
                f"<p class='ns-reason'>{escape(scope(lang, setting, fields))}</p>"
                f"<p class='ns-line'>{escape(told(lang, rule, setting))}</p><p class='ns-small'>{escape(who)}</p>"
            )
            if st.button(say(lang, "rules.reset"), key=f"reset-{rule.slug}-{at}", width="stretch"):
                with states.attempt(lang):
                    rules.delete_setting(here.door, setting)
                    frame.done(say(lang, "rules.was_reset", rule=rule.name))


def scope(lang: str, setting: Setting, fields: Mapping[int, str]) -> str:
    if setting.field_id is not None:
        return fields.get(setting.field_id, str(setting.field_id))
    if setting.crop is None:
        return say(lang, "rules.scope.all")
    stage = say(lang, f"agronomy.stage.{setting.stage}") if setting.stage else ""
    return " · ".join(part for part in (crop_name(lang, setting.crop), stage) if part)


def told(lang: str, rule: Rule, setting: Setting) -> str:
    known = {limit.name: limit for limit in rule.limits}
    switch = "" if setting.is_on is None else say(lang, "rules.on" if setting.is_on else "rules.off")
    numbers = [
        f"{limit_name(lang, known[name])}: {number(lang, value)} {known[name].unit}"
        for name, value in setting.limits.items()
        if name in known
    ]
    return " · ".join(part for part in (switch, *numbers) if part)


def fired(lang: str, run: rules.DryRun) -> str:
    """When it would have fired, the newest first."""
    rows = [
        (escape(moment(lang, each.opened_at)), escape(say(lang, f"alert.level.{each.severity}")))
        for each in reversed(run.fired)
    ]
    return markup.table([say(lang, "chart.when"), say(lang, "rules.column.level")], rows, run.text) if rows else ""
