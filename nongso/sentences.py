"""A sentence before it is written: a text key and its values, so that one rule speaks every language."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from nongso.text import find, say
from nongso.text.age import lasting

Value = str | float | int | datetime | timedelta


@dataclass(frozen=True, slots=True)
class Sentence:
    """`values` fill the text `key`. The values `crop` and `property` are slugs and are written as names."""

    key: str
    values: Mapping[str, Value] = field(default_factory=dict)


def written(lang: str, sentence: Sentence) -> str:
    """The sentence in the reader's language."""
    values = {name: _word(lang, name, value) for name, value in sentence.values.items()}
    return say(lang, sentence.key, **values)


def alert_sentence(details: Mapping[str, str | float]) -> Sentence:
    """The stored values of an alert as its rule said them; `since` is kept as text and is an instant again here."""
    values: dict[str, Value] = {name: value for name, value in details.items() if name != "key"}
    if "since" in values:
        values["since"] = datetime.fromisoformat(str(values["since"]))
    return Sentence(str(details["key"]), values)


def crop_name(lang: str, slug: str) -> str:
    """The crop's name, or what somebody called it where the house has no name for it."""
    return find(lang, f"crop.{slug}") or slug.replace("_", " ")


def _word(lang: str, name: str, value: Value) -> object:
    if isinstance(value, timedelta):
        return lasting(lang, value)
    if name == "crop":
        text = crop_name(lang, str(value))
        return text[:1].lower() + text[1:]
    if name == "property":
        return find(lang, f"property.{value}") or str(value)
    return value
