"""A sentence before it is written: a text key and its values, so that one rule speaks every language."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from nongso.text import find, say
from nongso.text.age import lasting

Value = str | float | int | date | datetime | timedelta


@dataclass(frozen=True, slots=True)
class Sentence:
    """`values` fill the text `key`. The values `crop`, `property` and `source` are slugs and are written as names."""

    key: str
    values: Mapping[str, Value] = field(default_factory=dict)


def written(lang: str, sentence: Sentence) -> str:
    """The sentence in the reader's language."""
    values = {name: _word(lang, name, value) for name, value in sentence.values.items()}
    return say(lang, sentence.key, **values)


def alert_sentence(details: Mapping[str, str | float]) -> Sentence:
    """The stored values of an alert as its rule said them; `since`, `until` and `day` are kept as text and are instants and a day again here."""
    values: dict[str, Value] = {name: value for name, value in details.items() if name != "key"}
    for name in ("since", "until"):
        if name in values:
            values[name] = datetime.fromisoformat(str(values[name]))
    if "day" in values:
        values["day"] = date.fromisoformat(str(values["day"]))
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
    if name == "source":
        return find(lang, f"forecast.source.{value}") or str(value)
    if name == "property":
        return find(lang, f"property.{value}") or str(value)
    return value
