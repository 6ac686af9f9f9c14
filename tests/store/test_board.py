"""The public board of a unit: weather, salt and warnings with their age, nothing of any farm, and no script."""

from datetime import datetime, timedelta

import pytest
from fastapi.testclient import TestClient
from fixtures.api import World
from fixtures.farm import observe, place_device

from nongso import store
from nongso.forecast import Forecast, ForecastHour, Source
from nongso.store import alerts, forecasts
from nongso.store.alerts import Target

HTML = {"accept": "text/html"}
MINUTE = timedelta(minutes=1)


@pytest.fixture
def stations(conn: store.Connection, world: World, now: datetime) -> None:
    """A weather station and a canal sonde of the unit; a probe and a tube that are a farm's own."""
    for device, kind, property_, value in (
        ("TRAM", "weather", "air.temperature", 31.4),
        ("TRAM2", "weather", "wind.speed", 2.5),
        ("KENH", "canal", "water.salinity", 3.2),
        ("KENH2", "canal", "water.ec", 3797.0),
        ("DAT", "soil", "soil.moisture", 18.7),
        ("ONG", "paddy", "water.level", -0.12),
    ):
        place_device(conn, world.admin, device, kind, [world.field_id], now)
        observe(conn, device, property_, (now - 5 * MINUTE, value))


def unit_of(conn: store.Connection, world: World) -> str:
    row = conn.execute("SELECT unit_code FROM farm WHERE id = %s", (world.farm_id,)).fetchone()
    assert row is not None
    return row[0]


@pytest.mark.usefixtures("stations")
def test_numbers_of_the_unit_with_their_age_and_nothing_of_a_farm(
    conn: store.Connection, client: TestClient, world: World
) -> None:
    page = client.get(f"/board/{unit_of(conn, world)}", headers=HTML)

    assert (200, "public, max-age=30") == (page.status_code, page.headers["cache-control"])
    assert '<meta http-equiv="refresh" content="60">' in page.text
    assert "<script" not in page.text
    assert {"31", "2,5", "3,2"} <= set(page.text.replace("<", ">").split(">"))  # the saltest water, not the freshest
    assert 3 == page.text.count("5 phút trước")
    names = [row[0] for row in conn.execute("SELECT name FROM farm UNION SELECT name FROM field").fetchall()]
    assert [] == [secret for secret in (*names, "18,7", "0,12", "-12", "Máy") if secret in page.text]


@pytest.mark.usefixtures("stations")
def test_silence_is_said_and_no_old_number_stands_there(
    conn: store.Connection, client: TestClient, world: World, now: datetime
) -> None:
    conn.execute("UPDATE latest SET fit_at = %s, at = %s", (now - 180 * MINUTE, now - 180 * MINUTE))

    page = client.get(f"/board/{unit_of(conn, world)}", headers=HTML).text

    assert 3 == page.count("mất tín hiệu 3 giờ")
    assert "31 " not in page


def test_empty_unit_says_that_it_has_no_station(conn: store.Connection, client: TestClient, world: World) -> None:
    page = client.get(f"/board/{unit_of(conn, world)}", headers=HTML).text

    assert "Chưa có trạm thời tiết hay trạm kênh nào ở đây." in page
    assert "Hiện không có cảnh báo nào." in page
    assert "Chưa có dự báo thời tiết." in page


@pytest.mark.usefixtures("stations")
def test_warnings_stand_by_severity_and_a_farms_own_alerts_do_not(
    conn: store.Connection, client: TestClient, world: World, now: datetime
) -> None:
    for rule, severity, values in (("rain", 3, {"value": 61.0}), ("dry", 4, {"value": 12, "limit": 26})):
        key = "alert.rain.day" if rule == "rain" else "alert.dry"
        alerts.open_or_update(conn, Target(rule, field_id=world.field_id), severity, {"key": key, **values}, now)
    alerts.open_or_update(
        conn, Target("salt_line_4", device_id="KENH"), 4, {"key": "alert.salt_line_4", "value": 4.1}, now
    )

    page = client.get(f"/board/{unit_of(conn, world)}", headers=HTML).text

    assert 0 < page.index("Ranh mặn 4 g/L") < page.index("Mưa to 61 mm")
    assert "Đất khô" not in page


def test_forecast_is_labelled_with_its_hour_and_goes_when_it_expires(
    conn: store.Connection, client: TestClient, world: World, now: datetime
) -> None:
    hours = tuple(ForecastHour(now + 60 * n * MINUTE, 24.0 + n % 8, None, 80.0, 0.5, 3.0) for n in range(1, 60))
    forecasts.insert(
        conn, world.office_id, Forecast(Source.OPEN_METEO, now, now + 720 * MINUTE, 10.2, 106.4, hours), now
    )

    page = client.get(f"/board/{unit_of(conn, world)}?lang=en", headers=HTML).text

    assert "Forecast by Open-Meteo.com, issued 10:45 22 Nov 2026" in page


def test_unknown_unit_is_no_page(client: TestClient) -> None:
    assert 404 == client.get("/board/88888", headers=HTML).status_code
