"""Changing a rule: for whom, which numbers, on or off; tried over the last month before it is kept."""

from collections.abc import Mapping, Sequence
from enum import StrEnum

import streamlit as st

from nongso.agronomy.stages import Stage
from nongso.text import say
from ui import forms, frame, markup, rule_rows, states
from ui.calls import rules
from ui.calls.rules import Rule, Scope, Setting, SettingDraft
from ui.field_form import crops
from ui.session import Here


class For(StrEnum):
    ALL = "all"
    CROP = "crop"
    FIELD = "field"


def show(here: Here, shipped: Sequence[Rule], changed: Sequence[Setting], fields: Mapping[int, str]) -> None:
    lang = here.lang
    known = {rule.slug: rule for rule in shipped if rule.limits}
    slug = forms.choice(lang, say(lang, "rules.which"), "rule", {slug: rule.name for slug, rule in known.items()})
    if slug is None:
        return
    rule = known[slug]
    st.html(markup.note(rule_rows.about(rule)))
    rule_rows.changes(here, rule, [each for each in changed if each.rule == slug], fields)
    st.html(markup.section(say(lang, "rules.change_it")))
    scope = asked_scope(lang, slug, fields)
    limits = asked_limits(lang, rule)
    on = forms.pick(
        say(lang, "rules.switch"), f"rule-on-{slug}", {True: say(lang, "rules.on"), False: say(lang, "rules.off")}
    )
    if scope is None or limits is None:
        return
    try_out(here, rule, limits, fields, scope.field_id)
    ready = bool(limits) or on is not None
    if forms.submit(lang, say(lang, "rules.keep"), f"rule-keep-{slug}", ready=ready):
        with states.attempt(lang):
            rules.put_setting(here.door, slug, SettingDraft(scope.crop, scope.stage, scope.field_id, on, limits))
            frame.done(say(lang, "rules.kept", rule=rule.name))


def asked_scope(lang: str, slug: str, fields: Mapping[int, str]) -> Scope | None:
    """None until it is clear for whom."""
    whom = forms.pick(
        say(lang, "rules.for_whom"), f"rule-for-{slug}", {each: say(lang, f"rules.scope.{each}") for each in For}
    )
    if whom is For.ALL:
        return Scope()
    if whom is For.FIELD:
        field = forms.choice(lang, say(lang, "diary.field"), f"rule-field-{slug}", fields)
        return None if field is None else Scope(field_id=field)
    if whom is For.CROP:
        crop = forms.choice(lang, say(lang, "field.crop"), f"rule-crop-{slug}", crops(lang))
        stages = {str(each): say(lang, f"agronomy.stage.{each}") for each in Stage}
        stage = forms.choice(lang, forms.optional(lang, say(lang, "rules.stage")), f"rule-stage-{slug}", stages)
        return None if crop is None else Scope(crop, stage)
    return None


def asked_limits(lang: str, rule: Rule) -> dict[str, float] | None:
    """The numbers that were typed; a field left empty stays as it is. None while one cannot be read."""
    typed: dict[str, float] = {}
    sound = True
    for limit in rule.limits:
        unit = "" if limit.unit == "1" else limit.unit
        label = say(
            lang, "rules.limit", name=rule_rows.limit_name(lang, limit), now=rule_rows.shipped_value(lang, limit)
        )
        words = forms.typed(lang, label, f"rule-{rule.slug}-{limit.name}", unit)
        if words is None:
            sound = False
        elif words:
            typed[limit.name] = forms.value_of(words)
    return typed if sound else None


def try_out(here: Here, rule: Rule, limits: dict[str, float], fields: Mapping[int, str], chosen: int | None) -> None:
    """How often it would have fired at a field; nothing is kept by trying."""
    lang = here.lang
    field = chosen or forms.choice(lang, say(lang, "rules.try_at"), f"rule-try-{rule.slug}", fields)
    if (
        st.button(say(lang, "rules.try"), key=forms.key(f"rule-try-do-{rule.slug}"), width="stretch")
        and field is not None
    ):
        with states.attempt(lang):
            run = rules.try_out(here.door, rule.slug, field, limits)
            st.info(run.text)
            st.html(rule_rows.fired(lang, run))
