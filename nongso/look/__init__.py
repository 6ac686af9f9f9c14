"""The house's colours, type and spacing: one sheet for the light pages, the passport and the full app."""

from functools import cache
from importlib import resources


@cache
def tokens() -> str:
    """The text of tokens.css, to stand before a page's own rules."""
    return resources.files("nongso.look").joinpath("tokens.css").read_text(encoding="utf-8").strip()
