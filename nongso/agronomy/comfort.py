"""How air feels to plants, people and animals, and to a spray: vapour deficit, heat index, THI, wet bulb, Delta-T."""

from dataclasses import dataclass
from math import sqrt

from nongso.agronomy import air
from nongso.agronomy.inputs import within


@dataclass(frozen=True, slots=True)
class Moisture:
    """Vapour of the air in kPa, its deficit against saturation, and its dew point in °C."""

    saturation_kpa: float
    vapour_kpa: float
    deficit_kpa: float
    dew_point_c: float


def moisture(temperature_c: float, rh: float) -> Moisture:
    """Vapour, deficit and dew point of air at a humidity in %: FAO-56 Eqs. 11, 54 and 14 turned round."""
    within("humidity", rh, 0.1, 103)
    saturation = air.saturation_kpa(temperature_c)
    vapour = saturation * min(rh, 100) / 100
    return Moisture(saturation, vapour, saturation - vapour, air.dew_point_c(vapour))


def heat_index_c(temperature_c: float, rh: float) -> float:
    """The heat that air of a temperature and humidity feels like, °C.

    US National Weather Service: Steadman's simple formula below 80 °F, else Rothfusz's regression (SR 90-23) with its two adjustments.
    """
    within("temperature_c", temperature_c, -60, 60)
    humidity = min(within("humidity", rh, 0, 103), 100)
    fahrenheit = temperature_c * 9 / 5 + 32
    simple = 0.5 * (fahrenheit + 61 + (fahrenheit - 68) * 1.2 + humidity * 0.094)
    felt = (simple + fahrenheit) / 2
    if felt >= 80:
        felt = _rothfusz(fahrenheit, humidity)
    return (felt - 32) * 5 / 9


def temperature_humidity_index(temperature_c: float, rh: float) -> float:
    """THI of cattle: (1.8 T + 32) - (0.55 - 0.0055 RH)(1.8 T - 26), NRC 1971."""
    within("temperature_c", temperature_c, -60, 60)
    humidity = min(within("humidity", rh, 0, 103), 100)
    return (1.8 * temperature_c + 32) - (0.55 - 0.0055 * humidity) * (1.8 * temperature_c - 26)


def wet_bulb_c(temperature_c: float, rh: float, elevation_m: float = 0.0) -> float:
    """Wet bulb of a ventilated psychrometer: FAO-56 Eqs. 15 and 16 solved by halving, to 0.001 °C."""
    vapour = moisture(temperature_c, rh).vapour_kpa
    pressure = air.pressure_kpa(elevation_m)
    low, high = max(temperature_c - 45, -60), temperature_c
    while high - low > 0.001:
        middle = (low + high) / 2
        if air.vapour_from_wet_bulb_kpa(middle, temperature_c, pressure) < vapour:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def delta_t_c(temperature_c: float, rh: float, elevation_m: float = 0.0) -> float:
    """Dry bulb minus wet bulb: how fast a spray droplet dries. 2 to 8 °C is the usual spraying window."""
    return max(temperature_c - wet_bulb_c(temperature_c, rh, elevation_m), 0.0)


def _rothfusz(fahrenheit: float, rh: float) -> float:
    t, h = fahrenheit, rh
    felt = (
        -42.379 + 2.04901523 * t + 10.14333127 * h - 0.22475541 * t * h - 0.00683783 * t * t
        - 0.05481717 * h * h + 0.00122874 * t * t * h + 0.00085282 * t * h * h - 0.00000199 * t * t * h * h
    )  # fmt: skip
    if h < 13 and 80 <= t <= 112:
        return felt - (13 - h) / 4 * sqrt((17 - abs(t - 95)) / 17)
    if h > 85 and 80 <= t <= 87:
        return felt + (h - 85) / 10 * (87 - t) / 5
    return felt
