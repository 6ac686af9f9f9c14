"""The three real files at full speed, twice: every cell is accounted for, and the second time nothing new is stored."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from fixtures.collector import House, house

FILES = {
    "cookfarm": ("soil/cookfarm_daily_2011_2012.csv", 15_195, 160_558),
    "apacpwq": ("water/apacpwq_15min_2012.csv", 35_136, 280_872),
    "faln_hourly": ("weather/faln_agrimet_hourly_2015_imperial.csv", 8_758, 35_032),
}


LONG_S = 600  # tens of thousands of messages of one device, on a machine that may have other work


@pytest.fixture(scope="module")
def collector(shared: Path) -> Iterator[House]:
    with house() as opened:
        opened.collect()
        yield opened


@pytest.mark.parametrize("name", FILES)
def test_a_real_file_balances_and_stores_nothing_new_the_second_time(collector: House, shared: Path, name: str) -> None:
    file, rows, published = FILES[name]
    words = ("replay", str(shared / "farm" / file), "--map", name, "--register")

    first, second = collector.run(*words, limit_s=LONG_S), collector.run(*words, limit_s=LONG_S)

    assert first["balances"]
    assert (rows, published) == (first["rows"], first["published"])
    assert first["cells"] == first["empty"] + first["published"]
    assert first["published"] == first["stored"]
    assert second["balances"]
    assert (0, first["stored"]) == (second["stored"], second["duplicate"])
