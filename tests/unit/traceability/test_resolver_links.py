"""Which of several links of a type a request gets."""

import pytest

from traceability.resolver.links import Link, Wish, choose

PRODUCT = "/01/09520123456788"
RECIPE = "https://ref.gs1.org/voc/recipeInfo"


def link(name: str, media_type: str = "") -> Link:
    return Link(PRODUCT, RECIPE, f"https://x.example/{name}", name, ("vi",), media_type)


PAGE, PAPER, PICTURE, PLAIN = (
    link("page", "text/html"),
    link("paper", "application/pdf"),
    link("picture", "image/png"),
    link("plain"),
)


@pytest.mark.parametrize(
    ("links", "accept", "chosen"),
    [
        ([PAGE, PAPER], ("application/pdf", "text/html"), [PAPER]),
        ([PAGE, PAPER], ("text/html", "application/pdf"), [PAGE]),
        ([PAGE, PICTURE], ("image/*", "*/*"), [PICTURE]),
        ([PLAIN, PAPER], ("text/html", "*/*"), [PLAIN]),
        ([PLAIN, PAPER], ("undefined",), [PLAIN]),
        ([PLAIN, PAPER], ("application/pdf",), [PAPER]),
        ([PLAIN, PAPER], ("*/*",), [PLAIN, PAPER]),
        ([PAGE, PAPER], (), [PAGE, PAPER]),
        ([PAGE, PAPER], ("image/png",), [PAGE, PAPER]),
    ],
)
def test_the_media_type_asked_for_first_decides(links: list[Link], accept: tuple[str, ...], chosen: list[Link]) -> None:
    assert chosen == choose(links, [PRODUCT], Wish(RECIPE, ("vi",), "", accept))
