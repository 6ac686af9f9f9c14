"""`nongso gs1`: what it prints, and that bad input rises as one error with a sentence in both languages."""

import json

import pytest

from nongso.errors import InvalidInput, NongsoError
from nongso.text import LANGUAGES, catalogue, say
from traceability.gs1 import compression, elements, epc, faults, identifiers, link, local
from traceability.gs1.command import gs1


def test_parse_prints_json(capsys: pytest.CaptureFixture[str]) -> None:
    code = gs1(["parse", "HTTPS://ID.NONGSO.VN/01/09520123456788/10/LO1?13=261122"])

    answer = json.loads(capsys.readouterr().out)
    assert code == 0
    assert "(01)09520123456788(10)LO1(13)261122" == answer["element_string"]
    assert {"ai": "10", "title": "BATCH/LOT", "value": "LO1"} == answer["qualifiers"][0]


def test_build_prints_the_uri(capsys: pytest.CaptureFixture[str]) -> None:
    gs1(
        [
            "build",
            "--gtin",
            "9520123456788",
            "--lot",
            "LO1",
            "--serial",
            "8ZK2",
            "--ai",
            "3103=001250",
            "--host",
            "id.nongso.vn",
        ]
    )

    assert "https://id.nongso.vn/01/09520123456788/10/LO1/21/8ZK2?3103=001250\n" == capsys.readouterr().out


@pytest.mark.parametrize("said", ["(01)09520123456788(21)S1", "urn:epc:id:sgtin:9520123.045678.S1"])
def test_parse_reads_what_says_the_same(said: str, capsys: pytest.CaptureFixture[str]) -> None:
    gs1(["parse", said])

    assert "https://id.gs1.org/01/09520123456788/21/S1" == json.loads(capsys.readouterr().out)["canonical"]


def test_urn_prints_the_epc_urn(capsys: pytest.CaptureFixture[str]) -> None:
    gs1(["urn", "https://id.nongso.vn/01/09520123456788/21/S1", "--prefix-length", "7"])

    assert "urn:epc:id:sgtin:9520123.045678.S1\n" == capsys.readouterr().out


def test_compress_and_decompress_undo_each_other(capsys: pytest.CaptureFixture[str]) -> None:
    gs1(["compress", "https://id.nongso.vn/01/09520123456788/10/LO1"])
    short = capsys.readouterr().out.strip()

    gs1(["decompress", short])

    assert capsys.readouterr().out == "https://id.nongso.vn/01/09520123456788/10/LO1\n"


@pytest.mark.parametrize(
    "argv",
    [
        ["parse", "https://a/01/09520123456787"],
        ["parse", "(01)09520123456787"],
        ["parse", "(zz"],
        ["parse", "urn:epc:id:sgtin:x"],
        ["urn", "https://a/01/09520123456788/21/S1", "--prefix-length", "99"],
        ["build", "--gtin", "1"],
        ["build", "--gtin", "9520123456788", "--ai", "x"],
    ],
)
def test_bad_input_is_one_error(argv: list[str]) -> None:
    with pytest.raises(InvalidInput):
        gs1(argv)


def test_every_error_of_the_package_has_a_sentence_in_both_languages() -> None:
    modules = (compression, elements, epc, faults, identifiers, link, local)
    codes = {
        fault.code
        for module in modules
        for fault in vars(module).values()
        if isinstance(fault, type) and issubclass(fault, NongsoError) and fault.code.startswith("gs1.")
    }

    missing = [(lang, code) for lang in LANGUAGES for code in codes if f"error.{code}" not in catalogue(lang)]

    assert missing == []


def test_a_sentence_names_the_identifier_and_the_value() -> None:
    with pytest.raises(faults.WrongCheckDigit) as raised:
        link.parse("https://a/01/09520123456787")

    assert "Mã (01): “09520123456787” sai số kiểm tra, hãy gõ lại từng chữ số" == say(
        "vi", f"error.{raised.value.code}", **raised.value.values
    )
