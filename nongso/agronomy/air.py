"""Properties of the air that the other formulas share: pressure, vapour, wind at two metres.

Temperatures in °C, pressures in kPa, humidity in %, speeds in m/s.
Equation numbers are those of Allen et al. 1998, FAO Irrigation and Drainage Paper 56.
"""

from math import exp, log

from nongso.agronomy.inputs import within

ASPIRATED = 0.000_662  # coefficient of a ventilated psychrometer, 1/°C, below Eq. 16


def pressure_kpa(elevation_m: float) -> float:
    """Mean air pressure at an elevation, Eq. 7."""
    within("elevation_m", elevation_m, -500, 9_000)
    return 101.3 * ((293 - 0.0065 * elevation_m) / 293) ** 5.26


def psychrometric_kpa_c(pressure: float) -> float:
    """Psychrometric constant in kPa/°C at a pressure in kPa, Eq. 8."""
    return 0.665e-3 * pressure


def saturation_kpa(temperature_c: float) -> float:
    """Saturation vapour pressure, Eq. 11; also Eq. 14, with the dew point in place of the temperature."""
    within("temperature_c", temperature_c, -90, 90)
    return 0.6108 * exp(17.27 * temperature_c / (temperature_c + 237.3))


def slope_kpa_c(temperature_c: float) -> float:
    """Slope of the saturation vapour pressure curve in kPa/°C, Eq. 13."""
    return 4098 * saturation_kpa(temperature_c) / (temperature_c + 237.3) ** 2


def vapour_from_wet_bulb_kpa(wet_c: float, dry_c: float, pressure: float) -> float:
    """Actual vapour pressure from a ventilated psychrometer, Eqs. 15 and 16."""
    return saturation_kpa(wet_c) - ASPIRATED * pressure * (dry_c - wet_c)


def vapour_from_range_kpa(t_min_c: float, t_max_c: float, rh_min: float, rh_max: float) -> float:
    """Actual vapour pressure of a day from its humidity extremes, Eq. 17."""
    return (saturation_kpa(t_min_c) * rh_max + saturation_kpa(t_max_c) * rh_min) / 200


def vapour_from_maximum_kpa(t_min_c: float, rh_max: float) -> float:
    """Actual vapour pressure of a day from its highest humidity alone, Eq. 18."""
    return saturation_kpa(t_min_c) * rh_max / 100


def vapour_from_mean_kpa(t_min_c: float, t_max_c: float, rh_mean: float) -> float:
    """Actual vapour pressure of a day from its mean humidity, Eq. 19."""
    return rh_mean / 100 * (saturation_kpa(t_max_c) + saturation_kpa(t_min_c)) / 2


def dew_point_c(vapour_kpa: float) -> float:
    """Dew point of a vapour pressure: Eq. 14 solved for the temperature (FAO-56 Annex 3)."""
    within("vapour_kpa", vapour_kpa, 1e-6, 60)
    return (116.91 + 237.3 * log(vapour_kpa)) / (16.78 - log(vapour_kpa))


def wind_at_2m(speed: float, height_m: float) -> float:
    """Wind speed brought to 2 m above a clipped grass surface from another height, Eq. 47."""
    within("wind_ms", speed, 0, 120)
    within("wind_height_m", height_m, 0.5, 200)
    return speed * 4.87 / log(67.8 * height_m - 5.42)
