"""Signing in and out: a page with a form, and the same for programs; the cookie that the full app shares."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse

from api import deps
from api.deps import Conn, House, Lang, Now, SignedIn, TheHouse
from api.inputs import Body, Password
from nongso import store
from nongso.errors import NongsoError, SignInNeeded, TooMany
from nongso.passwords import hash_password, matches
from nongso.people import Viewer
from nongso.settings import Settings
from nongso.store import audit_lines, people, places, sessions
from nongso.text import say
from nongso.tokens import new_token, token_hash

router = APIRouter(tags=["session"])

LOGIN = re.compile(r"[a-z0-9._@+-]{2,64}")
OWN_PATH = re.compile(r"/(?![/\\])[!-\[\]-~]*")  # no second slash, no backslash, nothing that a browser would drop


class WrongPassword(SignInNeeded):
    """The login or the password is wrong; which of the two is not told."""

    code = "sign_in.wrong"


class SignIn(Body):
    login: str
    password: Password


class NewPassword(Body):
    current: Password
    new: Password


class Language(Body):
    lang: Literal["vi", "en"]


@dataclass(frozen=True, slots=True)
class Me:
    """Who is signed in, and the API's own clock, for the pages of the full app."""

    account_id: int
    name: str
    role: str
    lang: str
    office_slug: str
    office_name: str
    at: datetime


@router.get("/sign-in", include_in_schema=False)
def sign_in_page(house: TheHouse, lang: Lang, next: str = "") -> Response:  # noqa: A002 - the word in the address
    return form(house, lang, next)


@router.post("/sign-in", include_in_schema=False)
def sign_in(
    request: Request,
    house: TheHouse,
    lang: Lang,
    now: Now,
    login: Annotated[str, Form()] = "",
    password: Annotated[str, Form()] = "",
    next: Annotated[str, Form()] = "",  # noqa: A002
) -> Response:
    """Redirects to the full app, or to `next` when that is a place of ours; shows the form again with what went wrong."""
    try:
        token = open_session(house, login, password, address(request), now)
    except (WrongPassword, TooMany) as fault:
        return form(house, lang, next, login, fault)
    answer = RedirectResponse(destination(house.settings, next), status_code=303)
    set_cookie(answer, house.settings, token)
    return answer


@router.post("/sign-out", include_in_schema=False)
def sign_out_page(request: Request, conn: Conn, viewer: SignedIn) -> Response:
    close_session(conn, request, viewer)
    answer = RedirectResponse("/sign-in", status_code=303)
    answer.delete_cookie(deps.COOKIE)
    return answer


@router.post("/api/v1/session", status_code=204)
def sign_in_program(request: Request, house: TheHouse, now: Now, body: SignIn) -> Response:
    """Sign in with JSON; the answer sets the cookie."""
    token = open_session(house, body.login, body.password, address(request), now)
    answer = Response(status_code=204)
    set_cookie(answer, house.settings, token)
    return answer


@router.get("/api/v1/session")
def me(conn: Conn, viewer: SignedIn, now: Now) -> Me:
    """Who is signed in."""
    office = places.get_office(conn, viewer.office_id)
    return Me(viewer.account_id, viewer.name, viewer.role, viewer.lang, office.slug, office.name, now)


@router.delete("/api/v1/session", status_code=204)
def sign_out(request: Request, conn: Conn, viewer: SignedIn) -> Response:
    close_session(conn, request, viewer)
    answer = Response(status_code=204)
    answer.delete_cookie(deps.COOKIE)
    return answer


@router.put("/api/v1/session/password", status_code=204)
def change_password(
    request: Request, house: TheHouse, now: Now, conn: Conn, viewer: SignedIn, body: NewPassword
) -> None:
    """Change one's own password; everywhere else one is signed out."""
    login = people.get_login(conn, viewer, viewer.account_id)
    check_password(house, login, body.current, address(request), now)
    people.update_password(conn, viewer, viewer.account_id, hash_password(body.new))
    sessions.delete_others(conn, viewer.account_id, token_hash(request.cookies.get(deps.COOKIE, "")))
    audit_lines.insert(conn, viewer, "account.password", f"account:{viewer.account_id}")


@router.put("/api/v1/session/lang", status_code=204)
def change_lang(conn: Conn, viewer: SignedIn, body: Language) -> None:
    """One's own language from now on."""
    people.update_lang(conn, viewer, body.lang)
    audit_lines.insert(conn, viewer, "account.lang", f"account:{viewer.account_id}", {"lang": body.lang})


def open_session(house: House, login: str, password: str, source: str, now: datetime) -> str:
    """A new session's token. Raises WrongPassword or TooManySignIns."""
    viewer = check_password(house, login, password, source, now)
    token = new_token()
    with store.connection(house.pool) as conn:
        sessions.insert(conn, viewer.account_id, token_hash(token), now)
        audit_lines.insert(conn, viewer, "session.open", f"account:{viewer.account_id}")
    return token


def check_password(house: House, login: str, password: str, source: str, now: datetime) -> Viewer:
    """Whose password this is. The try is committed before the hash is computed, and no connection is held meanwhile."""
    typed = login.strip().lower()
    known = typed if LOGIN.fullmatch(typed) else "?"
    with store.connection(house.pool) as conn:
        sessions.start_try(conn, known, source, now)
        credentials = people.find_credentials(conn, known)
    if not matches(password, credentials.password_hash if credentials else None) or credentials is None:
        raise WrongPassword()
    with store.connection(house.pool) as conn:
        sessions.forget_tries(conn, known, source)
    return credentials.viewer


def close_session(conn: store.Connection, request: Request, viewer: Viewer) -> None:
    sessions.delete(conn, token_hash(request.cookies.get(deps.COOKIE, "")))
    audit_lines.insert(conn, viewer, "session.close", f"account:{viewer.account_id}")


def form(house: House, lang: str, next_path: str, login: str = "", fault: NongsoError | None = None) -> Response:
    problem = say(lang, f"error.{fault.code}", **fault.values) if fault else ""
    status = fault.status if fault else 200
    return house.pages.answer("sign_in.html", lang, status=status, next=next_path, login=login, problem=problem)


def destination(settings: Settings, wanted: str) -> str:
    """`wanted` when it is a path of ours or within the full app, else the full app: never a stranger's address."""
    if OWN_PATH.fullmatch(wanted) or wanted == settings.ui_url or wanted.startswith(settings.ui_url + "/"):
        return wanted
    return settings.ui_url


def set_cookie(answer: Response, settings: Settings, token: str) -> None:
    answer.set_cookie(
        deps.COOKIE,
        token,
        max_age=int(sessions.LASTS.total_seconds()),
        httponly=True,
        samesite="lax",
        secure=settings.secure_cookies,
    )


def address(request: Request) -> str:
    """Where the request came from; behind a reverse proxy uvicorn takes it from X-Forwarded-For (FORWARDED_ALLOW_IPS)."""
    return request.client.host if request.client else ""
