"""What a zone's decision rests on, taken from what is known of its field: silent and flagged readings become unknown, never nought."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from nongso import rules
from nongso.conditions import Conditions, Observation, fresh
from nongso.devices import Kind
from nongso.diary import Spray, find_closed
from nongso.forecast import Forecast, rain_mm
from nongso.irrigation.interlock import Inputs, Known
from nongso.irrigation.zone import Source, Zone
from nongso.rules import Measure

RAIN_WITHIN = timedelta(hours=24)


def inputs_of(
    zone: Zone, field: Conditions, sprays: Sequence[Spray], rain_hour_mm: float | None, pressure_kpa: Known | None,
    now: datetime, *, salt_limit_g_l: float, salt_alert: bool,
) -> Inputs:  # fmt: skip
    """`rain_hour_mm`: None where the field has no gauge. `salt_limit_g_l` is the one in force (nongso.findings.salt_limit)."""
    water = at_source(zone.source, field)
    closed = find_closed(sprays, now)
    return Inputs(
        soil_percent=_measured(rules.soil_observations(field), rules.soil_moisture(field, now)),
        paddy_cm=_measured(rules.paddy_observations(field), rules.paddy_level_cm(field, now)),
        salinity_g_l=_measured(rules.salt_observations(water), rules.salinity(water, now)),
        level_m=_newest(levels(water), now, lowest=True),
        rain_hour_mm=_rain(field, rain_hour_mm, now),
        wind_m_s=_newest(field.of("wind.gust") or field.of("wind.speed"), now),
        air_c=_newest(field.of("air.temperature"), now, lowest=True),
        pressure_kpa=pressure_kpa,
        sprayed_at=max((sprayed_at(spray) for spray in sprays if sprayed_at(spray) <= now), default=None),
        enter_from=closed.open_at if closed else None,
        salt_limit_g_l=salt_limit_g_l,
        salt_alert=salt_alert,
        **_told(field.forecast, now),
    )


def _told(forecast: Forecast | None, now: datetime) -> dict[str, Any]:
    """The rain to come and whose word it is; nothing where nobody tells it."""
    told = rain_mm(forecast, now, RAIN_WITHIN)
    if forecast is None or told is None:
        return {}
    return {
        "forecast_mm": told,
        "forecast_source": forecast.source.value,
        "forecast_issued_at": forecast.issued_at,
    }


def at_source(source: Source, field: Conditions) -> Conditions:
    """What is known of the water: by the source's own station where it names one, else by whatever serves the field."""
    if source.station_id is None:
        return field
    own = tuple(each for each in field.observations if each.device_id == source.station_id)
    return Conditions(
        field.field_id, field.farm_id, field.farm_name, field.name, field.crop, field.planted_on, field.area_m2, own
    )


def levels(water: Conditions) -> list[Observation]:
    """Where the source stands; a field tube speaks of the field."""
    return [each for each in water.of("water.level") if each.device_kind != Kind.PADDY]


def sprayed_at(spray: Spray) -> datetime:
    """When it was sprayed; the end of its day where nobody wrote down the hour, as the diary counts."""
    return Spray(spray.product, spray.day, spray.at, spray.waiting_days, 0.0).open_at


def written_down(inputs: Inputs) -> dict[str, Any]:
    """All of it as plain values for the journal."""
    return {name: _plain(value) for name, value in asdict(inputs).items() if value is not None}


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _plain(each) for name, each in value.items()}
    return value.isoformat() if isinstance(value, datetime) else value


def _measured(observed: list[Observation], measure: Measure | None) -> Known | None:
    """None: nothing measures it. A value of None: what does is silent, or says what nobody can use."""
    if not observed:
        return None
    if measure is None:
        return Known(None, max((each.fit_at for each in observed if each.fit_at), default=None), observed[0].device_id)
    return Known(measure.value, measure.at, observed[0].device_id)


def _newest(observed: list[Observation], now: datetime, *, lowest: bool = False) -> Known | None:
    """The highest of what is fresh, or the lowest: the careful end."""
    if not observed:
        return None
    known = [(each.fit_value, each) for each in fresh(observed, now) if each.fit_value is not None]
    if not known:
        return _measured(observed, None)
    value, each = (min if lowest else max)(known, key=lambda pair: pair[0])
    return Known(value, each.fit_at, each.device_id)


def _rain(field: Conditions, rain_hour_mm: float | None, now: datetime) -> Known | None:
    gauges = field.of("rain.total", "rain.amount")
    if not gauges:
        return None
    speaking = fresh(gauges, now)
    if not speaking or rain_hour_mm is None:
        return _measured(gauges, None)
    return Known(rain_hour_mm, speaking[0].fit_at, speaking[0].device_id)
