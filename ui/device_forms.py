"""Registering a device, moving it, giving it another password, ending it; a credential is shown once."""

from collections.abc import Mapping, Sequence

import streamlit as st

from nongso.devices import Kind
from nongso.text import say
from ui import forms, frame, markup, states
from ui.calls import devices
from ui.calls.devices import Credential, Device, DeviceDraft
from ui.keys import Key
from ui.session import Here

MINUTE_S = 60


def register(here: Here, fields: Mapping[int, str]) -> None:
    lang = here.lang
    device_id = forms.line(say(lang, "device.id"), "device-id")
    name = forms.line(say(lang, "device.label"), "device-name")
    kind = forms.choice(
        lang, say(lang, "device.sort"), "device-kind", {kind: say(lang, f"device.kind.{kind}") for kind in Kind}
    )
    minutes = forms.count(lang, say(lang, "device.interval"), "device-interval", say(lang, "device.minutes"))
    serves = forms.choices(lang, say(lang, "device.fields"), "device-fields", fields, [])
    ready = bool(device_id and name and kind and minutes)
    if forms.submit(lang, say(lang, "devices.new"), "device-save", ready=ready) and kind and minutes:
        with states.attempt(lang):
            draft = DeviceDraft(device_id, kind, name, minutes * MINUTE_S, serves)
            keep(devices.register(here.door, draft))
            frame.done(say(lang, "device.registered", name=name))


def change(here: Here, known: Sequence[Device], fields: Mapping[int, str]) -> None:
    lang = here.lang
    named = {device.id: f"{device.name} ({device.id})" for device in known}
    chosen = forms.choice(lang, say(lang, "device.name"), "device-chosen", named)
    if chosen is None:
        return
    device = next(device for device in known if device.id == chosen)
    serves = forms.choices(lang, say(lang, "device.fields"), f"device-serves-{chosen}", fields, device.field_ids)
    with states.attempt(lang):
        if forms.submit(
            lang, say(lang, "device.move"), f"device-move-{chosen}", ready=set(serves) != set(device.field_ids)
        ):
            devices.move(here.door, chosen, serves)
            frame.done(say(lang, "device.moved", name=device.name))
        if forms.confirmed(
            lang, f"device-rotate-{chosen}", say(lang, "device.rotate"), say(lang, "device.rotate_sure")
        ):
            keep(devices.rotate(here.door, chosen))
            frame.done(say(lang, "device.rotated", name=device.name))
        sure = say(lang, "device.revoke_sure", name=device.name)
        if forms.confirmed(lang, f"device-revoke-{chosen}", say(lang, "device.revoke"), sure):
            devices.revoke(here.door, chosen)
            frame.done(say(lang, "device.revoked_now", name=device.name))


def keep(made: Credential) -> None:
    """Until the reader says that they have it; it is nowhere else."""
    st.session_state[Key.CREDENTIAL] = made


def credential(lang: str) -> None:
    made: Credential | None = st.session_state.get(Key.CREDENTIAL)
    if made is None:
        return
    with st.container(key="panel-credential", gap="small"):
        st.html(markup.section(say(lang, "device.credential")) + markup.note(say(lang, "device.credential_once")))
        word = say(lang, "ui.copy")
        pairs = {say(lang, "device.username"): made.username, say(lang, "device.password"): made.password}
        st.html(markup.copyable(pairs, word), unsafe_allow_javascript=True)
        if st.button(say(lang, "device.credential_taken"), key="credential-taken", type="primary", width="stretch"):
            del st.session_state[Key.CREDENTIAL]
            st.rerun()
