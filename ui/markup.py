"""Pieces of a page as HTML: everything that came from data is escaped here, state is always word, sign and colour."""

import base64
from collections.abc import Iterable, Mapping, Sequence
from html import escape

from nongso.rules import Level

SIGNS = {Level.GOOD: "✓", Level.WATCH: "▲", Level.ACT: "■", Level.STALE: "–"}
MARKDOWN = str.maketrans({character: f"\\{character}" for character in r"\`*_{}[]()#+!|~$<>:"})


def head(small: str, title: str) -> str:
    """A page's beginning: the smaller line, then the one sentence."""
    return f'<header class="ns-head"><p class="ns-small">{escape(small)}</p><h1>{escape(title)}</h1></header>'


def sign(level: Level) -> str:
    return f'<span class="ns-sign ns-{level}" aria-hidden="true">{"!" if level is Level.ACT else SIGNS[level]}</span>'


def tag(level: Level, word: str) -> str:
    return f'<span class="ns-tag ns-{level}">{SIGNS[level]} {escape(word)}</span>'


def plain_tag(word: str) -> str:
    """A state that is neither good nor bad."""
    return f'<span class="ns-tag">{escape(word)}</span>'


def note(text: str) -> str:
    return f'<p class="ns-note">{escape(text)}</p>'


def section(title: str) -> str:
    return f'<h2 class="ns-section">{escape(title)}</h2>'


def table(headings: Sequence[str], rows: Iterable[Sequence[str]], caption: str) -> str:
    """A table of cells that are HTML already; on a phone each row becomes a block and each cell carries its heading."""
    heads = "".join(f'<th scope="col">{escape(heading)}</th>' for heading in headings)
    lines = "".join(f"<tr>{_cells(headings, row)}</tr>" for row in rows)
    return (
        f'<div class="ns-panel"><table class="ns-table"><caption>{escape(caption)}</caption>'
        f"<thead><tr>{heads}</tr></thead><tbody>{lines}</tbody></table></div>"
    )


def _cells(headings: Sequence[str], row: Sequence[str]) -> str:
    return "".join(
        f'<td data-label="{escape(heading)}">{cell}</td>' for heading, cell in zip(headings, row, strict=True)
    )


def facts(pairs: Iterable[tuple[str, str]]) -> str:
    """Names and values, both plain text."""
    lines = "".join(f"<div><dt>{escape(name)}</dt><dd>{escape(value)}</dd></div>" for name, value in pairs)
    return f'<dl class="ns-facts">{lines}</dl>'


def picture(content: bytes, media_type: str, alternative: str) -> str:
    packed = base64.b64encode(content).decode()
    return f'<img class="ns-picture" alt="{escape(alternative)}" src="data:{media_type};base64,{packed}">'


def copyable(pairs: Mapping[str, str], word: str) -> str:
    """Names and values to take elsewhere, each with a button that copies it; needs a page that lets our script run."""
    lines = "".join(
        f'<div class="ns-copy"><span>{escape(name)}</span><code>{escape(value)}</code>'
        f'<button type="button" data-copy="{escape(value)}">{escape(word)}</button></div>'
        for name, value in pairs.items()
    )
    script = (
        "document.querySelectorAll('[data-copy]').forEach(button => button.onclick = () =>"
        " navigator.clipboard.writeText(button.dataset.copy).then(() => button.classList.add('ns-copied')))"
    )
    return f"{lines}<script>{script}</script>"


def folded(summary: str, inner: str) -> str:
    """Something behind one tap, without a round to the server."""
    return f'<details class="ns-fold"><summary>{escape(summary)}</summary>{inner}</details>'


def plain(text: str) -> str:
    """Text inside Markdown (a button's label) that stays what it is."""
    return text.translate(MARKDOWN)
