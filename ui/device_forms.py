"""Registering a device, moving it, giving it another password, ending it; a credential is shown once."""

from collections.abc import Mapping

import streamlit as st

from nongso.devices import Kind
from nongso.text import say
from nongso.text.format import number
from ui import forms, frame, markup, states
from ui.calls import care, devices
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


def change(here: Here, device: Device, fields: Mapping[int, str]) -> None:
    """Which fields it serves, how often it should report, through whom it speaks, which groups it is in."""
    lang, mine = here.lang, device.id
    serves = forms.choices(lang, say(lang, "device.fields"), f"device-serves-{mine}", fields, device.field_ids)
    with states.attempt(lang):
        moved = set(serves) != set(device.field_ids)
        if forms.submit(lang, say(lang, "device.move"), f"device-move-{mine}", ready=moved):
            devices.move(here.door, mine, serves)
            frame.done(say(lang, "device.moved", name=device.name))
    habit(here, device)
    gateway(here, device)
    groups(here, device)


def habit(here: Here, device: Device) -> None:
    lang, mine = here.lang, device.id
    known = care.get_habits(here.door, mine).device
    st.html(markup.section(say(lang, "device.habit")))
    learned = (
        "—" if known.learned_s is None else f"{number(lang, known.learned_s / MINUTE_S)} {say(lang, 'device.minutes')}"
    )
    expected = f"{number(lang, known.expected_interval_s / MINUTE_S)} {say(lang, 'device.minutes')}"
    st.html(markup.facts([(say(lang, "device.expected"), expected), (say(lang, "device.learned"), learned)]))
    minutes = forms.count(lang, say(lang, "device.interval"), f"device-interval-{mine}", say(lang, "device.minutes"))
    with states.attempt(lang):
        if forms.submit(
            lang, say(lang, "device.set_interval"), f"device-interval-save-{mine}", ready=minutes is not None
        ):
            care.set_interval(here.door, mine, minutes * MINUTE_S if minutes else None)
            frame.done(say(lang, "device.interval_set", name=device.name))
        if st.button(say(lang, "device.learn"), key=f"device-learn-{mine}", width="stretch"):
            care.set_interval(here.door, mine, None)
            frame.done(say(lang, "device.interval_set", name=device.name))


def gateway(here: Here, device: Device) -> None:
    """The gateways of the office, or none: the device then speaks for itself."""
    lang, mine = here.lang, device.id
    known = {
        each.device.id: each.device.name
        for each in devices.list_devices(here.door)
        if each.device.kind == Kind.GATEWAY and each.device.id != mine
    }
    if not known:
        return
    st.html(markup.section(say(lang, "device.gateway")))
    chosen = forms.choice(
        lang, say(lang, "device.through"), f"device-gateway-{mine}", {"": say(lang, "device.itself"), **known}
    )
    ready = chosen is not None
    with states.attempt(lang):
        if forms.submit(lang, say(lang, "device.set_gateway"), f"device-gateway-save-{mine}", ready=ready):
            care.set_gateway(here.door, mine, chosen or None)
            frame.done(say(lang, "device.gateway_set", name=device.name))


def groups(here: Here, device: Device) -> None:
    lang, mine = here.lang, device.id
    st.html(markup.section(say(lang, "device.groups")))
    known = care.list_groups(here.door)
    names = {group.name: group.name for group in known}
    now_in = [group.name for group in known if mine in group.device_ids]
    chosen = forms.choices(lang, say(lang, "device.in_groups"), f"device-groups-{mine}", names, now_in)
    new = forms.line(forms.optional(lang, say(lang, "device.new_group")), f"device-group-{mine}")
    wanted = [*chosen, *([new] if new else [])]
    with states.attempt(lang):
        if forms.submit(
            lang, say(lang, "device.set_groups"), f"device-groups-save-{mine}", ready=set(wanted) != set(now_in)
        ):
            care.put_in_groups(here.door, mine, wanted)
            frame.done(say(lang, "device.groups_set", name=device.name))


def secrets(here: Here, device: Device) -> None:
    """A second password beside the first while somebody walks to the device; or another one at once; or its end."""
    lang, mine = here.lang, device.id
    st.html(markup.section(say(lang, "device.two_secrets")) + markup.note(say(lang, "device.two_secrets_hint")))
    spans = {days: say(lang, "device.days", n=days) for days in (1, 7, 30)}
    days = forms.pick(say(lang, "device.old_lasts"), f"rotation-days-{mine}", spans)
    with states.attempt(lang):
        if (
            forms.submit(lang, say(lang, "device.begin_rotation"), f"rotation-begin-{mine}", ready=days is not None)
            and days
        ):
            keep(care.begin_rotation(here.door, mine, days))
            frame.done(say(lang, "device.rotated", name=device.name))
        if forms.confirmed(
            lang, f"rotation-end-{mine}", say(lang, "device.end_rotation"), say(lang, "device.end_rotation_sure")
        ):
            care.finish_rotation(here.door, mine)
            frame.done(say(lang, "device.rotation_ended", name=device.name))
        st.html(markup.section(say(lang, "device.at_once")))
        if forms.confirmed(lang, f"device-rotate-{mine}", say(lang, "device.rotate"), say(lang, "device.rotate_sure")):
            keep(devices.rotate(here.door, mine))
            frame.done(say(lang, "device.rotated", name=device.name))
        sure = say(lang, "device.revoke_sure", name=device.name)
        if forms.confirmed(lang, f"device-revoke-{mine}", say(lang, "device.revoke"), sure):
            devices.revoke(here.door, mine)
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
