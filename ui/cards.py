"""A field's card: the sentence with its colour and sign, how old it is, why, and up to four numbers that open a chart."""

from datetime import datetime
from html import escape

import streamlit as st

from nongso.clock import local_day
from nongso.text import say
from nongso.text.age import ago
from nongso.text.format import number as written
from ui import markup, pages, tiles
from ui.calls.fields import Card, Number
from ui.session import Here

HECTARE_M2 = 10_000
YEAR_DAYS = 366
DECIMALS = {"salt": 1, "heat": 0, "rain": 0, "soil": 0, "paddy": 0}  # what an eye can use


def show(here: Here, card: Card, now: datetime) -> None:
    with st.container(key=f"card-{card.level}-{card.field_id}", gap="small"):
        st.html(verdict(here.lang, card, now, card.name, caption(here.lang, card, now)))
        if card.numbers:
            numbers(here, card)
        st.page_link(
            pages.file_of("field"),
            label=say(here.lang, "home.open", field=markup.plain(card.name)),
            query_params={"field": str(card.field_id)},
        )


def verdict(lang: str, card: Card, now: datetime, title: str, small: str) -> str:
    """Sign, title and age; the sentence; the reasons under it."""
    age = ago(lang, now - card.at) if card.at else say(lang, "home.never")
    reasons = "".join(f"<p class='ns-why'>{escape(reason.text)}</p>" for reason in card.reasons)
    return (
        f'<div class="ns-top">{markup.sign(card.level)}<span><b>{escape(title)}</b>{escape(small)}</span>'
        f'<span class="ns-age">{escape(age)}</span></div>'
        f'<h2 class="ns-say"><span class="ns-hidden">{escape(card.level_name)}: </span>{escape(card.say.text)}</h2>{reasons}'
    )


def caption(lang: str, card: Card, now: datetime) -> str:
    """`lúa 62 ngày · 0,8 ha`; only an annual crop is told by its age."""
    crop = card.crop_name.lower()
    days = (local_day(now) - card.planted_on).days if card.planted_on else YEAR_DAYS
    if days < YEAR_DAYS:
        crop = say(lang, "home.crop_days", crop=crop, days=days)
    return f"{crop} · {area(lang, card.area_m2)}" if card.area_m2 else crop


def area(lang: str, square_metres: float) -> str:
    """Hectares from a tenth of one on, square metres below."""
    if square_metres < HECTARE_M2 / 10:
        return f"{written(lang, square_metres, 0)} m²"
    return f"{written(lang, square_metres / HECTARE_M2, 2).rstrip('0').rstrip(',.')} ha"


def numbers(here: Here, card: Card) -> None:
    with st.container(key=f"tiles-{card.field_id}", gap=None):
        for number in card.numbers:
            value = "—" if number.value is None else written(here.lang, number.value, DECIMALS.get(number.key))
            unit = "" if number.value is None else number.unit
            if tiles.tile(number.name, f"{card.field_id}-{number.key}", value, unit, number.level, number.note):
                st.switch_page(pages.file_of("field"), query_params=chart_of(card, number))


def chart_of(card: Card, number: Number) -> dict[str, str]:
    """The address of a number's chart; without a series the field's page opens with what it has."""
    chosen = {"field": str(card.field_id)}
    return chosen if number.series_id is None else {**chosen, "series": str(number.series_id)}
