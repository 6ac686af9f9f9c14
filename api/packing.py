"""Packing by whoever grew it: a lot of one's own harvest, with product and producer as the office made the last one; and its page on a phone."""

import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import ValidationError

from api.chain import PackBody, pack
from api.deps import Conn, House, Now, SignedIn, TheHouse
from api.diary_page import language
from api.harvests import Grower
from api.inputs import Body, Day, Id
from api.lots import LotBody, NewLot, make_lot
from api.phone_forms import Filled, read, words_of
from api.problems import InvalidFields, detail
from api.register_inputs import Kilograms, RowId
from nongso import store
from nongso.clock import local_day
from nongso.errors import Conflict, NongsoError
from nongso.lots import HALF_GRAM_KG
from nongso.people import Role, Viewer
from nongso.store import harvests, lots
from nongso.store.harvests import Harvest
from nongso.store.lots import Lot, Usual
from nongso.text import say
from nongso.text.format import parse_number

router = APIRouter()

RECENT = timedelta(days=60)  # what was taken longer ago is no fresh fruit any more
MOST_SHOWN = 20


class NothingBefore(Conflict):
    """Which product it is and in whose name is the office's to say, once for each farm and crop."""

    code = "lot.nothing_before"


class OwnPackBody(Body):
    """`packed_on` is today where it is left out."""

    kg: Kilograms
    packed_on: Day | None = None


class FormBody(Body):
    """What the phone's form sends: a harvest with kilograms as they were typed, or a lot that is there already."""

    harvest_id: RowId | None = None
    kg: str = ""
    lot_id: RowId | None = None
    packed_on: Day


@dataclass(frozen=True, slots=True)
class Waiting:
    """A harvest with goods left in kg, and how the last lot of that farm and crop was made, None where there was none."""

    harvest: Harvest
    usual: Usual | None
    left: str  # as it is typed: what is begun with must not be more than there is


@router.post("/api/v1/harvests/{harvest_id}/pack", status_code=201, tags=["lots"])
def pack_harvest(conn: Conn, viewer: Grower, house: TheHouse, now: Now, harvest_id: Id, body: OwnPackBody) -> NewLot:
    """A lot of one's own harvest, packed. Raises NothingBefore, NotFound and what POST /lots raises."""
    harvest = harvests.get_harvest(conn, viewer, harvest_id)
    usual = lots.find_usual(conn, viewer, harvest.farm_id, harvest.crop)
    if usual is None:
        raise NothingBefore(farm=harvest.farm_name)
    draft = LotBody(
        product_id=usual.product_id,
        harvest_id=harvest_id,
        producer_id=usual.producer_id,
        quantity_kg=body.kg,
        packed_on=body.packed_on or local_day(now),
    )
    return make_lot(conn, viewer, house, draft, now)


async def typed_form(request: Request) -> dict[str, str]:
    async with request.form() as form:
        return words_of(form)


TypedForm = Annotated[dict[str, str], Depends(typed_form)]


@router.get("/m/pack", include_in_schema=False)
def packing_page(
    request: Request,
    conn: Conn,
    viewer: SignedIn,
    house: TheHouse,
    now: Now,
    saved: Annotated[int | None, Query(ge=1, le=2**31 - 1)] = None,
) -> Response:
    """Harvests with goods left, lots that nobody packed yet, and what was just packed, said back."""
    done = lots.get_lot(conn, viewer, saved) if saved is not None else None
    return page(conn, house, viewer, language(request, viewer), now, Filled(), done)


@router.post("/m/pack", include_in_schema=False)
def write(request: Request, conn: Conn, viewer: Grower, house: TheHouse, now: Now, form: TypedForm) -> Response:
    """Back to the page that says what was packed; or the form again, as it was typed, with what is wrong."""
    lang = language(request, viewer)
    try:
        with conn.transaction():
            lot_id = packed(conn, viewer, house, now, read(FormBody, form))
    except NongsoError as fault:
        return page(conn, house, viewer, lang, now, Filled(form, problem(lang, fault), fault.status))
    return RedirectResponse(f"/m/pack?saved={lot_id}&lang={lang}", status_code=303)


def packed(conn: store.Connection, viewer: Viewer, house: House, now: datetime, body: FormBody) -> int:
    """The lot's id. Raises BadNumber for kilograms that can be read two ways, InvalidFields, and what the two deeds raise."""
    if body.lot_id is not None:
        pack(conn, viewer, now, body.lot_id, PackBody(day=body.packed_on))
        return body.lot_id
    if body.harvest_id is None:
        raise InvalidFields(fields="harvest_id")
    try:
        draft = OwnPackBody(kg=float(parse_number(body.kg)), packed_on=body.packed_on)
    except ValidationError as fault:
        raise InvalidFields(fields="kg") from fault
    return pack_harvest(conn, viewer, house, now, body.harvest_id, draft).id


def problem(lang: str, fault: NongsoError) -> str:
    return say(lang, "pack.unread") if isinstance(fault, InvalidFields) else detail(lang, fault)


def exact(lang: str, kg: float) -> str:
    """Never rounded up, and so that it reads one way only: no signs between thousands, and no three digits after the comma."""
    words = f"{math.floor(kg * 100 + HALF_GRAM_KG) / 100:.2f}".rstrip("0").rstrip(".")
    return words.replace(".", ",") if lang == "vi" else words


def page(
    conn: store.Connection,
    house: House,
    viewer: Viewer,
    lang: str,
    now: datetime,
    filled: Filled,
    done: Lot | None = None,
) -> Response:
    today = local_day(now)
    left = [
        each
        for each in harvests.list_harvests(conn, viewer)
        if each.left_kg > HALF_GRAM_KG and each.harvested_on >= today - RECENT
    ]
    loose = [lot for lot in lots.list_lots(conn, viewer) if lot.packed_on is None and lot.recalled_at is None]
    return house.pages.answer(
        "pack.html",
        lang,
        status=filled.status,
        sheets=("light", "diary"),
        writes=viewer.role is not Role.INSPECTOR,
        waiting=[
            Waiting(each, lots.find_usual(conn, viewer, each.farm_id, each.crop), exact(lang, each.left_kg))
            for each in left[:MOST_SHOWN]
        ],
        loose=loose[:MOST_SHOWN],
        typed=filled.values,
        problem=filled.problem,
        done=done,
        today=today,
    )
