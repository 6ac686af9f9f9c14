"""What a formula refuses: an input that is not there, or that the world cannot produce."""

from math import isfinite

from nongso.errors import InvalidInput


class MissingInput(InvalidInput):
    """A quantity that no published fallback can stand in for. Unknown is not zero."""

    code = "agronomy.missing_input"


class ImpossibleInput(InvalidInput):
    """A quantity outside what it can be; `low` and `high` are the ends it must lie between."""

    code = "agronomy.impossible_input"


def require(name: str, value: float | None) -> float:
    """The value, or MissingInput with its name."""
    if value is None:
        raise MissingInput(name=name)
    return value


def within(name: str, value: float, low: float, high: float) -> float:
    """The value when finite and low <= value <= high, or ImpossibleInput."""
    if not isfinite(value):
        raise ImpossibleInput(name=name, value=str(value), low=low, high=high)
    if not low <= value <= high:
        raise ImpossibleInput(name=name, value=value, low=low, high=high)
    return value
