"""Brands and products, new or changed, and a product's photo."""

from collections.abc import Sequence

import streamlit as st

from nongso.brands import BrandKind
from nongso.text import say
from ui import forms, frame, states
from ui.calls.brands import (
    Brand,
    BrandDraft,
    Product,
    ProductDraft,
    create_brand,
    create_product,
    list_brands,
    list_parties,
    put_photo,
    update_brand,
    update_product,
)
from ui.field_form import crops
from ui.session import Here


def change_brand(here: Here, brands: Sequence[Brand]) -> None:
    known = {each.id: each for each in brands}
    named = {number: each.name for number, each in known.items()}
    chosen = forms.choice(here.lang, say(here.lang, "brands.which"), "brand-chosen", named)
    if chosen is not None:
        brand(here, known[chosen])


def brand(here: Here, old: Brand | None = None) -> None:
    lang, mine = here.lang, f"brand-{old.id}" if old else "brand"
    owners = {party.id: party.name for party in list_parties(here.door)}
    name = forms.line(say(lang, "brand.name"), f"{mine}-name", old.name if old else "")
    english = forms.line(
        forms.optional(lang, say(lang, "brand.name_en")), f"{mine}-name-en", old.name_en if old else ""
    )
    kinds = {kind: say(lang, f"brand.kind.{kind}") for kind in BrandKind}
    kind = forms.choice(lang, say(lang, "brand.sort"), f"{mine}-kind", kinds, old.kind if old else None)
    number_label = forms.optional(lang, say(lang, "brand.number"))
    number = forms.line(number_label, f"{mine}-number", old.registration_no if old else "")
    owner = forms.choice(lang, say(lang, "brand.owner"), f"{mine}-owner", owners, old.owner_id if old else None)
    since = forms.day(forms.optional(lang, say(lang, "brand.since")), f"{mine}-since", old.valid_from if old else None)
    until = forms.day(forms.optional(lang, say(lang, "brand.until")), f"{mine}-until", old.valid_to if old else None)
    ready = bool(name and kind and owner)
    if forms.submit(lang, say(lang, "ui.save"), f"{mine}-save", ready=ready) and kind and owner:
        with states.attempt(lang):
            draft = BrandDraft(name, english, kind, number, owner, since, until)
            if old:
                update_brand(here.door, old.id, draft)
            else:
                create_brand(here.door, draft)
            frame.done(say(lang, "ui.changed" if old else "brand.saved", name=name))


def change_product(here: Here, products: Sequence[Product]) -> None:
    known = {each.id: each for each in products}
    named = {number: f"{each.name} ({each.brand_name})" for number, each in known.items()}
    chosen = forms.choice(here.lang, say(here.lang, "product.which"), "product-chosen", named)
    if chosen is not None:
        product(here, known[chosen])


def product(here: Here, old: Product | None = None) -> None:
    lang, mine = here.lang, f"product-{old.id}" if old else "product"
    brands = {listed.brand.id: listed.brand.name for listed in list_brands(here.door)}
    under = forms.choice(lang, say(lang, "product.brand"), f"{mine}-brand", brands, old.brand_id if old else None)
    name = forms.line(say(lang, "product.name"), f"{mine}-name", old.name if old else "")
    english = forms.line(
        forms.optional(lang, say(lang, "product.name_en")), f"{mine}-name-en", old.name_en if old else ""
    )
    crop = forms.choice(lang, say(lang, "field.crop"), f"{mine}-crop", crops(lang), old.crop if old else None)
    gtin_label = forms.optional(lang, say(lang, "product.gtin"))
    gtin = forms.line(gtin_label, f"{mine}-gtin", (old.gtin or "") if old else "")
    st.caption(say(lang, "product.gtin_hint"))
    standard_label = forms.optional(lang, say(lang, "product.standard"))
    standard = forms.line(standard_label, f"{mine}-standard", old.standard if old else "")
    shelf_label = forms.optional(lang, say(lang, "product.shelf_life"))
    shelf = forms.count(
        lang, shelf_label, f"{mine}-shelf", say(lang, "product.days"), old.shelf_life_days if old else None
    )
    ready = bool(under and name and crop)
    if forms.submit(lang, say(lang, "ui.save"), f"{mine}-save", ready=ready) and under and crop:
        with states.attempt(lang):
            draft = ProductDraft(under, name, english, gtin or None, crop, standard, shelf)
            if old:
                update_product(here.door, old.id, draft)
            else:
                create_product(here.door, draft)
            frame.done(say(lang, "ui.changed" if old else "product.saved", name=name))


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
