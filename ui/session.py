"""Who is looking: the API's own cookie, asked about anew by every run of a page."""

import os
from dataclasses import dataclass, replace
from datetime import date, datetime
from urllib.parse import quote

import streamlit as st

from nongso.clock import local_day
from nongso.errors import SignInNeeded
from nongso.people import OFFICE_ROLES, WRITING_ROLES, Role
from nongso.settings import Settings
from nongso.text import LANGUAGES
from ui.door import Door
from ui.keys import Key

COOKIE = "ns_session"


@dataclass(frozen=True, slots=True)
class Me:
    """As the API knows them; `at` is its clock, so that today is the same day for a page and for what it sends."""

    account_id: int
    name: str
    role: Role
    lang: str
    office_slug: str
    office_name: str
    at: datetime

    @property
    def sees_office(self) -> bool:
        return self.role in OFFICE_ROLES

    @property
    def is_admin(self) -> bool:
        return self.role is Role.ADMIN

    @property
    def writes_office(self) -> bool:
        return self.role in WRITING_ROLES


@dataclass(frozen=True, slots=True)
class Here:
    """A reader and their door; what every view begins with."""

    me: Me
    door: Door

    @property
    def lang(self) -> str:
        return self.me.lang

    @property
    def now(self) -> datetime:
        return self.me.at

    @property
    def today(self) -> date:
        """The local day."""
        return local_day(self.me.at)


def settings() -> Settings:
    return Settings.from_env(os.environ)


def token() -> str:
    """The session's token; streamlit knows the cookies of the moment when the page connected. Empty when there is none."""
    return st.context.cookies.get(COOKIE) or ""


def enter() -> Here:
    """Who looks, according to the API at this moment. Raises SignInNeeded or Away."""
    if not token():
        raise SignInNeeded()
    house = settings()
    door = Door(house.api_url, house.ui_url, token(), house.lang)
    me = door.get("/api/v1/session", Me)
    here = Here(me, replace(door, lang=me.lang))
    st.session_state[Key.HERE] = here
    return here


def here() -> Here:
    """For views: what `enter` found in this run."""
    return st.session_state[Key.HERE]


def lang() -> str:
    """The reader's language as far as it is known: their own, else the browser's when it is one of ours, else the house's."""
    known: Here | None = st.session_state.get(Key.HERE)
    if known is not None:
        return known.lang
    wanted = (st.context.locale or "")[:2].lower()
    return wanted if wanted in LANGUAGES else settings().lang


def sign_in_url() -> str:
    """Where to sign in and come back from."""
    house = settings()
    return f"{house.public_url}/sign-in?next={quote(house.ui_url, safe='')}"
