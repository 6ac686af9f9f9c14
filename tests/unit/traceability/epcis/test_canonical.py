"""Canonical spelling of instants, numbers and identifiers."""

from datetime import UTC, datetime

import pytest

from traceability.epcis.canonical import BadInstant, canonical_instant, canonical_number, canonical_value, read_instant


def test_an_instant_is_read_as_utc() -> None:
    assert read_instant("2026-11-22T08:30:00+07:00") == datetime(2026, 11, 22, 1, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("2026-11-22T08:30:00+07:00", "2026-11-22T01:30:00.000Z"),
        ("2026-11-22T01:30:00Z", "2026-11-22T01:30:00.000Z"),
        ("2026-11-22T01:30:00.1415Z", "2026-11-22T01:30:00.142Z"),
        ("2026-11-22T01:30:00.1425Z", "2026-11-22T01:30:00.143Z"),
        ("2026-11-22T01:30:00.14149999Z", "2026-11-22T01:30:00.141Z"),
        ("2026-12-31T23:59:59.9995Z", "2027-01-01T00:00:00.000Z"),
        (" 2026-11-22T01:30:00.5Z ", "2026-11-22T01:30:00.500Z"),
    ],
)
def test_an_instant_has_milliseconds_rounded_half_up(text: str, canonical: str) -> None:
    assert canonical_instant(text) == canonical


@pytest.mark.parametrize(
    "text",
    [
        "22-07-2026",
        "2026-11-22",
        "2026-11-22T08:30:00",
        "2026-11-22T08:30Z",
        "2026-02-30T08:30:00Z",
        "2026-11-22T08:30:00+14:30",
        "0001-01-01T00:00:00+07:00",
        "９999-11-22T08:30:00Z",
        "",
    ],
)
def test_what_is_no_instant_with_a_zone_is_refused(text: str) -> None:
    with pytest.raises(BadInstant):
        read_instant(text)


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("26.0", "26"),
        ("0.100", "0.1"),
        ("+5", "5"),
        ("-0", "0"),
        ("007", "7"),
        (".5", "0.5"),
        ("1e3", "1000"),
        ("5.", "5"),
    ],
)
def test_a_number_loses_what_says_nothing(text: str, canonical: str) -> None:
    assert canonical_number(text) == canonical


@pytest.mark.parametrize("text", ["1_000", "nan", "inf", "1e999", "12kg", "0x10", "١٢", "1-2", ""])
def test_what_is_no_number_stays(text: str) -> None:
    assert canonical_number(text) == text


def test_a_long_row_of_digits_with_a_letter_behind_takes_no_time() -> None:
    text = "1" * 200_000 + "x"
    assert canonical_number(text) == text


def test_a_value_is_trimmed() -> None:
    assert canonical_value("  ST25 ") == "ST25"
