"""`/m`, the farmer's light page: verdicts, numbers and alerts as HTML without script, for weak links and Zalo messages."""

from dataclasses import dataclass

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from api import deps
from api.deps import Conn, Now, SignedIn, TheHouse
from api.home import look
from api.light_water import LOOK_AGAIN_S, is_moving, waters
from api.views import NumberView
from nongso.people import Viewer
from nongso.text import say

router = APIRouter(include_in_schema=False)

SIGNS = {"good": "✓", "watch": "▲", "act": "■", "stale": "–"}
DECIMALS = {"salt": 1, "heat": 0, "rain": 0, "soil": 0, "paddy": 0}
LARGEST_COUNTED = 10  # fields whose number is said as a word


@dataclass(frozen=True, slots=True)
class Tile:
    """A number with its sign and how many decimals an eye can use."""

    view: NumberView
    sign: str
    decimals: int


@router.get("/")
def front_door() -> Response:
    return RedirectResponse("/m", status_code=303)


@router.get("/m")
def light_page(request: Request, conn: Conn, house: TheHouse, viewer: SignedIn, now: Now) -> Response:
    """The page in the viewer's own language unless `?lang=` asks for another."""
    lang = deps.lang(request) if "lang" in request.query_params else viewer.lang
    home = look(conn, viewer, now, lang)
    cards = [(card, [tile(number) for number in card.numbers]) for card in home.cards]
    water = waters(conn, viewer, now, lang)
    answer = house.pages.answer(
        "light.html",
        lang,
        sheets=("light",),
        cards=cards,
        alerts=home.alerts,
        tasks=home.tasks,
        title=title(lang, viewer, len(cards)),
        today=home.day,
        now=now,
        signs=SIGNS,
        silent=bool(cards) and all(card.level == "stale" for card, _ in cards),
        ui_url=house.settings.ui_url,
        waters=water,
        loose=any(each.zone.state != "closed" for each in water),
        stopped="stopped" in request.query_params,
    )
    if is_moving(water):
        answer.headers["Refresh"] = f"{LOOK_AGAIN_S};url=/m?lang={lang}#water"
    return answer


def title(lang: str, viewer: Viewer, count: int) -> str:
    """`Ba thửa ruộng của bác`: a farmer's fields are counted, an office sees them all."""
    if count == 0:
        return say(lang, "light.title_none")
    if viewer.sees_office:
        return say(lang, "light.title_office", count=count)
    if count <= LARGEST_COUNTED:
        return say(lang, f"light.count.{count}")
    return say(lang, "light.title_many", count=count)


def tile(view: NumberView) -> Tile:
    return Tile(view, SIGNS[view.level], DECIMALS[view.key])
