"""Many devices at once: a table, stickers to claim them by phone, keys by which they fetch their own credential."""

from datetime import datetime, time, timedelta
from html import escape

import streamlit as st

from nongso.clock import LOCAL
from nongso.devices import Kind
from nongso.errors import NongsoError
from nongso.rules import Level
from nongso.text import say
from nongso.text.format import day, number
from ui import forms, frame, markup, states
from ui.calls import care
from ui.calls.care import BatchKey, KeyDraft
from ui.calls.devices import list_devices
from ui.keys import Key
from ui.session import Here

KEY_DAYS = 90


def table(here: Here) -> None:
    """Looked at first, registered all or none; the credentials are a file that is given once."""
    lang = here.lang
    st.html(markup.note(say(lang, "batch.table_hint")))
    typed = st.text_area(
        say(lang, "batch.table"), key=forms.key("batch-csv"), height=180, placeholder=say(lang, "batch.example")
    )
    if typed.strip():
        with states.attempt(lang):
            seen = care.preview(here.door, typed)
            for fault in seen.faults[:20]:
                st.error(fault.sentence)
            if seen.rows:
                rows = [
                    (f"<b>{escape(row.id)}</b>", escape(row.name), escape(say(lang, f"device.kind.{row.kind}")))
                    for row in seen.rows
                ]
                heads = [say(lang, f"batch.column.{name}") for name in ("id", "name", "kind")]
                st.html(markup.table(heads, rows, say(lang, "batch.table")))
            ready = bool(seen.rows) and not seen.faults
            if forms.submit(lang, say(lang, "batch.register", n=len(seen.rows)), "batch-save", ready=ready):
                st.session_state[Key.CREDENTIALS] = care.register_all(here.door, typed)
                frame.done(say(lang, "batch.registered", n=len(seen.rows)))
    credentials(lang)


def credentials(lang: str) -> None:
    made: bytes | None = st.session_state.get(Key.CREDENTIALS)
    if made is None:
        return
    st.html(markup.note(say(lang, "batch.credentials_once")))
    st.download_button(
        say(lang, "batch.take"), made, "devices.csv", "text/csv", key="batch-take", type="primary", width="stretch"
    )
    if st.button(say(lang, "device.credential_taken"), key="batch-taken", width="stretch"):
        del st.session_state[Key.CREDENTIALS]
        st.rerun()


def stickers(here: Here) -> None:
    """A QR sticker a device: whoever scans it says at which field it stands."""
    lang = here.lang
    st.html(markup.note(say(lang, "batch.stickers_hint")))
    known = {
        each.device.id: f"{each.device.name} ({each.device.id})"
        for each in list_devices(here.door)
        if each.device.revoked_at is None
    }
    chosen = forms.choices(lang, say(lang, "page.devices"), "sticker-devices", known, [])
    if forms.submit(lang, say(lang, "batch.make_stickers"), "sticker-save", ready=bool(chosen)):
        try:
            pdf = care.print_stickers(here.door, chosen)
        except NongsoError as fault:
            st.error(say(lang, f"error.{fault.code}", **fault.values))
            return
        st.download_button(
            say(lang, "batch.take_stickers"), pdf, "stickers.pdf", "application/pdf", key="sticker-take", type="primary",
            width="stretch", on_click="ignore",
        )  # fmt: skip


def new_secret(lang: str) -> None:
    """The key that was just made, until somebody says that they have it; it is nowhere else."""
    made: str | None = st.session_state.get(Key.BATCH_KEY)
    if not made:
        return
    with st.container(key="panel-batch-key", gap="small"):
        st.html(markup.note(say(lang, "batch.key_once")))
        st.html(markup.copyable({say(lang, "batch.key"): made}, say(lang, "ui.copy")), unsafe_allow_javascript=True)
        if st.button(say(lang, "device.credential_taken"), key="batch-key-taken", type="primary", width="stretch"):
            del st.session_state[Key.BATCH_KEY]
            st.rerun()


def keys(here: Here) -> None:
    """Batch keys: how many came by each."""
    lang = here.lang
    for key in forms.paged(lang, "keys", care.list_keys(here.door), 20):
        key_row(here, key)
    if here.me.writes_office:
        new_key(here)


def key_row(here: Here, key: BatchKey) -> None:
    lang = here.lang
    is_open = key.revoked_at is None and key.expires_at > here.now and key.used < key.most
    with st.container(key=f"panel-key-{key.id}", gap="small"):
        state = (
            markup.tag(Level.GOOD, say(lang, "batch.open")) if is_open else markup.plain_tag(say(lang, "batch.closed"))
        )
        used = say(lang, "batch.used", used=number(lang, key.used), most=number(lang, key.most))
        until = say(lang, "batch.until", day=day(lang, key.expires_at.astimezone(LOCAL).date()))
        kind = say(lang, f"device.kind.{key.kind}")
        st.html(
            f"<p class='ns-reason'>{escape(key.name)} {state}</p><p class='ns-small'>{escape(f'{kind} · {used} · {until}')}</p>"
        )
        if is_open and here.me.writes_office:
            with states.attempt(lang):
                if forms.confirmed(
                    lang, f"key-revoke-{key.id}", say(lang, "batch.revoke"), say(lang, "batch.revoke_sure")
                ):
                    care.revoke_key(here.door, key.id)
                    frame.done(say(lang, "batch.revoked", name=key.name))


def new_key(here: Here) -> None:
    lang = here.lang
    st.html(markup.section(say(lang, "batch.new_key")))
    name = forms.line(say(lang, "batch.key_name"), "key-name")
    kind = forms.choice(
        lang, say(lang, "device.sort"), "key-kind", {kind: say(lang, f"device.kind.{kind}") for kind in Kind}
    )
    most = forms.count(lang, say(lang, "batch.most"), "key-most", say(lang, "batch.devices"))
    until = forms.day(say(lang, "batch.expires"), "key-until", here.today + timedelta(days=KEY_DAYS))
    ready = bool(name and kind and most and until)
    if forms.submit(lang, say(lang, "batch.new_key"), "key-save", ready=ready) and kind and most and until:
        with states.attempt(lang):
            ends = datetime.combine(until + timedelta(days=1), time(), LOCAL)
            st.session_state[Key.BATCH_KEY] = care.create_key(here.door, KeyDraft(name, kind, most, ends))
            frame.done(say(lang, "batch.key_made", name=name))
