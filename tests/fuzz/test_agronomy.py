"""Formulas of the field for any weather and water: bounds hold and more never means less."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from nongso.agronomy.comfort import delta_t_c, moisture
from nongso.agronomy.disease import Fungus, infection_wetness_h
from nongso.agronomy.epirice import DISEASES, day_index
from nongso.agronomy.et0 import day_et0
from nongso.agronomy.evaporation import SurfaceLayer, surface_step
from nongso.agronomy.paddy import Action, advise
from nongso.agronomy.radiation import clear_sky_mj, day_sun, hour_sun
from nongso.agronomy.salinity import practical_salinity
from nongso.agronomy.soil_water import Store, day_step
from nongso.agronomy.stages import Method, degree_days
from nongso.agronomy.weather import DayWeather, Station

settings.register_profile("agronomy", derandomize=True, max_examples=60, deadline=None)
settings.load_profile("agronomy")

latitudes = st.floats(-60, 60)
days = st.integers(1, 366)
lows = st.floats(-5, 30)
ranges = st.floats(0, 18)
humidities = st.floats(5, 100)
winds = st.floats(0, 12)


@given(latitudes, days, lows, ranges, humidities, winds, st.floats(0.05, 0.75))
def test_evapotranspiration_is_bounded(
    latitude: float, day: int, low: float, span: float, rh: float, wind: float, clear: float
) -> None:
    """Never below nought; energy alone cannot evaporate more than Ra, and dry wind adds at most a desert's worth."""
    sun = day_sun(latitude, day)
    weather = DayWeather(
        day, low, low + span, radiation_mj=min(clear * sun.extraterrestrial_mj, 45), rh_mean=rh, wind_ms=wind
    )

    found = day_et0(Station(latitude, 100), weather)

    assert 0 <= found.et0_mm <= 0.408 * sun.extraterrestrial_mj + 25


@given(days, lows, ranges, humidities, winds)
def test_more_sun_never_evaporates_less(day: int, low: float, span: float, rh: float, wind: float) -> None:
    """From 0.3 of a clear sky on: below, only the radiation itself changes, not the cloud it stands for."""
    clear = clear_sky_mj(day_sun(12, day).extraterrestrial_mj, 100)
    dull = DayWeather(day, low, low + span, radiation_mj=0.4 * clear, rh_mean=rh, wind_ms=wind)
    depths = [
        day_et0(Station(12, 100), replace(dull, radiation_mj=share * clear)).et0_mm for share in (0.4, 0.6, 0.8, 1.0)
    ]

    assert sorted(depths) == depths


@given(latitudes, st.floats(-180, 180), st.integers(0, 364))
def test_the_hours_of_a_day_hold_the_sun_of_the_day(latitude: float, longitude: float, day: int) -> None:
    start = datetime(2026, 1, 1, 12, tzinfo=UTC) + timedelta(days=day, hours=-longitude / 15 - 12)
    hours = [
        hour_sun(latitude, longitude, start + timedelta(hours=hour, minutes=30)).extraterrestrial_mj
        for hour in range(24)
    ]

    whole = day_sun(latitude, (start + timedelta(hours=12)).timetuple().tm_yday).extraterrestrial_mj
    assert abs(sum(hours) - whole) <= 0.02 * whole + 0.2


@given(st.floats(0, 60), st.floats(0, 5))
def test_more_conductivity_is_more_salt(conductivity: float, more: float) -> None:
    assert practical_salinity(conductivity).salinity <= practical_salinity(conductivity + more).salinity


@given(
    st.floats(10, 300), st.floats(0.1, 0.8), st.floats(0, 300), st.floats(0, 12), st.floats(0, 200), st.floats(0, 100)
)
def test_the_water_of_a_root_zone_balances(
    total: float, share: float, before: float, demand: float, rain: float, irrigation: float
) -> None:
    held = Store(total, share * total, share)

    found = day_step(held, before, demand, demand, rain, irrigation)

    assert 0 <= found.depletion_mm <= total
    assert 0 <= found.stress <= 1
    gained = rain - found.ignored_rain_mm + irrigation
    expected = found.depletion_before_mm - gained + found.percolation_mm + found.evapotranspiration_mm
    assert abs(min(expected, total) - found.depletion_mm) < 1e-6


@given(
    st.floats(5, 40),
    st.floats(0.1, 0.9),
    st.floats(0, 40),
    st.floats(0, 12),
    st.floats(0.15, 1.1),
    st.floats(0.01, 1),
    st.floats(0.01, 1),
    st.floats(0, 50),
)
def test_the_surface_never_evaporates_what_it_does_not_hold(
    total: float, ready: float, before: float, et0: float, basal: float, exposed: float, wetted: float, rain: float
) -> None:
    found = surface_step(
        SurfaceLayer(total, ready * total), min(before, total), et0, basal, 1.2, exposed, wetted, rain_mm=rain
    )

    assert 0 <= found.reduction <= 1
    assert 0 <= found.depletion_mm <= total
    assert found.coefficient <= min(exposed, wetted) * 1.2 + 1e-12


@given(lows, ranges, st.sampled_from(Method))
def test_degree_days_stay_between_nought_and_the_span(low: float, span: float, method: Method) -> None:
    assert 0 <= degree_days(low, low + span, 8, 30, method) <= 22


@given(st.floats(0, 45), humidities, st.floats(0, 2000))
def test_wet_bulb_lies_between_dew_point_and_air(temperature: float, rh: float, elevation: float) -> None:
    assert -0.01 <= delta_t_c(temperature, rh, elevation) <= temperature - moisture(temperature, rh).dew_point_c + 0.01


@given(st.sampled_from(sorted(DISEASES)), st.integers(0, 150), st.floats(-5, 45), st.floats(0, 100), st.floats(0, 100))
def test_relative_infection_is_a_share(slug: str, age: int, temperature: float, rh: float, rain: float) -> None:
    index = day_index(DISEASES[slug], age, temperature, rh, rain).index

    assert index is not None
    assert 0 <= index <= 1


@given(st.floats(-10, 50))
def test_no_infection_is_quicker_than_at_its_best(temperature: float) -> None:
    assert infection_wetness_h(Fungus(7, 18, 30, 10, 42), temperature) >= 10 - 1e-9


@given(st.floats(-60, 40), st.integers(0, 150), st.one_of(st.none(), st.integers(-60, 90)))
def test_a_paddy_below_its_level_is_always_flooded(level: float, planted: int, to_flowering: int | None) -> None:
    found = advise(level, planted, to_flowering)

    assert (Action.FLOOD if level <= found.flood_at_cm else Action.KEEP) == found.action
    assert 0 <= found.flood_mm <= 50
