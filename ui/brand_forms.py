"""New brands and products, and a product's photo."""

import streamlit as st

from nongso.brands import BrandKind
from nongso.text import say
from ui import forms, frame, states
from ui.calls.brands import (
    BrandDraft,
    Product,
    ProductDraft,
    create_brand,
    create_product,
    list_brands,
    list_parties,
    put_photo,
)
from ui.field_form import crops
from ui.session import Here


def brand(here: Here) -> None:
    lang = here.lang
    owners = {party.id: party.name for party in list_parties(here.door)}
    name = forms.line(say(lang, "brand.name"), "brand-name")
    english = forms.line(forms.optional(lang, say(lang, "brand.name_en")), "brand-name-en")
    kind = forms.choice(
        lang, say(lang, "brand.sort"), "brand-kind", {kind: say(lang, f"brand.kind.{kind}") for kind in BrandKind}
    )
    number = forms.line(forms.optional(lang, say(lang, "brand.number")), "brand-number")
    owner = forms.choice(lang, say(lang, "brand.owner"), "brand-owner", owners)
    since = forms.day(forms.optional(lang, say(lang, "brand.since")), "brand-since")
    until = forms.day(forms.optional(lang, say(lang, "brand.until")), "brand-until")
    ready = bool(name and kind and owner)
    if forms.submit(lang, say(lang, "ui.save"), "brand-save", ready=ready) and kind and owner:
        with states.attempt(lang):
            create_brand(here.door, BrandDraft(name, english, kind, number, owner, since, until))
            frame.done(say(lang, "brand.saved", name=name))


def product(here: Here) -> None:
    lang = here.lang
    brands = {listed.brand.id: listed.brand.name for listed in list_brands(here.door)}
    under = forms.choice(lang, say(lang, "product.brand"), "product-brand", brands)
    name = forms.line(say(lang, "product.name"), "product-name")
    english = forms.line(forms.optional(lang, say(lang, "product.name_en")), "product-name-en")
    crop = forms.choice(lang, say(lang, "field.crop"), "product-crop", crops(lang))
    gtin = forms.line(forms.optional(lang, say(lang, "product.gtin")), "product-gtin")
    st.caption(say(lang, "product.gtin_hint"))
    standard = forms.line(forms.optional(lang, say(lang, "product.standard")), "product-standard")
    shelf = forms.count(
        lang, forms.optional(lang, say(lang, "product.shelf_life")), "product-shelf", say(lang, "product.days")
    )
    ready = bool(under and name and crop)
    if forms.submit(lang, say(lang, "ui.save"), "product-save", ready=ready) and under and crop:
        with states.attempt(lang):
            create_product(here.door, ProductDraft(under, name, english, gtin or None, crop, standard, shelf))
            frame.done(say(lang, "product.saved", name=name))


def photo(here: Here, products: list[Product]) -> None:
    lang = here.lang
    named = {product.id: f"{product.name} ({product.brand_name})" for product in products}
    chosen = forms.choice(lang, say(lang, "product.which"), "photo-product", named)
    file = st.file_uploader(
        say(lang, "product.photo"), type=["jpg", "jpeg", "png", "webp"], key=forms.key("photo-file")
    )
    st.caption(say(lang, "product.photo_hint"))
    ready = chosen is not None and file is not None
    if forms.submit(lang, say(lang, "ui.save"), "photo-save", ready=ready) and chosen is not None and file is not None:
        with states.attempt(lang):
            put_photo(here.door, chosen, file.getvalue())
            frame.done(say(lang, "product.photo_saved", name=named[chosen]))
