"""`/board/{unit}`: a commune hall's screen or LED board. Weather, salt and warnings of a unit in large type; no script, no farm."""

from fastapi import APIRouter, Request, Response

from api import deps
from api.deps import Conn, Now, TheHouse
from api.inputs import UnitCode
from nongso import board
from nongso.alerting.public import text_of
from nongso.clock import local_day
from nongso.forecast import days_told
from nongso.store import boards, warnings
from nongso.text import say

router = APIRouter(include_in_schema=False)

REFRESH_S = 60
MOST_WARNINGS = 3
DECIMALS = {"salt": 1, "heat": 0, "rain": 0, "wind": 1}


@router.get("/board/{unit}")
def show(request: Request, conn: Conn, house: TheHouse, now: Now, unit: UnitCode) -> Response:
    """The page loads itself anew every minute; in Vietnamese unless `?lang=` asks for another language."""
    lang = deps.lang(request) if "lang" in request.query_params else "vi"
    name = warnings.get_unit_name(conn, unit)
    lasting = sorted(
        (each for each in warnings.list_public(conn, unit, now) if each.closed_at is None),
        key=lambda each: (-each.severity, each.opened_at),
    )
    forecast = boards.find_forecast(conn, unit, now)
    answer = house.pages.answer(
        "board.html",
        lang,
        sheets=("board",),
        name=name,
        today=local_day(now),
        now=now,
        refresh_s=REFRESH_S,
        tiles=[
            (say(lang, f"board.{tile.key}"), tile) for tile in board.tiles(boards.list_readings(conn, unit, now), now)
        ],
        decimals=DECIMALS,
        warnings=[
            (each, say(lang, f"alert.level.{each.severity}"), text_of(each, lang)) for each in lasting[:MOST_WARNINGS]
        ],
        more=max(0, len(lasting) - MOST_WARNINGS),
        forecast=forecast,
        source=say(lang, f"forecast.source.{forecast.source}") if forecast else "",
        told=[day for day in days_told(forecast) if day.day >= local_day(now)][:2] if forecast else [],
    )
    answer.headers["Cache-Control"] = "public, max-age=30"
    return answer
