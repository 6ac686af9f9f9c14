"""Forecasts fetched from a server of our own in Open-Meteo's shape, kept with their hour of issue, and gone when they expire."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any, cast
from urllib.parse import parse_qs, urlsplit

import pytest
from fixtures.api import As, OneConnection, World

from nongso import store
from nongso.commands.forecast import forecast as forecast_command
from nongso.errors import NongsoError
from nongso.forecast import BadForecast, Forecast, ForecastHour, Source
from nongso.store import forecasts
from worker.forecasts import Fetcher, forget

HOUR = timedelta(hours=1)


def answer(now: datetime) -> dict[str, Any]:
    """Two days of our own weather in the shape that Open-Meteo documents: rain of 1 mm in every hour, calm and mild."""
    begins = now.replace(minute=0, second=0, microsecond=0)
    hours = [begins + HOUR * n for n in range(1, 49)]
    return {
        "latitude": 10.25,
        "longitude": 106.375,
        "utc_offset_seconds": 0,
        "timezone": "GMT",
        "hourly_units": {"time": "iso8601", "temperature_2m": "°C", "precipitation": "mm", "wind_speed_10m": "m/s"},
        "hourly": {
            "time": [hour.strftime("%Y-%m-%dT%H:%M") for hour in hours],
            "temperature_2m": [27.0] * 48,
            "relative_humidity_2m": [80] * 48,
            "precipitation": [1.0] * 48,
            "wind_speed_10m": [3.0] * 48,
        },
    }


@contextmanager
def source(body: bytes, status: int = 200) -> Iterator[tuple[str, list[str]]]:
    """A server on loopback that answers every GET alike; its address and what it was asked."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/v1/forecast", asked
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def pool(conn: store.Connection) -> store.Pool:
    return cast(store.Pool, OneConnection(conn))


def test_worker_asks_for_each_place_with_fields_and_keeps_what_it_is_told(
    conn: store.Connection, world: World, now: datetime
) -> None:
    with source(json.dumps(answer(now)).encode()) as (url, asked):
        fetched = Fetcher(url).run(pool(conn), now)

    (told,) = forecasts.list_standing(conn, world.office_id, now)
    assert 2 == fetched  # of two offices, one place each
    assert {"10.20"} == {parse_qs(urlsplit(path).query)["latitude"][0] for path in asked}
    assert (Source.OPEN_METEO, now, 48) == (told.source, told.issued_at, len(told.hours))
    assert [] == forecasts.list_standing(conn, world.office_id, now + timedelta(hours=12))


def test_it_asks_again_after_three_hours_and_ten_minutes_after_a_failure(
    conn: store.Connection, world: World, now: datetime
) -> None:
    with source(json.dumps(answer(now)).encode()) as (url, asked):
        fetcher = Fetcher(url)
        turns = [fetcher.run(pool(conn), now + timedelta(minutes=minutes)) for minutes in (0, 1, 179, 180)]
    with source(b"busy", 503) as (url, refused):
        fetcher = Fetcher(url)
        for minutes in (400, 405, 410):
            fetcher.run(pool(conn), now + timedelta(minutes=minutes))

    assert ([2, 0, 0, 2], 4) == (turns, len(asked))
    assert 4 == len(refused)
    assert now + 3 * HOUR == forecasts.list_standing(conn, world.office_id, now + 7 * HOUR)[0].issued_at


@pytest.mark.parametrize("body", [b"", b"<html>", b"[1]", b'{"hourly": {"time": 3}}', b"x" * 2_100_000])
def test_nonsense_leaves_the_last_forecast_as_it_is(
    conn: store.Connection, world: World, now: datetime, body: bytes
) -> None:
    with source(body) as (url, _):
        assert 0 == Fetcher(url).run(pool(conn), now)

    assert [] == forecasts.list_standing(conn, world.office_id, now)


def test_a_file_serves_as_a_source(conn: store.Connection, world: World, now: datetime, tmp_path: Path) -> None:
    file = tmp_path / "told.json"
    file.write_text(json.dumps(answer(now)), encoding="utf-8")

    assert 2 == Fetcher(file.as_uri()).run(pool(conn), now)
    assert 0 == Fetcher((tmp_path / "none.json").as_uri()).run(pool(conn), now + 4 * HOUR)


def test_old_forecasts_are_forgotten(conn: store.Connection, world: World, now: datetime) -> None:
    told = Forecast(Source.FILE, now, now + HOUR, 10.2, 106.4, (ForecastHour(now + HOUR, 20.0),))

    assert forecasts.insert(conn, world.office_id, told, now)
    assert not forecasts.insert(conn, world.office_id, told, now)
    assert [0, 1] == [forget(pool(conn), now + timedelta(days=days)) for days in (39, 41)]


def test_field_without_a_forecast_says_so_and_with_one_says_whose_and_when(
    conn: store.Connection, signed_in: As, world: World, now: datetime
) -> None:
    path = f"/api/v1/fields/{world.field_id}/forecast"
    before = signed_in(world.farmer).get(path).json()
    hours = tuple(ForecastHour(now + HOUR * n, 27.0, None, 70.0, 0.0, 3.0) for n in range(1, 49))
    forecasts.insert(conn, world.office_id, Forecast(Source.SIMULATOR, now, now + 12 * HOUR, 10.2, 106.4, hours), now)

    after = signed_in(world.farmer).get(path).json()

    assert ("Chưa có dự báo thời tiết.", None, []) == (before["label"], before["issued_at"], before["hours"])
    assert "Dự báo của bộ mô phỏng (không phải thời tiết thật), phát lúc 10:45 22/11/2026" == after["label"]
    assert ["Hôm nay 10:45 - 19:45", "Ngày mai 05:45 - 19:45"] == [each["text"] for each in after["spray_windows"]]
    assert {"simulator"} == {after["source"]}


def test_rules_that_look_at_a_forecast_say_that_there_is_none(
    conn: store.Connection, signed_in: As, world: World, now: datetime
) -> None:
    notes = {each["slug"]: each["note"] for each in signed_in(world.farmer).get("/api/v1/rules").json()}

    assert "Quy tắc này cần dự báo thời tiết; hiện chưa có dự báo." == notes["spray_window"]
    assert {notes["frost"], notes["dry"], notes["thirst"]} == {"Hiện chưa có dự báo: quy tắc chỉ dựa vào số đo."}


def test_command_takes_a_file_once(
    scratch_database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("NONGSO_DATABASE_URL", scratch_database)
    with store.connect(scratch_database) as conn, store.transaction(conn):
        conn.execute("INSERT INTO admin_unit (code, valid_from, name, kind) VALUES ('1', '2025-07-01', 'Xã Một', 'xã')")
        conn.execute(
            "INSERT INTO office (slug, name, unit_code, unit_valid_from) VALUES ('xa', 'Xã Một', '1', '2025-07-01')"
        )
    file = tmp_path / "told.json"
    issued = datetime.fromisoformat("2026-11-22T00:00:00+00:00")
    file.write_text(json.dumps(answer(issued)), encoding="utf-8")
    words = ["import", str(file), "--office", "xa", "--issued", "2026-11-22T00:00:00Z", "--json"]

    answers = []
    for _ in range(2):
        assert 0 == forecast_command(words)
        answers.append(json.loads(capsys.readouterr().out))

    assert [(True, 48), (False, 48)] == [(each["new"], each["hours"]) for each in answers]


@pytest.mark.parametrize(("words", "kind"), [
    (["import", "none.json", "--office", "xa"], NongsoError),
    (["import", "none.json", "--office", "xa", "--issued", "yesterday"], BadForecast),
    (["import", "none.json", "--office", "xa", "--issued", "2026-11-22T00:00:00"], BadForecast),
])  # fmt: skip
def test_command_refuses_what_it_cannot_use(words: list[str], kind: type[NongsoError]) -> None:
    with pytest.raises(kind):
        forecast_command(words)
