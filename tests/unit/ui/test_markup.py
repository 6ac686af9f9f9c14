"""Data never becomes mark-up, and corner points are read as people paste them."""

import base64

import pytest

from nongso.rules import Level
from ui import markup, outlines
from ui.cards import area
from ui.field_form import read_corners

EVIL = '<script>alert(1)</script>"'


@pytest.mark.parametrize(
    "made",
    [
        markup.head(EVIL, EVIL),
        markup.tag(Level.ACT, EVIL),
        markup.facts([(EVIL, EVIL)]),
        markup.table([EVIL], [], EVIL),
        markup.note(EVIL),
        outlines.drawn([outlines.Shape(EVIL, [(106.0, 10.0), (106.1, 10.0), (106.1, 10.1)])], EVIL),
    ],
)
def test_data_is_escaped(made: str) -> None:
    assert "<script>alert" not in made
    assert '"alert' not in made


def test_text_in_a_button_stays_what_it_is() -> None:
    assert r"\*\*Ba\*\* \:red\[Tư\]" == markup.plain("**Ba** :red[Tư]")


def test_a_field_that_needs_work_carries_its_sign_and_a_silent_one_is_hatched() -> None:
    corners = [(106.0, 10.0), (106.1, 10.0), (106.1, 10.1)]

    made = outlines.drawn(
        [outlines.Shape("a", corners, Level.ACT), outlines.Shape("b", corners, Level.STALE)], "hai thửa"
    )

    svg = base64.b64decode(made.split("base64,")[1].rstrip('">')).decode()
    assert "■" in svg
    assert "url(#hatch)" in svg


@pytest.mark.parametrize("typed", ["106.36, 10.24", "106.36,10.24", "106.36 10.24", " 106.36 ; 10.24 "])
def test_corners_are_read_as_people_paste_them(typed: str) -> None:
    assert [(106.36, 10.24)] == read_corners(typed)


def test_one_line_that_cannot_be_read_spoils_all() -> None:
    assert [] == read_corners("106.36, 10.24\nở góc")


def test_areas_are_hectares_or_square_metres() -> None:
    assert ["0,8 ha", "1 ha", "360 m²"] == [area("vi", size) for size in (8000, 10_000, 360)]
