"""Weather files and their maps on the command line: good ones answer, bad ones are one clear line."""

from pathlib import Path

import pytest

from nongso.agronomy_command import agro
from nongso.errors import NongsoError
from nongso.text import say
from nongso.weather_maps import load_map, shipped_maps

MAP = """
[station]
latitude_deg = 10.03
longitude_deg = 105.78
elevation_m = 2
wind_height_m = 10
timezone = "Asia/Ho_Chi_Minh"
[time]
step = "day"
date = "day"
[columns]
t_min = { column = "tmin", unit = "°C" }
t_max = { column = "tmax", unit = "°C" }
wind = { column = "wind", unit = "km/h", missing = ["calm?", -9999] }
"""
DAYS = "day,tmin,tmax,wind\n2026-04-15,25.6,34.8,7.2\n2026-04-16,25.1,35.0,-9999\n2026-04-17,,35.0,7\n"


@pytest.fixture
def files(tmp_path: Path) -> Path:
    (tmp_path / "map.toml").write_text(MAP, encoding="utf-8")
    (tmp_path / "days.csv").write_text(DAYS, encoding="utf-8")
    return tmp_path


def run(files: Path, *words: str) -> int:
    return agro(["et0", str(files / "days.csv"), "--map", str(files / "map.toml"), *words])


def test_days_come_out_with_estimates_and_gaps_named(files: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert 0 == run(files, "--csv")

    header, first, second, third = (line.split(",") for line in capsys.readouterr().out.splitlines())
    assert ["date", "et0_mm", "method", "estimated", "missing"] == header[:5]
    assert ["2026-04-15", "penman_monteith", "radiation_eq50;vapour_eq48", ""] == [first[0], *first[2:5]]
    assert 3 < float(first[1]) < 8
    assert ["hargreaves", "et0_eq52", ""] == second[2:5]
    assert ["2026-04-17", "", "", "", "t_min_c"] == third[:5]


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_the_summary_speaks_the_readers_language(
    files: Path, lang: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NONGSO_LANG", lang)

    run(files)

    printed = capsys.readouterr().out
    assert say(lang, "agronomy.et0_missing", days=1, name="t_min_c") in printed
    assert say(lang, "agronomy.estimate.et0_eq52") in printed


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("day,tmin,tmax\n2026-04-15,25,34\n", "agronomy.no_column"),
        ("day,tmin,tmax,wind\n", "agronomy.empty_file"),
        ("day,tmin,tmax,wind\n" + "x" * 200_000, "agronomy.not_csv"),
        ("day,tmin,tmax,wind\n2026-02-30,25,34,7\n", "agronomy.bad_time"),
        ("day,tmin,tmax,wind\n2026-04-15,25,34,7\n2026-04-15,25,34,7\n", "agronomy.bad_time"),
        ("day,tmin,tmax,wind\n2026-04-15,25,hot,7\n", "agronomy.bad_cell"),
        ("day,tmin,tmax,wind\n2026-04-15,25,inf,7\n", "agronomy.bad_cell"),
    ],
)
def test_a_bad_file_is_one_clear_line(files: Path, written: str, code: str) -> None:
    (files / "days.csv").write_text(written, encoding="utf-8")

    with pytest.raises(NongsoError) as fault:
        run(files)

    assert code == fault.value.code
    assert say("vi", f"error.{code}", **fault.value.values)


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ("latitude_deg = 10.03", "", "station.latitude_deg"),
        ('timezone = "Asia/Ho_Chi_Minh"', 'timezone = "Mars/Olympus"', "station.timezone"),
        ('step = "day"', 'step = "week"', "time.step"),
        ('date = "day"', "", "time"),
        ("t_min =", "t_mim =", "columns.t_mim"),
        ('unit = "km/h"', "", "columns.wind.unit"),
    ],
)
def test_a_bad_map_names_its_entry(files: Path, old: str, new: str, key: str) -> None:
    (files / "map.toml").write_text(MAP.replace(old, new).replace('wind", ,', 'wind",'), encoding="utf-8")

    with pytest.raises(NongsoError) as fault:
        run(files)

    assert ("agronomy.bad_map", key) == (fault.value.code, fault.value.values["key"])


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["et0", "nowhere.csv", "--map", "maricopa"], "agronomy.no_file"),
        (["et0", "nowhere.csv", "--map", "nowhere"], "agronomy.unknown_map"),
        (["et0", "nowhere.csv", "--map", "maricopa", "--hourly"], "agronomy.not_hourly"),
        (["salinity", "--ec", "-3"], "agronomy.impossible_input"),
        (["salinity", "--ec", "nan"], "agronomy.impossible_input"),
    ],
)
def test_bad_words_are_errors_with_a_sentence(words: list[str], code: str) -> None:
    with pytest.raises(NongsoError) as fault:
        agro(words)

    assert code == fault.value.code
    assert say("vi", f"error.{code}", **fault.value.values)


def test_every_shipped_map_loads() -> None:
    assert ["faln_daily", "faln_hourly", "maricopa"] == shipped_maps()
    assert all(load_map(name).columns for name in shipped_maps())


def test_salinity_on_the_command_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert 0 == agro(["salinity", "--ec", "7.28"])

    assert "4,002 g/L" in capsys.readouterr().out


def test_salinity_for_programs(capsys: pytest.CaptureFixture[str]) -> None:
    agro(["salinity", "--ec", "1", "--json"])

    assert '"formula": "pss78_hill1986"' in capsys.readouterr().out


HOURLY = MAP.replace('step = "day"', 'step = "hour"\nhour = "hour"\nlabel = "start"').replace(
    "Asia/Ho_Chi_Minh", "America/Los_Angeles"
)
HOURLY = HOURLY[: HOURLY.index("[columns]")] + '[columns]\ntemperature = { column = "t", unit = "°C" }\n'


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ("2026-03-08,2,10\n", "agronomy.bad_time"),  # the spring change skips 02:00
        ("2026-07-01,5,10\n2026-07-01,5,10\n", "agronomy.bad_time"),
        ("2026-07-01,5.5,10\n", "agronomy.bad_cell"),
    ],
)
def test_hours_that_were_not_are_refused(files: Path, rows: str, code: str) -> None:
    (files / "map.toml").write_text(HOURLY, encoding="utf-8")
    (files / "days.csv").write_text("day,hour,t\n" + rows, encoding="utf-8")

    with pytest.raises(NongsoError) as fault:
        run(files, "--hourly")

    assert code == fault.value.code


def test_the_repeated_hour_of_autumn_counts_twice(files: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (files / "map.toml").write_text(HOURLY, encoding="utf-8")
    rows = "".join(f"2026-11-01,{hour},15\n" for hour in (0, 1, 1, *range(2, 24)))
    (files / "days.csv").write_text("day,hour,t\n" + rows, encoding="utf-8")

    run(files, "--daily", "--csv")

    assert "2026-11-01," in capsys.readouterr().out.splitlines()[1]
