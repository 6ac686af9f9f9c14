"""GS1's own vectors: the syntax dictionary, its linters, the syntax engine's element strings and Digital Links, and EPC pairs."""

import json
import os
import re
from collections import Counter
from pathlib import Path
from urllib.parse import quote, unquote

import pytest

from nongso.errors import NongsoError
from traceability.gs1 import elements, epc, identifiers, link, linters
from traceability.gs1.faults import WrongCheckDigit, WrongLength
from traceability.gs1.link import NoPrimaryKey

SHARED = Path(os.environ.get("NONGSO_SHARED", Path(__file__).parents[2].parent / "shared" / "data")) / "trace"
pytestmark = pytest.mark.skipif(not SHARED.is_dir(), reason="the folder of shared vectors is not there (NONGSO_SHARED)")

# the dictionary's names of checks and ours
CHECKS = {
    "csum": "check_digit",
    "csumalpha": "check_pair",
    "gcppos1": "prefix_first",
    "gcppos2": "prefix_second",
    "yymmd0": "date_or_month",
    "yymmdd": "short_date",
    "yyyymmdd": "long_date",
    "hhmi": "hour_minute",
    "hh": "hour",
    "mi": "minute",
    "ss": "second",
    "iso4217": "currency",
    "iso3166": "country",
    "iso3166999": "country_or_many",
    "iso3166alpha2": "country_letters",
    "pcenc": "percent_coded",
    "yesno": "yes_no",
    "latitude": "latitude",
    "longitude": "longitude",
    "hyphen": "hyphens",
    "importeridx": "importer_index",
    "packagetype": "package",
    "mediatype": "media",
    "iso5218": "sex",
    "posinseqslash": "position",
    "nonzero": "above_zero",
    "zero": "zeros",
    "winding": "winding",
    "pieceoftotal": "piece_of_total",
    "iban": "iban",
    "nozeroprefix": "no_leading_zero",
    "hasnondigit": "has_letter",
    "couponcode": "coupon",
    "couponposoffer": "coupon_offer",
}
CHARACTER_CHECKS = {"cset82": "X", "cset39": "Y", "cset64": "Z", "csetnumeric": "N"}
# what the engine accepts only with an option of former releases of the URI syntax; docs/gs1.md says why we have no such option
FORMER = {"permitConvenienceAlphas": NoPrimaryKey, "permitZeroSuppressedGTIN": WrongLength}


def cases(file: str) -> list[dict]:
    path = SHARED / file
    return json.loads(path.read_text(encoding="utf-8"))["cases"] if path.is_file() else []


def caret(found: tuple[elements.Element, ...]) -> str:
    """An element string as the engine writes it: ^ for FNC1, one in front."""
    return "^" + elements.write(found).replace(elements.SEPARATOR, "^")


def test_every_row_of_the_dictionary_is_in_our_table_and_nothing_else() -> None:
    theirs = {}
    for line in (SHARED / "gs1/gs1-syntax-dictionary.txt").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            theirs |= dictionary_row(line)

    ours = {ai: row_facts(identifier) for ai, identifier in identifiers.table().items()}

    assert theirs == ours


def dictionary_row(line: str) -> dict[str, tuple]:
    body, _, title = line.partition("#")
    span, *words = body.split()
    flags = words.pop(0) if re.fullmatch(r"[*?]+", words[0]) else ""
    form = [word for word in words if re.match(r"\[?[NXYZ](\d|\.\.)", word)]
    attributes = {name: value for name, _, value in (word.partition("=") for word in words if word not in form)}
    paths = (
        identifiers.legal_paths(attributes["dlpkey"].split("|") if attributes.get("dlpkey") else [])
        if "dlpkey" in attributes
        else ()
    )
    facts = (
        title.strip(),
        tuple(dictionary_component(word) for word in form),
        "*" in flags,
        "?" in flags,
        frozenset(paths),
        frozenset(tuple(group.split("+")) for group in attributes.get("req", "").split(",") if group),
        frozenset(pattern for pattern in attributes.get("ex", "").split(",") if pattern),
    )
    return dict.fromkeys(identifiers.expand(span), facts)


def dictionary_component(word: str) -> identifiers.Component:
    return identifiers.read_component(re.sub(r",(\w+)", lambda name: ":" + CHECKS[name[1]], word))


def row_facts(identifier: identifiers.Identifier) -> tuple:
    return (
        identifier.title,
        identifier.components,
        identifier.fixed,
        identifier.attribute,
        frozenset(identifier.paths),
        frozenset(identifier.needs),
        frozenset(identifier.never_with),
    )


def test_every_linter_value_gets_the_dictionarys_verdict() -> None:
    linter_cases = json.loads((SHARED / "gs1/linters.json").read_text(encoding="utf-8"))["linters"]
    passes = {name: linters.LINTERS[ours] for name, ours in CHECKS.items()}
    passes |= {name: linters.CHARACTER_SETS[kind] for name, kind in CHARACTER_CHECKS.items()}

    wrong = [
        (name, case)
        for name, values in linter_cases.items()
        for case in values
        if (passes[name](case["value"]) is None) != case["valid"]
    ]

    assert wrong == []


@pytest.mark.parametrize("case", cases("digital-link/process_element_string.json"), ids=str)
def test_element_string(case: dict) -> None:
    text = case["element_string_fnc1_as_caret"]

    if case["accept"]:
        assert text == caret(elements.parse(text.replace("^", elements.SEPARATOR)))
    else:
        with pytest.raises(NongsoError):
            elements.parse(text.replace("^", elements.SEPARATOR))


@pytest.mark.parametrize("case", cases("digital-link/parse_bracketed.json"), ids=str)
def test_bracketed_element_string(case: dict) -> None:
    if case["accept"]:
        assert case["element_string_fnc1_as_caret"] == caret(elements.parse_bracketed(case["bracketed_ai"]))
    else:
        with pytest.raises(NongsoError):
            elements.parse_bracketed(case["bracketed_ai"])


@pytest.mark.parametrize("case", cases("digital-link/parse.json"), ids=str)
def test_digital_link_is_read(case: dict) -> None:
    options = case.get("options", {})
    if case["accept"] and not options:
        assert case["element_string_fnc1_as_caret"] == caret(link.parse(case["uri"]).elements)
        return
    former = next((fault for option, fault in FORMER.items() if option in options and case["accept"]), NongsoError)
    with pytest.raises(former):
        link.parse(case["uri"])


@pytest.mark.parametrize("case", cases("digital-link/generate.json"), ids=str)
def test_digital_link_is_built(case: dict) -> None:
    stem = case["stem"] or link.CANONICAL_STEM
    if case["accept"]:
        assert case["uri"] == link.build(elements.parse_bracketed(case["bracketed_ai"]), stem)
    else:
        with pytest.raises(NongsoError):
            link.build(elements.parse_bracketed(case["bracketed_ai"]), stem)


@pytest.mark.parametrize("case", cases("digital-link/escape.json"), ids=str)
def test_percent_codes_are_written(case: dict) -> None:
    assert (case["path_out"], case["query_out"]) == (link.escape_path(case["in"]), link.escape_query(case["in"]))


@pytest.mark.parametrize("case", cases("digital-link/unescape.json"), ids=str)
def test_percent_codes_are_read(case: dict) -> None:
    assert (case["path_out"], case["query_out"]) == (link.unescape_path(case["in"]), link.unescape_query(case["in"]))


def test_the_path_sequences_are_the_engines_and_the_payment_reference_of_the_later_dictionary() -> None:
    text = (SHARED / "digital-link/valid_path_ai_sequences.json").read_text(encoding="utf-8")
    theirs = {tuple(sequence) for sequence in json.loads(text)["sequences"]}

    ours = {(ai, *path) for ai, identifier in identifiers.table().items() for path in identifier.paths}

    assert theirs | {("415",), ("415", "8020")} == ours


def test_every_epc_urn_becomes_its_digital_link() -> None:
    """The Java tests leave some characters bare that the Tag Data Standard wants percent-coded; they are coded here first."""
    pairs = [
        (unquote(case["out"]), unquote(epc.to_link(coded_urn(case["in"]))))
        for case in cases("digital-link/epc_to_uri.json")
    ]

    assert len(pairs) == 45
    assert [theirs for theirs, _ in pairs] == [ours for _, ours in pairs]


def test_every_digital_link_with_a_right_check_digit_becomes_its_epc_urn() -> None:
    """Ten links of the Java tests have a wrong check digit, and one a company prefix with a hyphen: we refuse those."""
    outcome: Counter[str] = Counter()
    for case in cases("digital-link/epc_to_urn.json"):
        length = case.get("gcp_length") or len(case["out"].split(":", 4)[4].split(".")[0])
        try:
            urn = epc.to_urn(link.parse(coded_uri(case["in"])), length)
        except (WrongCheckDigit, epc.WrongPrefixLength) as fault:
            outcome[fault.code] += 1
            continue
        assert unquote(case["out"]) == unquote(urn)
        outcome["same"] += 1

    assert {"same": 48, "gs1.check_digit": 10, "gs1.prefix_length": 1} == outcome


def coded_urn(urn: str) -> str:
    *head, body = urn.split(":", 4)
    return ":".join([*head, re.sub(r'%(?![0-9A-Fa-f]{2})|["&/<>?#]', lambda bare: quote(bare[0], safe=""), body)])


def coded_uri(uri: str) -> str:
    """The URI with its value or values percent-coded."""
    stem, ai, rest = re.fullmatch(r"(https://[^/]+(?:/[a-z]+|/\d{3}(?=/\d\d/))*)/(\d+)/(.*)", uri).groups()  # pyright: ignore[reportOptionalMemberAccess]
    parts = re.split(r"/(21|10|235|8011|254)/", rest, maxsplit=1)
    parts[::2] = [
        quote(text if re.search("%(?![0-9A-Fa-f]{2})", text) else unquote(text), safe="") for text in parts[::2]
    ]
    return "/".join([stem, ai, *parts])
