"""A field: its verdict, a chart of what was tapped, where the numbers come from."""

import streamlit as st

from nongso.errors import NotFound
from nongso.text import say
from ui import cards, chart_panel, markup, number_rows, session, states, why_panel
from ui.calls.devices import list_devices
from ui.calls.fields import Series, find_limit, get_card, list_series
from ui.device_rows import listed
from ui.spans import Span

here = session.here()
now = here.now
asked = st.query_params.get("field", "")
if not asked.isdecimal():
    raise NotFound()
field_id = int(asked)
card = get_card(here.door, field_id)
series = list_series(here.door, field_id)


def first_choice(series: list[Series], wanted: str) -> str:
    """The property of the number that was tapped, else the first of the card's numbers, else any."""
    properties = {each.id: each.property for each in series}
    tapped = [each.property for each in series if str(each.id) == wanted]
    shown = [properties[number.series_id] for number in card.numbers if number.series_id in properties]
    return next(iter([*tapped, *shown, series[0].property]))


st.html(markup.head(f"{card.farm_name} · {cards.caption(here.lang, card, now)}", card.name))
with st.container(key=f"card-{card.level}-{field_id}", gap="small"):
    st.html(cards.verdict(here.lang, card, now, card.level_name, ""))

if series:
    st.html(markup.section(say(here.lang, "field.chart")))
    properties = list(dict.fromkeys(each.property for each in series))
    chosen = st.selectbox(
        say(here.lang, "chart.what"),
        properties,
        index=properties.index(first_choice(series, st.query_params.get("series", ""))),
        format_func=lambda observed: say(here.lang, f"property.{observed}"),
        key=f"property-{field_id}",
        filter_mode=None,
    )
    span = st.segmented_control(
        say(here.lang, "chart.how_far"),
        list(Span),
        default=Span.WEEK,
        required=True,
        format_func=lambda span: say(here.lang, f"chart.span.{span}"),
        key=f"span-{field_id}",
        label_visibility="collapsed",
        width="stretch",
    )
    lines = [each for each in series if each.property == chosen]
    chart_panel.show(here, lines, find_limit(here.door, field_id, chosen), span or Span.WEEK, now)
else:
    states.empty(say(here.lang, "field.empty.title"), say(here.lang, "field.empty.hint"))

if card.numbers:
    number_rows.show(here, card, series)
why_panel.show(here, field_id)
serving = [each for each in list_devices(here.door) if field_id in each.device.field_ids]
if serving:
    st.html(markup.section(say(here.lang, "field.sources")))
    st.html(listed(here.lang, serving, now))
