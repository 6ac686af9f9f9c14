"""The limit that a field's chart shows beside its line: the same numbers that the rules of the house judge by."""

from dataclasses import dataclass

from nongso.rules import DRY_BELOW, DRY_BELOW_DEFAULT, HEAT, HEAT_DEFAULT, salt_limit_g_l


@dataclass(frozen=True, slots=True)
class Limit:
    """`value` in the property's canonical unit; its name is the text key `chart.limit.<name>`."""

    name: str
    value: float


def find_limit(crop: str, observed: str) -> Limit | None:
    if observed == "soil.moisture":
        return Limit("dry", DRY_BELOW.get(crop, DRY_BELOW_DEFAULT))
    if observed == "water.salinity":
        return Limit("salt", salt_limit_g_l(crop))
    if observed == "air.temperature":
        return Limit("heat", HEAT.get(crop, HEAT_DEFAULT).watch_c)
    return None
