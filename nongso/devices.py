"""The kinds of device, what each is expected to report, and when one counts as silent."""

from datetime import timedelta
from enum import StrEnum

SHORTEST_SILENCE = timedelta(minutes=30)
MISSED_REPORTS = 3  # after how many missing reports a device counts as silent


class Kind(StrEnum):
    """Names for people are `device.kind.<value>`."""

    WEATHER = "weather"
    SOIL = "soil"
    CANAL = "canal"  # stands in the water that fields are irrigated from
    PADDY = (
        "paddy"  # the perforated tube of a rice field: water.level counts from the soil's surface, below it negative
    )
    VALVE = "valve"
    GATEWAY = "gateway"
    OTHER = "other"


# What a field misses as long as a device of this kind has not said anything.
EXPECTED: dict[Kind, tuple[str, ...]] = {
    Kind.WEATHER: ("air.temperature", "rain.total"),
    Kind.SOIL: ("soil.moisture",),
    Kind.CANAL: ("water.salinity",),
    Kind.PADDY: ("water.level",),
}


def silent_after(expected_interval_s: int) -> timedelta:
    """Three missed reports, and never less than half an hour."""
    return max(MISSED_REPORTS * timedelta(seconds=expected_interval_s), SHORTEST_SILENCE)
