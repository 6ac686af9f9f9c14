"""New accounts, farms for a farmer, another password, closing and opening again, forgetting a person."""

from collections.abc import Mapping, Sequence

import streamlit as st

from nongso.people import Role
from nongso.text import say
from ui import forms, frame, states
from ui.calls import people
from ui.calls.people import Account, AccountDraft
from ui.calls.places import add_member
from ui.session import Here


def create(here: Here) -> None:
    lang = here.lang
    login = forms.line(say(lang, "account.login"), "account-login")
    name = forms.line(say(lang, "account.name"), "account-name")
    role = forms.choice(
        lang, say(lang, "account.role"), "account-role", {role: say(lang, f"role.{role}") for role in Role}
    )
    password = secret(lang, "account-password")
    ready = bool(login and name and role and password)
    if forms.submit(lang, say(lang, "people.new"), "account-save", ready=ready) and role:
        with states.attempt(lang):
            people.create_account(here.door, AccountDraft(login.lower(), name, role, "vi", password))
            frame.done(say(lang, "account.saved", name=name))


def change(here: Here, accounts: Sequence[Account], farms: Mapping[int, str]) -> None:
    lang = here.lang
    named = {account.id: f"{account.name} ({account.login})" for account in accounts}
    chosen = forms.choice(lang, say(lang, "account.which"), "account-chosen", named)
    if chosen is None:
        return
    account = next(account for account in accounts if account.id == chosen)
    if account.role is Role.FARMER:
        give_farm(here, account, {farm: name for farm, name in farms.items() if farm not in account.farm_ids})
    password = secret(lang, f"account-reset-{chosen}")
    with states.attempt(lang):
        if forms.submit(lang, say(lang, "account.reset"), f"account-reset-save-{chosen}", ready=password != ""):
            people.reset_password(here.door, chosen, password)
            frame.done(say(lang, "account.was_reset", name=account.name))
        deed = "open" if account.disabled_at else "close"
        question = say(lang, f"account.{deed}_question", name=account.name)
        if forms.confirmed(lang, f"account-{deed}-{chosen}", say(lang, f"account.{deed}"), question):
            (people.enable if account.disabled_at else people.disable)(here.door, chosen)
            frame.done(say(lang, f"account.{deed}_done", name=account.name))
        question = say(lang, "account.forget_question", name=account.name)
        if forms.confirmed(lang, f"account-forget-{chosen}", say(lang, "account.forget"), question):
            people.erase(here.door, chosen)
            frame.done(say(lang, "account.forgotten"))


def give_farm(here: Here, account: Account, farms: Mapping[int, str]) -> None:
    lang = here.lang
    farm = forms.choice(lang, say(lang, "account.farm"), f"account-farm-{account.id}", farms)
    if (
        forms.submit(lang, say(lang, "account.give_farm"), f"account-farm-save-{account.id}", ready=farm is not None)
        and farm
    ):
        with states.attempt(lang):
            add_member(here.door, farm, account.id)
            frame.done(say(lang, "account.farm_given", name=account.name, farm=farms[farm]))


def secret(lang: str, name: str) -> str:
    return st.text_input(
        say(lang, "account.password"), key=forms.key(name), type="password", autocomplete="new-password"
    )
