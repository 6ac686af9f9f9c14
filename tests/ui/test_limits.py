"""The field's page follows what the office sets: card, chart's line, why."""

from datetime import datetime, timedelta

from fixtures.api import As, World
from fixtures.browsing import Open, words
from fixtures.farm import observe, place_device
from streamlit.testing.v1 import AppTest

from nongso import store
from ui import pages


def field_page(app: AppTest, world: World) -> AppTest:
    app.query_params["field"] = str(world.field_id)
    app.run()
    app.switch_page(pages.file_of("field"))
    return app.run()


def drawn(app: AppTest) -> str:
    """All that a chart of the page was given to draw."""
    return " ".join(str(each.proto) for each in app.get("vega_lite_chart"))


def line(limit: str) -> str:
    """The name of the limit's line as the test runner spells it: bytes in octal."""
    return "".join(chr(byte) if byte < 128 else f"\\{byte:03o}" for byte in f"ngưỡng mặn {limit} g/L".encode())


def test_a_limit_that_the_office_changes_moves_card_chart_and_why(
    open_app: Open, world: World, conn: store.Connection, signed_in: As, now: datetime
) -> None:
    """A pomelo orchard bears 2 g/L; the canal has 0.8."""
    place_device(conn, world.admin, "KENH", "canal", [world.field_id], now)
    observe(conn, "KENH", "water.salinity", *((now - timedelta(minutes=5 + 10 * n), 0.8) for n in range(9, -1, -1)))
    conn.execute(
        "INSERT INTO reading_hour (series_id, hour, count, unfit, min, mean, max)"
        " SELECT id, date_trunc('hour', %s::timestamptz) - interval '1 hour', 6, 0, 0.8, 0.8, 0.8 FROM series",
        (now,),
    )
    before = field_page(open_app(world.farmer), world)
    assert line("2") in drawn(before)
    assert "ngưỡng bưởi 2" in words(before)

    signed_in(world.officer).put("/api/v1/rules/salt/setting", json={"crop": "pomelo", "limits": {"limit": 0.5}})

    after = field_page(open_app(world.farmer), world)
    assert [] == list(after.exception)
    assert line("0,5") in drawn(after)
    assert line("2") not in drawn(after)
    assert "Không lấy nước, không tưới. Kênh mặn 0,8 g/L" in words(after)
    assert "quá ngưỡng bưởi 0,5" in words(after)
    assert "Cơ quan đã đặt" in words(after)
