"""Products under their brands; a GTIN only where the producer has one, and one photo."""

from html import escape

import streamlit as st

from nongso.rules import Level
from nongso.sentences import crop_name
from nongso.text import say
from ui import brand_forms, forms, markup, offer_form, session, states
from ui.calls.brands import Product, list_products

here = session.here()
lang = here.lang
st.html(markup.head(here.me.office_name, say(lang, "page.products")))
part = "list"
if here.me.writes_office:
    part = forms.tab(
        lang, "products", {name: say(lang, f"products.{name}") for name in ("list", "new", "change", "photo", "offer")}
    )


def row(product: Product) -> list[str]:
    photo = Level.GOOD if product.image_digest else Level.WATCH
    word = say(lang, "products.has_photo" if product.image_digest else "products.no_photo")
    days = say(lang, "products.shelf_days", n=product.shelf_life_days) if product.shelf_life_days else "—"
    crop, gtin = escape(crop_name(lang, product.crop)), escape(product.gtin or say(lang, "products.no_gtin"))
    return [f"<b>{escape(product.name)}</b>", escape(product.brand_name), crop, gtin, days, markup.tag(photo, word)]


if part == "new":
    brand_forms.product(here)
elif part == "change":
    brand_forms.change_product(here, list_products(here.door))
elif part == "photo":
    brand_forms.photo(here, list_products(here.door))
elif part == "offer":
    offer_form.choose(here, list_products(here.door))
else:
    wanted = forms.search(lang, "products")
    rows = [row(product) for product in forms.paged(lang, "products", list_products(here.door, wanted))]
    if rows:
        columns = ("name", "brand", "crop", "gtin", "shelf_life", "photo")
        heads = [say(lang, f"products.column.{name}") for name in columns]
        st.html(markup.table(heads, rows, say(lang, "page.products")))
    else:
        hint = say(lang, "ui.nothing_found", search=wanted) if wanted else say(lang, "products.empty.hint")
        states.empty(say(lang, "products.empty.title"), hint)
