"""The forms of the chain: what, how much, when and of which lots; the API makes the event."""

from collections.abc import Callable
from datetime import date

from nongso.text import say
from ui import forms, frame, states
from ui.calls import chain
from ui.calls.brands import list_parties, list_products
from ui.calls.chain import Part
from ui.session import Here


def lots_with_amounts(here: Here, name: str, most: int = 10) -> list[Part] | None:
    """Lots and kilograms of each; None while an amount is not given."""
    lang = here.lang
    free = {
        each.lot_id: say(lang, "step.free", number=each.number, kg=each.free_kg)
        for each in chain.list_amounts(here.door)
        if each.free_kg > 0
    }
    chosen = forms.choices(lang, say(lang, "step.lots"), f"{name}-lots", free, [])[:most]
    parts = [(lot, forms.quantity(lang, free[lot], f"{name}-kg-{lot}", "kg")) for lot in chosen]
    if any(kg is None for _, kg in parts):
        return None
    return [Part(lot, kg) for lot, kg in parts if kg is not None]


def crates(here: Here, name: str) -> list[int]:
    full = {view.unit.id: view.unit.code for view in chain.list_units(here.door) if view.contents}
    return forms.choices(here.lang, say(here.lang, "step.crates"), f"{name}-units", full, []) if full else []


def party(here: Here, words: str, name: str) -> int | None:
    known = {each.id: each.name for each in list_parties(here.door)}
    return forms.choice(here.lang, say(here.lang, words), name, known)


def day(here: Here, name: str) -> date | None:
    return forms.day(say(here.lang, "step.day"), f"{name}-day", here.today)


def finish(here: Here, name: str, ready: bool, act: Callable[[], None]) -> None:
    if forms.submit(here.lang, say(here.lang, "step.save"), f"{name}-save", ready=ready):
        with states.attempt(here.lang):
            act()
            frame.done(say(here.lang, f"step.done.{name}"))


def pack(here: Here) -> None:
    known = {each.lot_id: each.number for each in chain.list_amounts(here.door)}
    lot, on = forms.choice(here.lang, say(here.lang, "step.lot"), "pack-lot", known), day(here, "pack")
    finish(here, "pack", lot is not None, lambda: chain.pack(here.door, lot or 0, chain.PackDraft(on)))


def unit(here: Here, kind: str) -> None:
    parts, units = lots_with_amounts(here, kind), crates(here, kind) if kind == "pallet" else []
    packer, on = party(here, "step.packer", f"{kind}-packer"), day(here, kind)
    ready = bool(packer and parts is not None and (parts or units))
    draft = chain.UnitDraft(kind, parts or [], units, packer or 0, on)
    finish(here, kind, ready, lambda: chain.create_unit(here.door, draft))


def send(here: Here) -> None:
    parts, units = lots_with_amounts(here, "send"), crates(here, "send")
    source, target = party(here, "step.from", "send-from"), party(here, "step.to", "send-to")
    paper = forms.line(forms.optional(here.lang, say(here.lang, "step.paper")), "send-paper")
    on = day(here, "send")
    ready = bool(source and target and parts is not None and (parts or units))
    draft = chain.ShipmentDraft(parts or [], units, source or 0, target or 0, paper, on)
    finish(here, "send", ready, lambda: chain.send(here.door, draft))


def change(here: Here, kind: str) -> None:
    """A split gives two lots at most here; more are split again."""
    lang = here.lang
    parts = lots_with_amounts(here, kind, 1 if kind == "split" else 10)
    made = [forms.quantity(lang, say(lang, "step.output", n=1), f"{kind}-out-1", "kg")]
    if kind == "split":
        label = forms.optional(lang, say(lang, "step.output", n=2))
        made.append(forms.quantity(lang, label, f"{kind}-out-2", "kg"))
    product = None
    if kind == "process":
        goods = {each.id: f"{each.name} ({each.brand_name})" for each in list_products(here.door)}
        product = forms.choice(lang, say(lang, "step.product"), "process-product", goods)
    producer, on = party(here, "step.producer", f"{kind}-producer"), day(here, kind)
    outputs = [chain.Output(kg) for kg in made if kg is not None]
    ready = bool(parts and outputs and producer and (product or kind != "process"))
    draft = chain.ChangeDraft(kind, parts or [], outputs, producer or 0, product, on)
    finish(here, kind, ready, lambda: chain.change(here.door, draft))


def sell(here: Here) -> None:
    parts = lots_with_amounts(here, "sell")
    seller, on = party(here, "step.seller", "sell-seller"), day(here, "sell")
    draft = chain.SaleDraft(parts or [], [], seller or 0, on)
    finish(here, "sell", bool(parts and seller), lambda: chain.sell(here.door, draft))


def inspect(here: Here) -> None:
    lang = here.lang
    known = {each.lot_id: each.number for each in chain.list_amounts(here.door)}
    lot = forms.choice(lang, say(lang, "step.lot"), "inspect-lot", known)
    results = {True: say(lang, "step.conformant"), False: say(lang, "step.not_conformant")}
    result = forms.choice(lang, say(lang, "step.result"), "inspect-result", results)
    by = party(here, "step.inspector", "inspect-by")
    sample = forms.quantity(lang, forms.optional(lang, say(lang, "step.sample")), "inspect-sample", "kg")
    paper = forms.line(forms.optional(lang, say(lang, "step.report")), "inspect-paper")
    on = day(here, "inspect")
    draft = chain.InspectionDraft(by or 0, bool(result), sample, paper, on)
    ready = bool(lot and by and result is not None)
    finish(here, "inspect", ready, lambda: chain.inspect(here.door, lot or 0, draft))


FORMS: dict[str, Callable[[Here], None]] = {
    "pack": pack,
    "crate": lambda here: unit(here, "crate"),
    "pallet": lambda here: unit(here, "pallet"),
    "send": send,
    "split": lambda here: change(here, "split"),
    "merge": lambda here: change(here, "merge"),
    "process": lambda here: change(here, "process"),
    "sell": sell,
    "inspect": inspect,
}
