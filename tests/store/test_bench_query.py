"""`nongso bench query`: measures what it says, in a database that holds nothing else."""

import json

import pytest

from nongso.commands.bench_query import BUDGET_MS, NotEmpty, TooFew, bench_query
from nongso.store.plans import summary

SMALL = ("--days", "30", "--readings", "29000", "--json")


def test_a_small_district_is_filled_and_asked(scratch_database: str, capsys: pytest.CaptureFixture[str]) -> None:
    bench_query([*SMALL, "--database", scratch_database])

    result = json.loads(capsys.readouterr().out)
    assert (28_800, 10) == (result["readings"], result["series"])
    assert set(BUDGET_MS) == {timing["query"] for timing in result["timings"]}
    assert [96, 30, 10] == [timing["points"] for timing in result["timings"]]
    with pytest.raises(NotEmpty):
        bench_query([*SMALL, "--database", scratch_database])


def test_less_than_one_device_is_refused() -> None:
    with pytest.raises(TooFew):
        bench_query(["--readings", "1000"])


def test_a_plan_is_told_by_its_nodes() -> None:
    message = (
        "duration: 0.1 ms  plan:\n"
        "Query Text: SELECT 1 FROM reading\n"
        "Limit  (cost=0.43..8.45 rows=1 width=8)\n"
        "  ->  Index Scan using reading_pkey on reading  (cost=0.43..8.45 rows=1 width=8)\n"
        "        Index Cond: (series_id = 1)"
    )

    assert "Limit < Index Scan using reading_pkey on reading" == summary(message)
