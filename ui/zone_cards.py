"""A zone's card: what its valve is known to do, how long it still runs, what it needs, and the two buttons."""

from datetime import datetime
from html import escape

import streamlit as st

from nongso.people import Role
from nongso.rules import Level
from nongso.text import say
from nongso.text.age import ago
from nongso.text.format import clock_time, number
from ui import forms, frame, markup, states
from ui.calls import water
from ui.calls.water import StartDraft, Zone
from ui.session import Here

LEVELS = {
    "closed": Level.GOOD,
    "open": Level.WATCH,
    "opening": Level.WATCH,
    "closing": Level.WATCH,
    "unknown": Level.ACT,
}
USUAL_MIN = (10, 20, 30, 60)


def show(here: Here, zone: Zone, now: datetime) -> None:
    level = LEVELS[zone.state]
    with st.container(key=f"card-{level}-zone-{zone.id}", gap="small"):
        st.html(head(here.lang, zone, level, now))
        if here.me.role is Role.INSPECTOR:
            return
        if zone.state != "closed" and st.button(
            say(here.lang, "irrigation.stop"), key=f"stop-{zone.id}", type="primary", width="stretch"
        ):
            with states.attempt(here.lang):
                water.stop(here.door, zone.id)
                frame.done(say(here.lang, "irrigation.stop_asked"))
        if zone.state == "closed" and zone.mode != "advise":
            start_form(here, zone)


def head(lang: str, zone: Zone, level: Level, now: datetime) -> str:
    """Sign, zone and age; the state as the sentence; the countdown, the advice and what stands before the valve under it."""
    heard = (
        say(lang, "irrigation.heard", age=ago(lang, now - zone.heard_at))
        if zone.heard_at
        else say(lang, "irrigation.never_heard")
    )
    lines = [
        countdown(lang, zone, now),
        heard,
        say(lang, "irrigation.go_look") if zone.state == "unknown" else "",
        zone.advice if zone.state == "closed" and not zone.against else "",
        " · ".join(zone.before),
    ]
    why = "".join(f"<p class='ns-why'>{escape(line)}</p>" for line in lines if line)
    return (
        f'<div class="ns-top">{markup.sign(level)}<span><b>{escape(zone.name)}</b>{escape(zone.field_name)}</span>'
        f'<span class="ns-age">{escape(zone.mode_name)}</span></div>'
        f'<h2 class="ns-say">{escape(zone.state_name)}</h2>{why}'
    )


def countdown(lang: str, zone: Zone, now: datetime) -> str:
    """Minutes and seconds left; empty unless a reading confirmed that water runs."""
    if zone.state != "open" or zone.ends_at is None:
        return ""
    left_s = max(0, round((zone.ends_at - now).total_seconds()))
    left = say(lang, "water.minutes_seconds", minutes=left_s // 60, seconds=left_s % 60)
    return (
        f"{say(lang, 'irrigation.left', left=left)} · {say(lang, 'irrigation.ends_at', time=clock_time(zone.ends_at))}"
    )


def start_form(here: Here, zone: Zone) -> None:
    """How long, what speaks against it, and where that is allowed the reason to water all the same."""
    lang = here.lang
    hard = [each for each in zone.against if each.is_hard]
    soft = [each for each in zone.against if not each.is_hard]
    for each in zone.against:
        st.html(markup.note(f"{markup.SIGNS[Level.ACT if each.is_hard else Level.WATCH]} {each.text}"))
    if hard:
        return
    minutes = chosen_minutes(here, zone)
    reason = forms.line(say(lang, "water.insist_reason"), f"insist-{zone.id}") if soft else ""
    label = say(lang, "water.insist" if soft else "water.start")
    ready = minutes is not None and (not soft or reason != "")
    if forms.submit(lang, label, f"start-{zone.id}", ready=ready, advised=not soft) and minutes:
        with states.attempt(lang):
            water.start(here.door, zone.id, StartDraft(minutes, bool(soft), reason))
            frame.done(say(lang, "irrigation.starting", minutes=minutes, zone=zone.name))


def chosen_minutes(here: Here, zone: Zone) -> float | None:
    """A tap on a usual time, or one's own typed; never beyond the zone's longest run."""
    lang = here.lang
    usual = [each for each in USUAL_MIN if each <= zone.longest_min]
    if zone.advice_minutes and zone.advice_minutes not in usual:
        usual.append(round(zone.advice_minutes))
    picked = st.pills(
        say(lang, "water.how_long"), [*sorted(usual), 0], key=forms.key(f"minutes-{zone.id}"), width="stretch",
        format_func=lambda each: say(lang, "water.minutes", n=each) if each else say(lang, "water.other"),
    )  # fmt: skip
    if picked == 0:
        return forms.quantity(
            lang,
            say(lang, "water.own", most=number(lang, zone.longest_min, 0)),
            f"own-{zone.id}",
            say(lang, "water.minute"),
        )
    return float(picked) if picked else None
