"""`nongso simulate` describes without a broker and refuses nonsense in one line."""

import json
from pathlib import Path

import pytest

from firmware_sim.command import BadNumber, BadSpan, parse_span, simulate
from firmware_sim.fleet import BadCredentials
from firmware_sim.link import Address, BadBroker, parse_address
from firmware_sim.plan import BadPlan
from nongso.errors import InvalidInput
from nongso.text import LANGUAGES, catalogue


def test_the_plan_is_described_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert simulate(["--describe", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    probe = next(device for device in told["devices"] if device["id"] == "buoi-dat-1")
    assert told["fields"][0]["boundary"][0] == [106.3701, 10.2402]
    assert probe["expected_interval_s"] == 900
    assert {"property": "soil.moisture", "depth_cm": 40} in probe["series"]


def test_the_plan_is_described_for_people(capsys: pytest.CaptureFixture[str]) -> None:
    simulate(["--describe", "--devices", "20"])
    assert len(capsys.readouterr().out.splitlines()) == 20


@pytest.mark.parametrize(
    ("argv", "error"),
    [
        (["--plan", "atlantis"], BadPlan),
        (["--history", "a while"], BadSpan),
        (["--devices", "0"], BadNumber),
        (["--rate", "-1"], BadNumber),
        (["--broker", "http://127.0.0.1"], BadBroker),
        (["--broker", "mqtt://127.0.0.1:high"], BadBroker),
        (["--credentials", "nowhere.json"], BadCredentials),
    ],
)
def test_nonsense_is_refused(argv: list[str], error: type[InvalidInput], tmp_path: Path) -> None:
    with pytest.raises(error):
        simulate([*argv, "--state", str(tmp_path)])


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_refusal_has_a_sentence(lang: str) -> None:
    assert all(
        f"error.{error.code}" in catalogue(lang) for error in (BadPlan, BadSpan, BadNumber, BadBroker, BadCredentials)
    )


def test_spans_are_read() -> None:
    assert [parse_span(text) for text in ("30d", "12h", "45m", "90s")] == [2_592_000, 43_200, 2_700, 90]


def test_addresses_are_read() -> None:
    assert parse_address("mqtt://127.0.0.1") == Address("127.0.0.1", 1883, False)
    assert parse_address("mqtts://broker.example:9000") == Address("broker.example", 9000, True)
