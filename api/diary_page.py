"""`/m/diary`, the field diary on a phone: one form without script; with one, entries wait on the phone until there is a link."""

import base64
import hashlib
from datetime import datetime
from functools import cache
from importlib import resources
from typing import Annotated
from uuid import uuid4

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import RedirectResponse
from markupsafe import Markup
from starlette.datastructures import UploadFile

from api import deps
from api.deps import Conn, House, Now, SignedIn, TheHouse
from api.diary import EntryBody, record, recorded
from api.diary_words import summary
from api.harvests import Grower
from api.phone_forms import Filled, read, words_of
from api.problems import InvalidFields, detail
from nongso import store
from nongso.clock import local_day
from nongso.diary import Incomplete, Kind, Unit
from nongso.errors import NongsoError
from nongso.people import Role, Viewer
from nongso.store import diary, places
from nongso.text import say

router = APIRouter(include_in_schema=False)

POLICY = "Content-Security-Policy"
MOST_FIELDS = 30  # in the list; the rest is found by its name
MOST_SHOWN = 12
CHOICES = tuple(kind for kind in Kind if kind is not Kind.VOID)
QUEUE_STATES = ("waiting", "sending", "saved", "refused", "sign_in", "full", "drop")  # as diary.js names them
LABELS = {
    "kind": "diary.what",
    "amount": "diary.amount_used",
    "minutes": "diary.minutes_run",
    "supersedes": "diary.correction",
}


async def typed_form(request: Request) -> dict[str, str]:
    """The form's words; a photo becomes base64, as a program would send it. Async because the body is read from the link."""
    async with request.form() as form:
        words = words_of(form)
        photo = form.get("photo")
        if isinstance(photo, UploadFile):
            words["photo"] = base64.b64encode(await photo.read()).decode()
    return words


TypedForm = Annotated[dict[str, str], Depends(typed_form)]


@router.get("/m/diary")
def diary_page(
    request: Request,
    conn: Conn,
    viewer: SignedIn,
    house: TheHouse,
    now: Now,
    search: Annotated[str, Query(max_length=100)] = "",
    saved: Annotated[int | None, Query(ge=1, le=2**63 - 1)] = None,
) -> Response:
    """The form, what was just saved said back, and the newest lines."""
    lang = language(request, viewer)
    done = recorded(conn, lang, diary.get_entry(conn, viewer, saved)) if saved is not None else None
    return page(conn, house, viewer, lang, now, Filled(), search=search.replace("\0", ""), done=done)


@router.post("/m/diary")
def write(request: Request, conn: Conn, viewer: Grower, house: TheHouse, now: Now, form: TypedForm) -> Response:
    """Back to the page that says what was saved; or the form again, as it was typed, with what is wrong."""
    lang = language(request, viewer)
    try:
        with conn.transaction():
            entry = record(conn, viewer, read(EntryBody, form), now)
    except NongsoError as fault:
        return page(conn, house, viewer, lang, now, Filled(form, problem(lang, fault), fault.status))
    return RedirectResponse(f"/m/diary?saved={entry.id}&lang={lang}", status_code=303)


def problem(lang: str, fault: NongsoError) -> str:
    """What is missing is said in the form's own words."""
    if isinstance(fault, Incomplete):
        named = [[label(lang, name) for name in names.split("|")] for names in str(fault.values["missing"]).split(", ")]
        return say(lang, "diary.missing", what=", ".join(" / ".join(either) for either in named))
    if isinstance(fault, InvalidFields):
        return say(
            lang, "diary.missing", what=", ".join(label(lang, n) for n in str(fault.values["fields"]).split(", "))
        )
    return detail(lang, fault)


def label(lang: str, name: str) -> str:
    known = {*EntryBody.model_fields} - {"client_id", "field_id"}
    return say(lang, LABELS.get(name, f"diary.{name}" if name in known else "diary.field"))


def page(
    conn: store.Connection,
    house: House,
    viewer: Viewer,
    lang: str,
    now: datetime,
    filled: Filled,
    *,
    search: str = "",
    done: object = None,
) -> Response:
    fields = places.list_fields(conn, viewer, search)
    entries = diary.list_entries(conn, viewer, MOST_SHOWN)
    code, digest = script()
    answer = house.pages.answer(
        "diary.html",
        lang,
        status=filled.status,
        sheets=("light", "diary"),
        script=code,
        account=viewer.account_id,
        writes=viewer.role is not Role.INSPECTOR,
        officer=viewer.writes_office,
        kinds=[(kind, say(lang, f"diary.kind.{kind}")) for kind in CHOICES],
        states=[(state, say(lang, f"diary.queue.{state}")) for state in QUEUE_STATES],
        units=tuple(Unit),
        fields=fields[:MOST_FIELDS],
        farms=dict.fromkeys((each.farm_id, each.farm_name) for each in fields[:MOST_FIELDS]),
        more=max(0, len(fields) - MOST_FIELDS),
        search=search,
        typed=filled.values,
        problem=filled.problem,
        done=done,
        today=local_day(now),
        entries=[(each, summary(lang, each), uuid4()) for each in entries],
        client_id=filled.values.get("client_id") or uuid4(),
    )
    answer.headers[POLICY] += f"; script-src 'sha256-{digest}'; connect-src 'self'"
    return answer


@cache
def script() -> tuple[Markup, str]:
    """The page's one script and its SHA-256, which alone lets it run."""
    text = (resources.files("api") / "static" / "diary.js").read_text(encoding="utf-8").strip()
    digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
    return Markup(text), digest  # noqa: S704 - our own file


def language(request: Request, viewer: Viewer) -> str:
    return deps.lang(request) if "lang" in request.query_params else viewer.lang
