"""Why a field is told what it is told: every number with where it came from; and at most three tasks a day."""

from datetime import date, datetime, time, timedelta
from uuid import uuid4

import pytest
from fixtures.api import As, World
from fixtures.farm import observe, place_device

from nongso import store
from nongso.diary import Draft, Kind, Unit
from nongso.forecast import Forecast, ForecastHour, Source
from nongso.store import alerts, diary, forecasts
from nongso.store.alerts import Target

HOUR = timedelta(hours=1)
HTML = {"accept": "text/html"}


@pytest.fixture
def probe(conn: store.Connection, world: World, now: datetime) -> None:
    """A pomelo orchard on clay with moist soil at 20 and 60 cm, measured five minutes ago."""
    conn.execute("UPDATE field SET soil = 'clay' WHERE id = %s", (world.field_id,))
    place_device(conn, world.admin, "DAT", "soil", [world.field_id], now)
    observe(conn, "DAT", "soil.moisture", (now - timedelta(minutes=5), 25.0))


def tell_rain(conn: store.Connection, world: World, now: datetime, mm_an_hour: float) -> None:
    hours = tuple(ForecastHour(now + HOUR * n, 27.0, None, 80.0, mm_an_hour, 2.0) for n in range(1, 49))
    forecasts.insert(conn, world.office_id, Forecast(Source.FILE, now, now + 12 * HOUR, 10.2, 106.4, hours), now)


def working(signed_in: As, world: World, rule: str) -> dict[str, dict[str, object]]:
    """The lines of one rule by key."""
    answer = signed_in(world.farmer).get(f"/api/v1/fields/{world.field_id}/why").json()
    (found,) = [each for each in answer["workings"] if each["rule"] == rule]
    return {line["key"]: line for line in found["lines"]}


@pytest.mark.usefixtures("probe")
def test_root_zone_is_told_line_by_line(signed_in: As, world: World, now: datetime) -> None:
    """Clay of Table 19: field capacity 36 %, wilting point 22 %; citrus roots 1.2 m, p 0.5. 1000 (0.36 - 0.25) 1.2 m are gone."""
    lines = working(signed_in, world, "dry")

    assert (25.0, "DAT", (now - timedelta(minutes=5)).isoformat().replace("+00:00", "Z")) == (
        lines["soil.moisture"]["value"],
        str(lines["soil.moisture"]["device_name"]).removeprefix("Máy "),
        lines["soil.moisture"]["at"],
    )
    values = {key: line["value"] for key, line in lines.items()}
    assert {"field_capacity": 36.0, "wilting_point": 22.0, "root_depth": 1.2, "total_water": 168.0, "ready_water": 84.0} == {
        key: pytest.approx(values[key]) for key in ("field_capacity", "wilting_point", "root_depth", "total_water", "ready_water")
    }  # fmt: skip
    assert 132.0 == pytest.approx(values["depletion"])
    assert 132.0 / 0.8 == pytest.approx(values["water_to_bring"])
    assert ("estimate", "FAO-56, bảng 19", "Đất sét") == tuple(
        lines["field_capacity"][name] for name in ("kind", "source", "note")
    )
    assert "Chưa có dự báo thời tiết." == lines["rain_told"]["note"]
    assert lines["rain_told"]["value"] is None


@pytest.mark.usefixtures("probe")
def test_rain_that_is_told_puts_irrigation_off_and_says_whose_forecast_it_was(
    conn: store.Connection, signed_in: As, world: World, now: datetime
) -> None:
    before = signed_in(world.farmer).get(f"/api/v1/fields/{world.field_id}").json()
    tell_rain(conn, world, now, 5.0)

    after = signed_in(world.farmer).get(f"/api/v1/fields/{world.field_id}").json()

    assert ("verdict.dry.act_zone", "act") == (before["say"]["key"], before["level"])
    assert "Chưa có dự báo thời tiết." in [reason["text"] for reason in before["reasons"]]
    assert ("verdict.dry.watch_rain", "watch") == (after["say"]["key"], after["level"])
    assert "Dự báo của tệp do cơ quan đưa vào, phát lúc 10:45 22/11/2026." in [r["text"] for r in after["reasons"]]
    assert 0.0 == working(signed_in, world, "dry")["water_to_bring"]["value"]


@pytest.mark.usefixtures("probe")
def test_too_little_rain_changes_nothing(conn: store.Connection, signed_in: As, world: World, now: datetime) -> None:
    tell_rain(conn, world, now, 4.3)  # 103 mm of 0.8 · 132 mm

    assert (
        "verdict.dry.act_zone" == signed_in(world.farmer).get(f"/api/v1/fields/{world.field_id}").json()["say"]["key"]
    )


@pytest.mark.parametrize(
    ("column", "value", "says"),
    [
        ("soil", None, "Chưa biết loại đất"),
        ("planted_on", None, "Chưa có ngày trồng"),
        ("planted_on", date(2027, 1, 1), "Cây đã quá vụ hoặc chưa tới ngày trồng"),
        ("crop", "rau_la", "Bảng cây trồng chưa có hệ số nước"),
    ],
)
@pytest.mark.usefixtures("probe")
def test_what_nobody_said_of_a_field_is_asked_of_whoever_can_mend_it(
    conn: store.Connection, signed_in: As, world: World, column: str, value: object, says: str
) -> None:
    statements = {
        "soil": "UPDATE field SET soil = %s WHERE id = %s",
        "planted_on": "UPDATE field SET planted_on = %s WHERE id = %s",
        "crop": "UPDATE field SET crop = %s WHERE id = %s",
    }
    conn.execute(statements[column], (value, world.field_id))

    answer = signed_in(world.farmer).get(f"/api/v1/fields/{world.field_id}/why").json()

    assert says in answer["missing"]["text"]
    assert {"dry"} == {each["rule"] for each in answer["workings"]}  # the probe's own limit in % still speaks
    assert "moisture_limit" in working(signed_in, world, "dry")


def test_balance_of_days_names_what_the_station_does_not_measure(
    conn: store.Connection, signed_in: As, world: World, now: datetime
) -> None:
    """No radiation, no wind: estimated and said so. A deluge three weeks ago is where the balance is known from."""
    conn.execute("UPDATE field SET soil = 'clay' WHERE id = %s", (world.field_id,))
    place_device(conn, world.admin, "TRAM", "weather", [world.field_id], now)
    series = {
        key: observe(conn, "TRAM", key, (now - timedelta(minutes=5), value))
        for key, value in (("air.temperature", 27.0), ("air.humidity", 80.0), ("rain.amount", 0.0))
    }
    for back in range(1, 22):
        day = now.date() - timedelta(days=back)
        rain = 300.0 if back == 21 else 0.0
        for key, low, mean, high in (
            ("air.temperature", 23.0, 27.0, 32.0),
            ("air.humidity", 60.0, 80.0, 98.0),
            ("rain.amount", rain, rain, rain),
        ):
            conn.execute(
                "INSERT INTO reading_day (series_id, day, count, unfit, min, mean, max) VALUES (%s, %s, 1, 0, %s, %s, %s)",
                (series[key], day, low, mean, high),
            )  # fmt: skip

    lines = working(signed_in, world, "thirst")

    assert {"estimate_radiation_eq50", "estimate_wind_2ms"} == {key for key in lines if key.startswith("estimate_")}
    assert 0.0 == lines["rain_yesterday"]["value"]
    reckoned = lines["reckoned"]["value"]
    assert isinstance(reckoned, float)
    assert 40 < reckoned < 80  # twenty days of about 0.65 · 4.5 mm
    conn.execute("DELETE FROM reading_day WHERE day = %s", (now.date() - timedelta(days=4),))
    assert working(signed_in, world, "thirst")["reckoned"]["value"] is None


@pytest.mark.usefixtures("probe")
def test_page_of_the_working_is_light_and_says_until_when_it_counts(
    conn: store.Connection, signed_in: As, world: World, now: datetime
) -> None:
    tell_rain(conn, world, now, 0.0)

    page = signed_in(world.farmer).get(f"/m/why/{world.field_id}", headers=HTML)

    assert "FAO-56, công thức 87" in page.text
    assert "Có giá trị tới 11:10 22/11/2026" in page.text
    assert "nguồn: FAO-56, bảng 19" in page.text
    assert len(page.content) < 30_000


def test_tasks_are_the_three_most_urgent_things(
    conn: store.Connection, signed_in: As, world: World, now: datetime
) -> None:
    for rule, severity, values in (
        ("leaf_blast", 2, {}),
        ("brown_spot", 2, {}),
        ("salt", 4, {"value": 2.4, "limit": 2, "crop": "pomelo"}),
        ("rain", 3, {"value": 60}),
    ):
        key = "alert.rain.day" if rule == "rain" else f"alert.{rule}"
        alerts.open_or_update(conn, Target(rule, field_id=world.field_id), severity, {"key": key, **values}, now)
    spray = Draft(
        uuid4(), world.field_id, Kind.SPRAY, now.date() - timedelta(days=3), time(8), "Abamectin", 1.0, Unit.L, 7, 24.0
    )
    diary.insert_entry(conn, world.farmer, spray, now)

    tasks = signed_in(world.farmer).get("/api/v1/home").json()["tasks"]
    conn.execute("UPDATE alert SET closed_at = now() WHERE rule <> 'salt'")
    fewer = signed_in(world.farmer).get("/api/v1/home").json()["tasks"]

    assert ["close_gate", "drain", "scout"] == [task["key"] for task in tasks]
    assert ["close_gate", "wait"] == [task["key"] for task in fewer]
    assert "Còn 4 ngày cách ly (Abamectin), được thu hoạch từ 26/11/2026" == fewer[1]["text"]


def test_day_without_tasks_says_so(signed_in: As, world: World) -> None:
    assert "Hôm nay không có việc gì gấp." in signed_in(world.farmer).get("/m", headers=HTML).text
    assert [] == signed_in(world.farmer).get("/api/v1/home").json()["tasks"]
