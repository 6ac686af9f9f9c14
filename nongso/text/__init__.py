"""Every word a person sees: `say(lang, key, **values)` over the catalogues vi/*.toml and en/*.toml.

Each file holds tables from the root, one subject a file; all files of a language are one catalogue.
Vietnamese is the source and is written first, by meaning.
"""

import tomllib
from collections.abc import Iterator
from datetime import date, datetime
from functools import cache
from importlib import resources

from nongso.text.format import day, moment, number

LANGUAGES = ("vi", "en")
BUYER_LANGUAGES = (
    "vi",
    "en",
    "zh",
)  # of the pages that a label opens; zh/ holds their words only (docs/decisions/0262)


def say(lang: str, key: str, **values: object) -> str:
    """The text `key` in `lang`; numbers, days and instants among `values` are written the way `lang` writes them.

    Raises KeyError for a key that is not in the catalogue: that is a fault of ours, and a contract test looks for it.
    """
    return catalogue(lang)[key].format(**{name: written(lang, value) for name, value in values.items()})


def find(lang: str, key: str) -> str | None:
    """The bare text of `key`, or None: for keys made from data, such as the name of an observed property."""
    return catalogue(lang).get(key)


def written(lang: str, value: object) -> str:
    """A value as a reader of `lang` expects to see it."""
    if isinstance(value, bool) or value is None:
        return str(value)
    if isinstance(value, int | float):
        return number(lang, value)
    if isinstance(value, datetime):
        return moment(lang, value)
    if isinstance(value, date):
        return day(lang, value)
    return str(value)


@cache
def catalogue(lang: str) -> dict[str, str]:
    """All keys of a language, dotted. Unknown languages read Vietnamese, and what only buyers' languages lack is English."""
    folder = resources.files("nongso.text") / (lang if lang in BUYER_LANGUAGES else "vi")
    entries = {} if lang in LANGUAGES or lang not in BUYER_LANGUAGES else dict(catalogue("en"))
    for file in sorted(folder.iterdir(), key=lambda file: file.name):
        if file.name.endswith(".toml"):
            entries.update(flat("", tomllib.loads(file.read_text(encoding="utf-8"))))
    return entries


def flat(prefix: str, table: dict[str, object]) -> Iterator[tuple[str, str]]:
    """Dotted keys and texts of nested tables."""
    for name, value in table.items():
        key = f"{prefix}.{name}" if prefix else name
        if isinstance(value, dict):
            yield from flat(key, value)
        else:
            yield key, str(value)
