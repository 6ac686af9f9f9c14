"""The catalogues: both languages say the same things, in good order."""

import re
import string
import tomllib
import unicodedata
from collections import Counter
from pathlib import Path

import pytest

from nongso import text
from traceability.growing import MEASURES

ROOT = Path(__file__).parents[2]
ROOMS = ("nongso", "ingest", "traceability", "worker", "api", "ui", "firmware_sim")
SAY = re.compile(r"""\bsay\(\s*[\w.\[\]"']+,\s*["']([\w.]+)["']""")
BUYERS = (
    "report.",
    "evidence.",
    *(
        "passport.",
        "certificate.",
        "brand.kind.",
        "lot.datum.",
        "error.gs1.",
        "resolver.operator",
        "resolver.title.",
        "problem.",
    ),
    *(f"error.{name}" for name in ("not_found", "invalid_input", "unavailable", "too_many", "method_not_allowed")),
)
OLD_MARKS = re.compile(r"[òóỏõọ][ae]\b|(?<!q)[ùúủũụ]y\b", re.IGNORECASE)
TEMPLATE = re.compile(r"""\bt\(\s*["']([\w.]+)["']""")
LOG_PAGE = frozenset(TEMPLATE.findall((ROOT / "api" / "templates" / "log.html").read_text(encoding="utf-8")))


def placeholders(sentence: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name}


def test_both_languages_have_the_same_keys() -> None:
    assert set(text.catalogue("vi")) == set(text.catalogue("en"))


@pytest.mark.parametrize("lang", text.BUYER_LANGUAGES[1:])
def test_every_language_fills_the_same_values(lang: str) -> None:
    known = text.catalogue(lang)
    different = {
        key: (placeholders(sentence), placeholders(known.get(key, "")))
        for key, sentence in text.catalogue("vi").items()
        if placeholders(sentence) != placeholders(known.get(key, ""))
    }

    assert {} == different


def of_buyers(key: str) -> bool:
    """Whether a buyer may meet the words of this key."""
    return key.startswith(BUYERS) or key in LOG_PAGE or key in {f"property.{observed}" for observed in MEASURES}


def test_what_buyers_read_is_there_in_chinese_too() -> None:
    """A missing key is added to nongso/text/zh/, by meaning; until then buyers read it in English."""
    files = (ROOT / "nongso" / "text" / "zh").glob("*.toml")
    chinese = {key for file in files for key, _ in text.flat("", tomllib.loads(file.read_text(encoding="utf-8")))}
    wanted = {key for key in text.catalogue("vi") if of_buyers(key)}

    assert {"missing": [], "nobody reads": []} == {
        "missing": sorted(wanted - chinese),
        "nobody reads": sorted(chinese - wanted),
    }


@pytest.mark.parametrize("lang", text.BUYER_LANGUAGES)
def test_a_key_stands_in_one_file_only(lang: str) -> None:
    files = (ROOT / "nongso" / "text" / lang).glob("*.toml")
    keys = Counter(key for file in files for key, _ in text.flat("", tomllib.loads(file.read_text(encoding="utf-8"))))

    assert [] == [key for key, times in keys.items() if times > 1]


@pytest.mark.parametrize("lang", text.BUYER_LANGUAGES)
def test_sentences_are_clean(lang: str) -> None:
    """NFC, no stray spaces, no mark-up."""
    dirty = [
        key
        for key, sentence in text.catalogue(lang).items()
        if sentence != unicodedata.normalize("NFC", sentence) or sentence != sentence.strip() or "  " in sentence
        or re.search(r"</?[a-z]+[ >]", sentence) or not sentence
    ]  # fmt: skip

    assert [] == dirty


def test_tone_marks_stand_where_the_house_puts_them() -> None:
    """`khoá`, `xoá`, `huỷ`: one spelling, so that a reader who searches a page finds the word."""
    page = (ROOT / "traceability" / "log" / "verifier.html").read_text(encoding="utf-8")
    sentences = {**text.catalogue("vi"), "verifier.html": page}

    assert [] == [key for key, sentence in sentences.items() if OLD_MARKS.search(sentence)]


def test_every_key_used_in_code_exists() -> None:
    known = text.catalogue("vi")
    used = {
        (path.relative_to(ROOT).as_posix(), key)
        for room in ROOMS
        for path in [*(ROOT / room).rglob("*.py"), *(ROOT / room).rglob("*.html")]
        for key in (SAY if path.suffix == ".py" else TEMPLATE).findall(path.read_text(encoding="utf-8"))
    }

    assert [] == sorted(use for use in used if use[1] not in known)
