"""New farms and administrative units."""

from datetime import date

from nongso.text import say
from nongso.text.sorting import sort_key
from ui import forms, frame, states
from ui.calls.places import FarmDraft, Unit, UnitDraft, create_farm, create_unit, list_units
from ui.session import Here


def farm(here: Here) -> None:
    lang = here.lang
    name = forms.line(say(lang, "farm.name"), "farm-name")
    unit = unit_choice(here, "farm-unit")
    if (
        forms.submit(lang, say(lang, "ui.save"), "farm-save", ready=bool(name) and unit is not None)
        and unit is not None
    ):
        with states.attempt(lang):
            create_farm(here.door, FarmDraft(name, unit.code, unit.valid_from))
            frame.done(say(lang, "farm.saved", name=name))


def unit(here: Here) -> None:
    """A unit as its act names it; a code alone never names one, so the day it stands from belongs to it."""
    lang = here.lang
    code = forms.line(say(lang, "unit.code"), "unit-code")
    name = forms.line(say(lang, "unit.name"), "unit-name")
    kind = forms.line(say(lang, "unit.kind"), "unit-kind")
    since = forms.day(say(lang, "unit.since"), "unit-since")
    act = forms.line(forms.optional(lang, say(lang, "unit.act")), "unit-act")
    ready = all((code, name, kind, since))
    if forms.submit(lang, say(lang, "ui.save"), "unit-save", ready=ready) and since is not None:
        with states.attempt(lang):
            create_unit(here.door, UnitDraft(code, since, name, kind, act))
            frame.done(say(lang, "unit.saved", name=name))


def unit_choice(here: Here, name: str, old: tuple[str, date] | None = None) -> Unit | None:
    """One of the units that stand today, in Vietnamese order; `old` by its code and first day."""
    units = {(unit.code, unit.valid_from): unit for unit in list_units(here.door)}
    named = {key: f"{unit.name} ({unit.code})" for key, unit in units.items()}
    ordered = dict(sorted(named.items(), key=lambda pair: sort_key(pair[1])))
    chosen = forms.choice(here.lang, say(here.lang, "unit.choose"), name, ordered, old)
    return None if chosen is None else units[chosen]
