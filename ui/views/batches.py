"""Many devices at once: by table, by sticker, by batch key; and who hears whom over the air."""

from html import escape

import streamlit as st

from nongso.text import say
from nongso.text.age import ago
from nongso.text.format import number
from ui import batch_forms, forms, markup, session, states
from ui.calls.care import Heard, list_heard

here = session.here()
lang = here.lang
st.html(markup.head(here.me.office_name, say(lang, "page.batches")))
batch_forms.new_secret(lang)
parts = ["table", "stickers", "keys", "heard"] if here.me.writes_office else ["keys", "heard"]
part = forms.tab(lang, "batches", {name: say(lang, f"batches.{name}") for name in parts})


def row(heard: Heard) -> list[str]:
    def level(value: float | None, unit: str) -> str:
        return "—" if value is None else f"{number(lang, value, 0)} {unit}"

    return [
        f"<b>{escape(heard.device_name)}</b>",
        escape(heard.gateway_id),
        escape(ago(lang, here.now - heard.heard_at)),
        level(heard.rssi, "dBm"),
        level(heard.snr, "dB"),
    ]


if part == "table":
    batch_forms.table(here)
elif part == "stickers":
    batch_forms.stickers(here)
elif part == "keys":
    batch_forms.keys(here)
else:
    rows = [row(heard) for heard in forms.paged(lang, "heard", list_heard(here.door))]
    if rows:
        heads = [say(lang, f"batches.column.{name}") for name in ("device", "gateway", "at", "rssi", "snr")]
        st.html(markup.table(heads, rows, say(lang, "batches.heard")))
    else:
        states.empty(say(lang, "batches.none_heard"), say(lang, "batches.heard_hint"))
