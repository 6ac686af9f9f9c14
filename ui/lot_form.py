"""A new lot: harvest, product, producer; the API proposes the number, how much is left and the last good day."""

from nongso.text import say
from nongso.text.format import day
from ui import forms, frame, states
from ui.calls.brands import list_parties, list_products
from ui.calls.lots import Harvest, LotDraft, create_lot, list_harvests, propose
from ui.session import Here


def show(here: Here) -> None:
    lang = here.lang
    harvests = {harvest.id: harvest for harvest in list_harvests(here.door) if harvest.left_kg > 0}
    if not harvests:
        states.empty(say(lang, "lots.no_harvest_title"), say(lang, "lots.no_harvest"))
        return
    harvest = forms.choice(
        lang, say(lang, "lot.harvest"), "lot-harvest", {key: named(lang, each) for key, each in harvests.items()}
    )
    if harvest is None:
        return
    crop = harvests[harvest].crop.removesuffix("_ratoon")
    products = {
        each.id: f"{each.name} ({each.brand_name})"
        for each in list_products(here.door)
        if each.crop.removesuffix("_ratoon") == crop
    }
    product = forms.choice(lang, say(lang, "lot.product"), f"lot-product-{harvest}", products)
    producers = {party.id: party.name for party in list_parties(here.door)}
    producer = forms.choice(lang, say(lang, "lot.producer"), "lot-producer", producers)
    if product is not None and producer is not None:
        finish(here, harvest, product, producer)


def finish(here: Here, harvest: int, product: int, producer: int) -> None:
    lang = here.lang
    with states.attempt(lang):
        proposal = propose(here.door, harvest, product)
        mine = f"{harvest}-{product}"
        lot_number = forms.line(say(lang, "lot.number"), f"lot-number-{mine}", proposal.number)
        quantity = forms.quantity(lang, say(lang, "lot.quantity", left=proposal.left_kg), f"lot-quantity-{mine}", "kg")
        packed = forms.day(forms.optional(lang, say(lang, "lot.packed")), f"lot-packed-{mine}")
        good_until = forms.day(
            forms.optional(lang, say(lang, "lot.best_before")), f"lot-until-{mine}", proposal.best_before
        )
        ready = bool(lot_number and quantity)
        if forms.submit(lang, say(lang, "lots.new"), f"lot-save-{mine}", ready=ready) and quantity:
            create_lot(here.door, LotDraft(product, harvest, producer, quantity, lot_number, packed, good_until))
            frame.done(say(lang, "lot.saved", number=lot_number))


def named(lang: str, harvest: Harvest) -> str:
    """`Vườn bưởi Cái Cối · 18/11/2026 · còn 120 kg`."""
    left = say(lang, "lot.left", left=harvest.left_kg)
    return f"{harvest.field_name} · {day(lang, harvest.harvested_on)} · {left}"
