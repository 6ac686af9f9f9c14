"""The form from a harvest to its labels: product, producer and weight as last time, as many labels as the weight allows."""

import math

import streamlit as st

from nongso.errors import NongsoError
from nongso.text import say
from ui import forms, pages, serial_form, states
from ui.calls.brands import Product, list_parties, list_products, put_net
from ui.calls.lots import Harvest, Lot, LotDraft, create_lot, list_lots, propose
from ui.calls.serials import BatchDraft, create_batch
from ui.keys import Key
from ui.session import Here

SPARE = 1.02  # as nongso.labels.SPARE: what a printer spoils


def show(here: Here, harvest: Harvest) -> None:
    lang, before = here.lang, last_lot(here, harvest)
    crop = harvest.crop.removesuffix("_ratoon")
    products = {each.id: each for each in list_products(here.door) if each.crop.removesuffix("_ratoon") == crop}
    names = {key: f"{each.name} ({each.brand_name})" for key, each in products.items()}
    usual = next((key for key, each in products.items() if before and each.name == before.product_name), None)
    product = forms.choice(lang, say(lang, "lot.product"), f"press-product-{harvest.id}", names, usual or only(names))
    parties = {party.id: party.name for party in list_parties(here.door)}
    known = next((key for key, name in parties.items() if before and name == before.producer_name), None)
    producer = forms.choice(
        lang, say(lang, "lot.producer"), f"press-producer-{harvest.id}", parties, known or only(parties)
    )
    if product is not None and producer is not None:
        finish(here, harvest, products[product], producer)


def last_lot(here: Here, harvest: Harvest) -> Lot | None:
    """The newest lot of the same field: who packed it then packs it now."""
    lots = list_lots(here.door)
    return next(
        (lot for lot in lots if (lot.field_name, lot.farm_name) == (harvest.field_name, harvest.farm_name)), None
    )


def only(choices: dict[int, str]) -> int | None:
    return next(iter(choices)) if len(choices) == 1 else None


def finish(here: Here, harvest: Harvest, product: Product, producer: int) -> None:
    lang, name = here.lang, f"press-{harvest.id}-{product.id}"
    with states.attempt(lang):
        left = propose(here.door, harvest.id, product.id).left_kg
        kilograms = forms.quantity(lang, say(lang, "lot.quantity", left=left), f"{name}-kg", "kg", left)
        packed = forms.day(say(lang, "lot.packed"), f"{name}-packed", here.today)
        net = product.net_kg
        if net is None:
            net = forms.quantity(lang, forms.optional(lang, say(lang, "press.net")), f"{name}-net", "kg")
        pieces = math.ceil(kilograms / net * SPARE - 1e-9) if kilograms and net else None
        draft = serial_form.asked(here, name, pieces, has_gtin=product.gtin is not None)
        label = say(lang, "press.make", n=draft.count) if draft else say(lang, "labels.make")
        ready = bool(kilograms and draft)
        if forms.submit(lang, label, f"{name}-make", ready=ready) and kilograms and draft:
            if product.net_kg is None and net:
                put_net(here.door, product.id, net)
            make(here, LotDraft(product.id, harvest.id, producer, kilograms, None, packed, None), draft)


def make(here: Here, lot: LotDraft, draft: BatchDraft) -> None:
    """The lot, then its labels; when the labels are refused the lot stands and its page says why."""
    made = create_lot(here.door, lot)
    try:
        batch = create_batch(here.door, made.id, draft)
    except NongsoError as fault:
        reason = say(here.lang, f"error.{fault.code}", **fault.values)
        st.session_state[Key.DONE] = say(here.lang, "press.lot_only", number=made.number, reason=reason)
        st.switch_page(pages.file_of("lot"), query_params={"lot": str(made.id)})
    else:
        st.switch_page(pages.file_of("batch"), query_params={"batch": str(batch)})
