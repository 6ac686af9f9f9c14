"""A planting-area or packing code: a new one, or one that is known."""

from nongso.papers import CodeKind, CodeStatus
from nongso.text import say
from ui import forms, frame, states
from ui.calls import papers
from ui.calls.brands import list_parties
from ui.calls.fields import list_fields
from ui.calls.papers import Code, CodeDraft
from ui.field_form import crops
from ui.session import Here

KG_A_TON = 1000


def change(here: Here) -> None:
    known = {view.code.id: view.code for view in papers.list_codes(here.door)}
    named = {number: code.code for number, code in known.items()}
    chosen = forms.choice(here.lang, say(here.lang, "codes.which"), "code-chosen", named)
    if chosen is not None:
        show(here, known[chosen])


def show(here: Here, old: Code | None = None) -> None:
    lang, mine = here.lang, f"code-{old.id}" if old else "code"
    code = forms.line(say(lang, "codes.code"), f"{mine}-code", old.code if old else "")
    kinds = {kind: say(lang, f"planting.kind.{kind}") for kind in CodeKind}
    kind = forms.choice(lang, say(lang, "codes.kind"), f"{mine}-kind", kinds, old.kind if old else None)
    parties = {party.id: party.name for party in list_parties(here.door)}
    holder = forms.choice(lang, say(lang, "codes.holder"), f"{mine}-holder", parties, old.holder_id if old else None)
    market = forms.line(say(lang, "codes.market"), f"{mine}-market", old.market if old else "").upper()
    crop = forms.choice(lang, say(lang, "field.crop"), f"{mine}-crop", crops(lang), old.crop if old else None)
    area, ceiling = weights(lang, mine, old) if kind is CodeKind.AREA else (None, None)
    fields = {field.id: f"{field.name} · {field.farm_name}" for field in list_fields(here.door)}
    under = forms.choices(lang, say(lang, "codes.fields"), f"{mine}-fields", fields, old.fields if old else [])
    statuses = {status: say(lang, f"planting.status.{status}") for status in CodeStatus}
    begun = old.status if old else CodeStatus.ACTIVE
    status = forms.choice(lang, say(lang, "codes.status"), f"{mine}-status", statuses, begun)
    since = forms.day(forms.optional(lang, say(lang, "codes.since")), f"{mine}-since", old.valid_from if old else None)
    until = forms.day(forms.optional(lang, say(lang, "codes.until")), f"{mine}-until", old.valid_to if old else None)
    ready = bool(code and kind and holder and market and crop and status) and (
        kind is not CodeKind.AREA or bool(area and ceiling)
    )
    if not (forms.submit(lang, say(lang, "ui.save"), f"{mine}-save", ready=ready) and kind and holder and crop):
        return
    draft = CodeDraft(code, kind, holder, market, crop, area, ceiling, status or CodeStatus.ACTIVE, since, until, under)
    with states.attempt(lang):
        if old:
            papers.update_code(here.door, old.id, draft)
        else:
            papers.create_code(here.door, draft)
        frame.done(say(lang, "codes.saved", code=code))


def weights(lang: str, mine: str, old: Code | None) -> tuple[float | None, float | None]:
    """An area in m² and what a hectare of it yields at most in a year, in kg; people say the latter in tons."""
    area = forms.quantity(lang, say(lang, "codes.area"), f"{mine}-area", "m²", old.area_m2 if old else None)
    begun = old.ceiling_kg_ha / KG_A_TON if old and old.ceiling_kg_ha else None
    tons = forms.quantity(lang, say(lang, "codes.ceiling"), f"{mine}-ceiling", say(lang, "codes.tons_ha"), begun)
    return area, None if tons is None else tons * KG_A_TON
