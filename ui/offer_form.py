"""What buyers are told of a product's price and where to order it."""

from collections.abc import Sequence

import streamlit as st

from nongso.text import say
from ui import forms, frame, markup, states
from ui.calls.brands import Product
from ui.calls.papers import Offer, get_offer, put_offer
from ui.session import Here


def choose(here: Here, products: Sequence[Product]) -> None:
    named = {each.id: f"{each.name} ({each.brand_name})" for each in products}
    chosen = forms.choice(here.lang, say(here.lang, "product.which"), "offer-product", named)
    if chosen is not None:
        show(here, chosen, named[chosen])


def show(here: Here, product_id: int, name: str) -> None:
    lang, mine, old = here.lang, f"offer-{product_id}", get_offer(here.door, product_id)
    low = forms.money(lang, forms.optional(lang, say(lang, "offer.low")), f"{mine}-low", old.low_vnd)
    high = forms.money(lang, forms.optional(lang, say(lang, "offer.high")), f"{mine}-high", old.high_vnd)
    unit = forms.line(say(lang, "offer.unit"), f"{mine}-unit", old.unit)
    zalo = forms.line(forms.optional(lang, say(lang, "offer.zalo")), f"{mine}-zalo", old.zalo)
    order = forms.line(forms.optional(lang, say(lang, "offer.order")), f"{mine}-order", old.order_url)
    sold_at = forms.line(forms.optional(lang, say(lang, "offer.sold_at")), f"{mine}-sold-at", old.sold_at)
    st.html(markup.note(say(lang, "offer.hint")))
    ready = forms.all_read((low, high)) and bool(unit)
    if forms.submit(lang, say(lang, "ui.save"), f"{mine}-save", ready=ready):
        first, last = (forms.value_of(words) if words else None for words in (low or high, high or low))
        with states.attempt(lang):
            put_offer(here.door, product_id, Offer(first, last, unit, zalo.replace(" ", ""), order, sold_at))
            frame.done(say(lang, "offer.saved", name=name))
