"""Maps and recorded files: every cell is an item or empty, times are instants, an expert's word goes along."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from ingest import mapping
from ingest.recording import BadRecording, read
from ingest.tape import summarize

SONDE = """\
datetimestamp,temp,f_temp,spcond,f_spcond,sal,f_sal,do_pct,f_do_pct,do_mgl,f_do_mgl,depth,f_depth,ph,f_ph,turb,f_turb
2012-01-01T00:00:00-05:00,16.9,<0>,45.97,<1> [SSM] (CSM),29.9,<-3> [GQR] (CSM),,<-2>,7.2,<0> (CRE),1.24,<-4>,7.9,,2,<0>
"""
FARM = "site,date," + ",".join(
    f"{name}_{depth}cm" for depth in (30, 60, 90, 120, 150) for name in ("vwc", "temp", "ecb")
)
STATION = "YEAR,MONTH,DAY,HOUR,OB,TP,WS,SI\r\n2015,03,08,01,6.92,NO RECORD,0.11,0.00\r\n2015,03,08,03,7.05,0.02,x,\r\n"


def written(folder: Path, text: str) -> Path:
    file = folder / "series.csv"
    file.write_text(text, newline="")
    return file


def test_shipped_maps_load() -> None:
    assert {"cookfarm", "apacpwq", "faln_hourly"} <= set(mapping.names())
    assert 15 == len(mapping.load("cookfarm").columns)


def test_an_experts_codes_become_flags(tmp_path: Path) -> None:
    (record,) = read(written(tmp_path, SONDE), mapping.load("apacpwq"))

    flags = {item["k"]: item.get("f") for item in record.items}
    assert ("apacpwq", datetime(2012, 1, 1, 5, tzinfo=UTC), 1) == (record.device_id, record.at, record.empty)
    assert {"water.ec": 1024, "water.salinity": 2048, "water.level": 2048} == {k: f for k, f in flags.items() if f}


def test_depths_units_and_a_doubtful_zero(tmp_path: Path) -> None:
    line = "CAF003,2011-01-02,0.278,1.78,0.0" + "," * 12
    (record,) = read(written(tmp_path, f"{FARM}\n{line}\n"), mapping.load("cookfarm"))

    assert ("cookfarm-CAF003", datetime(2011, 1, 2, 8, tzinfo=UTC), 12) == (record.device_id, record.at, record.empty)
    assert [
        {"k": "soil.moisture", "v": 0.278, "u": "m³/m³", "d": 30},
        {"k": "soil.temperature", "v": 1.78, "u": "°C", "d": 30},
        {"k": "soil.ec", "v": 0.0, "u": "dS/m", "d": 30, "f": 1024},
    ] == record.items


def test_a_clock_change_moves_nothing_and_words_are_no_numbers(tmp_path: Path) -> None:
    first, second = read(written(tmp_path, STATION), mapping.load("faln_hourly"))

    assert 2 * 3600 == (second.at - first.at).total_seconds()
    assert [1, 1] == [first.empty, second.empty]
    assert {"k": "wind.speed", "v": "x", "u": "mph"} in second.items


def test_a_summary_walks_the_whole_file(tmp_path: Path) -> None:
    summary = summarize(written(tmp_path, STATION), mapping.load("faln_hourly"))

    assert (2, ("faln",)) == (summary.rows, summary.device_ids)
    assert datetime(2015, 3, 8, 9, tzinfo=UTC) == summary.first_at


@pytest.mark.parametrize(
    ("text", "row"),
    [("YEAR,MONTH\n", 1), (STATION.replace("2015,03,08,03", "2015,02,30,03"), 3), (STATION.split("\r\n")[0], 1)],
)
def test_a_file_that_does_not_fit_is_refused_with_its_row(tmp_path: Path, text: str, row: int) -> None:
    with pytest.raises(BadRecording) as caught:
        summarize(written(tmp_path, text), mapping.load("faln_hourly"))

    assert row == caught.value.values["row"]


def test_an_unknown_map_names_the_shipped_ones() -> None:
    with pytest.raises(mapping.UnknownMap) as caught:
        mapping.load("moon")

    assert "cookfarm" in str(caught.value.values["shipped"])


@pytest.mark.parametrize(
    "text",
    [
        "device = 1",
        'device="a"\nkind="soil"\ninterval_s=1\ntime="{t}"\n[[column]]\nname="a"\nproperty="soil.joy"\nunit="%"',
        'device="a"\nkind="soil"\ninterval_s=1\ntime="{t}"\n[[column]]\nname="a"\nproperty="soil.ec"\nunit="%"',
        "not toml",
    ],
)
def test_a_map_that_cannot_be_used_is_refused(tmp_path: Path, text: str) -> None:
    file = tmp_path / "map.toml"
    file.write_text(text)

    with pytest.raises(mapping.BadMap):
        mapping.load(str(file))
