"""Typical soils: what they hold and what evaporates from them (FAO-56 Table 19)."""

from dataclasses import dataclass

from nongso.agronomy.inputs import within
from nongso.errors import NotFound


class UnknownSoil(NotFound):
    """A texture that Table 19 does not hold."""

    code = "agronomy.unknown_soil"


@dataclass(frozen=True, slots=True)
class Range:
    """The two ends that the table prints."""

    low: float
    high: float

    @property
    def middle(self) -> float:
        return (self.low + self.high) / 2


@dataclass(frozen=True, slots=True)
class Texture:
    """A row of Table 19: water contents in m³/m³, evaporation in mm. Names are `agronomy.soil.<slug>`."""

    slug: str
    field_capacity: Range
    wilting_point: Range
    readily_evaporable_mm: Range
    totally_evaporable_mm: Range


@dataclass(frozen=True, slots=True)
class Soil:
    """A field's soil: water contents in m³/m³; `saturation` None when nobody measured it, for Table 19 does not print it."""

    field_capacity: float
    wilting_point: float
    saturation: float | None = None

    def __post_init__(self) -> None:
        within("field_capacity", self.field_capacity, 0.03, 0.7)
        within("wilting_point", self.wilting_point, 0.0, self.field_capacity)
        if self.saturation is not None:
            within("saturation", self.saturation, self.field_capacity, 0.95)


def _row(slug: str, *ends: tuple[float, float]) -> Texture:
    return Texture(slug, *(Range(low, high) for low, high in ends))


TEXTURES: dict[str, Texture] = {
    row.slug: row
    for row in (
        _row("sand", (0.07, 0.17), (0.02, 0.07), (2, 7), (6, 12)),
        _row("loamy_sand", (0.11, 0.19), (0.03, 0.10), (4, 8), (9, 14)),
        _row("sandy_loam", (0.18, 0.28), (0.06, 0.16), (6, 10), (15, 20)),
        _row("loam", (0.20, 0.30), (0.07, 0.17), (8, 10), (16, 22)),
        _row("silt_loam", (0.22, 0.36), (0.09, 0.21), (8, 11), (18, 25)),
        _row("silt", (0.28, 0.36), (0.12, 0.22), (8, 11), (22, 26)),
        _row("silty_clay_loam", (0.30, 0.37), (0.17, 0.24), (8, 11), (22, 27)),
        _row("silty_clay", (0.30, 0.42), (0.17, 0.29), (8, 12), (22, 28)),
        _row("clay", (0.32, 0.40), (0.20, 0.24), (8, 12), (22, 29)),
    )
}


def get_texture(slug: str) -> Texture:
    """The row of Table 19, or UnknownSoil with its slug."""
    found = TEXTURES.get(slug)
    if found is None:
        raise UnknownSoil(soil=slug)
    return found


def typical_soil(texture: Texture) -> Soil:
    """A soil in the middle of its texture's ranges: our choice, until the field is measured."""
    return Soil(texture.field_capacity.middle, texture.wilting_point.middle)
