"""The page that checks a proof file on the reader's own device, with the office's keys already filled in."""

import base64
import re
from collections.abc import Sequence
from hashlib import sha256
from html import escape
from importlib import resources

from traceability.log.keys import VerifierKey

LOG_FIELD, WITNESS_FIELD = 'aria-describedby="log-hint">', 'aria-describedby="witness-hint">'


def verifier_page(log: VerifierKey, witnesses: Sequence[VerifierKey]) -> str:
    """One self-contained HTML document: no network, no cookies; a reader may replace the keys by those on their own label."""
    page = resources.files("traceability.log").joinpath("verifier.html").read_text(encoding="utf-8")
    keys = "\n".join(map(str, witnesses))
    return page.replace(LOG_FIELD, LOG_FIELD + escape(str(log)), 1).replace(
        WITNESS_FIELD, WITNESS_FIELD + escape(keys), 1
    )


def inline_hashes(page: str) -> tuple[str, str]:
    """The page's one script and one style as sources of a Content-Security-Policy: sha256-…"""
    script, style = (re.search(rf"<{tag}>(.*?)</{tag}>", page, re.DOTALL) for tag in ("script", "style"))
    assert script is not None
    assert style is not None
    return _source(script[1]), _source(style[1])


def _source(text: str) -> str:
    return f"sha256-{base64.b64encode(sha256(text.encode()).digest()).decode()}"
