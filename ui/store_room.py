"""A farm's store of inputs: what came in, what was used, what is left; writing down what came in."""

from html import escape

import streamlit as st

from nongso.people import Role
from nongso.rules import Level
from nongso.text import say
from nongso.text.format import number
from ui import forms, frame, markup, states
from ui.calls import diary
from ui.calls.diary import ReceiptDraft, Stock
from ui.session import Here

UNITS = {"kg": "kg", "g": "g", "l": "l", "ml": "ml"}


def show(here: Here, farm_id: int) -> None:
    lang = here.lang
    stocks = diary.list_stock(here.door, farm_id)
    if stocks:
        heads = [say(lang, f"store.column.{name}") for name in ("product", "received", "used", "left")]
        st.html(markup.table(heads, [row(lang, stock) for stock in stocks], say(lang, "diary.tab.store")))
    else:
        states.empty(say(lang, "store.empty.title"), say(lang, "store.empty.hint"))
    if here.me.role is not Role.INSPECTOR:
        receive(here, farm_id)


def row(lang: str, stock: Stock) -> list[str]:
    def written(amount: float) -> str:
        return f"{number(lang, amount)} {stock.unit}"

    level = Level.WATCH if stock.left_over < 0 else Level.GOOD
    left = markup.tag(level, written(stock.left_over))
    return [f"<b>{escape(stock.product)}</b>", written(stock.received), written(stock.used), left]


def receive(here: Here, farm_id: int) -> None:
    lang = here.lang
    st.html(markup.section(say(lang, "store.receive")))
    product = forms.line(say(lang, "diary.product"), "store-product")
    unit = forms.choice(lang, say(lang, "diary.unit"), "store-unit", UNITS)
    amount = forms.quantity(lang, say(lang, "store.amount"), "store-amount", unit or "")
    day = forms.day(say(lang, "store.day"), "store-day", here.today)
    ready = bool(product and unit and amount and day)
    if forms.submit(lang, say(lang, "store.receive"), "store-save", ready=ready) and unit and amount and day:
        with states.attempt(lang):
            diary.receive(here.door, farm_id, ReceiptDraft(day, product, amount, unit))
            frame.done(say(lang, "store.saved", amount=amount, unit=unit, product=product))
