"""Why a field is told what it is told: every number on the way, where it came from, what was estimated, and until when it counts. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from nongso import findings as found
from nongso.agronomy.crop_table import CROPS
from nongso.agronomy.crops import SalinityLimit
from nongso.agronomy.irrigation import RAIN_IS_ENOUGH, run_for
from nongso.agronomy.salinity import MOST_SALT_G_L, limit_state
from nongso.alerting.rule import Armed, Setting
from nongso.alerting.soil import judging_zone, short_of_water
from nongso.alerting.water import need
from nongso.catalogue import get_property
from nongso.conditions import Conditions, Observation, fresh
from nongso.devices import silent_after
from nongso.findings import Finding
from nongso.forecast import rain_mm
from nongso.root_zone import RootZone, Standing, WaterDay, advise
from nongso.rules import Signal
from nongso.sentences import Sentence

DAY = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Line:
    """A number of the working. `kind` is input, estimate, step, limit or result; its name is `why.<name>`.

    `formula` is the equation that made it, in its own signs or by name; `source` who published it. Neither: our choice, or a measurement.
    """

    kind: str
    name: str
    value: float | None
    unit: str
    formula: str | Sentence = ""
    source: Sentence | None = None
    at: datetime | None = None
    device_name: str = ""
    series_id: int | None = None
    note: Sentence | None = None


@dataclass(frozen=True, slots=True)
class Working:
    """A rule's whole working on a field; `expires_at` None: nothing fresh is in it, so it says nothing anyhow."""

    rule: str
    code: str
    signal: Signal
    lines: tuple[Line, ...]
    gaps: tuple[Sentence, ...]
    expires_at: datetime | None


def equation(number: int) -> Sentence:
    """An equation of FAO-56 (Allen et al. 1998)."""
    return Sentence("source.fao_equation", {"number": number})


def table(number: int) -> Sentence:
    """A table of FAO-56 (Allen et al. 1998)."""
    return Sentence("source.fao_table", {"number": number})


def explain(field: Conditions, now: datetime, settings: Sequence[Setting]) -> list[Working]:
    """Every rule that looked at the field for its verdict."""
    return [_working(field, finding, now) for finding in found.judge(field, now, settings)]


def _working(field: Conditions, finding: Finding, now: datetime) -> Working:
    known = fresh(found.observed_by(field, finding.rule), now)
    lines = [_measured(each) for each in known]
    if finding.signal is not Signal.UNKNOWN:
        lines += _steps(field, finding, now)
    ends = [each.fit_at + silent_after(each.expected_interval_s) for each in known if each.fit_at is not None]
    if finding.rule == "dry" and field.forecast is not None and finding.variant:
        ends.append(field.forecast.expires_at)
    expires = min(ends) if ends and finding.signal is not Signal.UNKNOWN else None
    return Working(
        finding.armed.rule.slug, finding.armed.rule.code, finding.signal, tuple(lines), finding.gaps, expires
    )


def _measured(each: Observation) -> Line:
    unit = get_property(each.property).unit
    return Line(
        "input",
        each.property,
        each.fit_value,
        unit,
        at=each.fit_at,
        device_name=each.device_name,
        series_id=each.series_id,
        note=Sentence("chart.depth", {"depth": each.depth_cm}) if each.depth_cm is not None else None,
    )


def _steps(field: Conditions, finding: Finding, now: datetime) -> list[Line]:
    if finding.rule in ("salt", "salt_rising"):
        return _salt(field, finding)
    if finding.rule == "dry":
        scene = found.scene_of(field, now)
        zone = judging_zone(scene, finding.armed.limits) if finding.variant else None
        return _moisture(finding) if zone is None else zone_lines(zone) + advice_lines(zone, field, finding.armed, now)
    if finding.rule == "paddy":
        return [
            Line("result", "paddy_level", finding.value, "cm", at=finding.at),
            _limit("paddy_limit", finding, "cm", finding.armed.rule.source),
        ]
    return [
        Line("result", "warmest", finding.value, "°C", at=finding.at),
        _limit("heat_limit", finding, "°C", finding.armed.rule.source),
    ]


def _limit(name: str, finding: Finding, unit: str, source: str) -> Line:
    """A limit with whose number it is: the office's where it set one, else whoever published it; "" is our choice."""
    if finding.is_set:
        return Line("limit", name, finding.limit, unit, note=Sentence("rule.office_choice"))
    return Line("limit", name, finding.limit, unit, source=Sentence(f"source.{source}") if source else None)


def _salt(field: Conditions, finding: Finding) -> list[Line]:
    row = CROPS.get(field.crop)
    published = row.limit if row else None
    formula = "" if field.of("water.salinity") else "PSS-78"
    stands = _stands(finding, published) if published and not finding.is_set else None
    lines = [
        Line("result", "salinity", finding.value, "g/L", formula=formula, at=finding.at, note=stands),
        _limit("salt_limit", finding, "g/L", published.source if published else ""),
    ]
    if finding.rule == "salt_rising":
        share = need(finding.armed.limits, "raises")
        lines.append(Line("limit", "salt_rising_limit", (finding.limit or 0.0) * share, "g/L"))
    return lines


def _stands(finding: Finding, published: SalinityLimit) -> Sentence | None:
    """Where the water stands in the range that was published for the crop, of which the limit is the upper end."""
    if finding.value is None or not 0 <= finding.value <= MOST_SALT_G_L:
        return None
    return Sentence(f"agronomy.limit.{limit_state(finding.value, published)}")


def _moisture(finding: Finding) -> list[Line]:
    return [Line("result", "moisture", finding.value, "%", at=finding.at), _limit("moisture_limit", finding, "%", "")]


def zone_lines(zone: RootZone) -> list[Line]:
    """The root zone's working, FAO-56 chapter 8, in the order in which it is reckoned."""
    standing, held = zone.standing, zone.held
    texture = Sentence(f"agronomy.soil.{standing.texture}")
    lines = [
        Line("estimate", "field_capacity", 100 * standing.soil.field_capacity, "%", source=table(19), note=texture),
        Line("estimate", "wilting_point", 100 * standing.soil.wilting_point, "%", source=table(19), note=texture),
        Line(
            "input",
            "stage_day",
            standing.stage.season_day,
            "d",
            note=Sentence(f"agronomy.stage.{standing.stage.stage}"),
        ),
        Line("estimate", "root_depth", standing.root_depth_m, "m", source=table(22)),
        *coefficient_lines(standing),
        Line("step", "demand", zone.demand_mm, "mm", formula="ETc = Kc·ET0"),
        Line("step", "total_water", held.total_mm, "mm", formula=equation(82)),
        Line(
            "step", "fraction", held.depletion_fraction, "1", formula=Sentence("why.fraction_formula"), source=table(22)
        ),
        Line("limit", "ready_water", held.ready_mm, "mm", formula=equation(83)),
    ]
    if zone.moisture is not None:
        lines.append(Line("step", "root_moisture", 100 * zone.moisture, "%"))
    if zone.depletion is not None and zone.stress is not None:
        formula = equation(85 if zone.depletion.measured_mm is None else 87)
        lines.append(Line("result", "depletion", zone.depletion.depletion_mm, "mm", formula=formula))
        if zone.depletion.correction_mm:
            lines.append(Line("step", "correction", zone.depletion.correction_mm, "mm"))
        lines.append(Line("step", "stress", zone.stress, "1", formula=equation(84)))
    if zone.days_left is not None:
        lines.append(Line("result", "days_left", zone.days_left, "d"))
    return lines


def coefficient_lines(standing: Standing) -> list[Line]:
    """Kc of the day, and where it was moved to the field's climate the climate first."""
    climate = standing.climate
    if climate is None:
        return [Line("estimate", "coefficient", standing.coefficient, "1", formula=equation(66), source=table(12))]
    return [
        Line("step", "usual_wind", climate.wind_2m_ms, "m/s"),
        Line("step", "usual_low_humidity", climate.rh_min, "%"),
        Line("estimate", "coefficient", standing.coefficient, "1", formula=equation(62), source=table(12)),
    ]


def advice_lines(zone: RootZone, field: Conditions, armed: Armed, now: datetime) -> list[Line]:
    """What to bring, beside the rain that is told for the next day."""
    forecast, area_m2 = field.forecast, field.area_m2
    rain, efficiency = rain_mm(forecast, now, DAY), need(armed.limits, "efficiency")
    advice = advise(zone, rain, efficiency)
    if advice is None:
        return []
    label = Sentence("forecast.none")
    if forecast is not None:
        label = Sentence("forecast.label", {"source": forecast.source.value, "issued": forecast.issued_at})
    return [
        Line("input", "rain_told", rain, "mm", at=forecast.issued_at if forecast else None, note=label),
        Line("limit", "rain_enough", RAIN_IS_ENOUGH * advice.depletion_mm, "mm"),
        _efficiency(armed, efficiency),
        *volume_lines(advice.gross_mm, area_m2),
        Line("result", "water_to_bring", advice.gross_mm, "mm", note=Sentence(f"agronomy.irrigate.{advice.verdict}")),
    ]


def _efficiency(armed: Armed, efficiency: float) -> Line:
    is_set = armed.rule.limits["efficiency"].value != efficiency
    return Line("estimate", "efficiency", efficiency, "1", note=Sentence("rule.office_choice") if is_set else None)


def volume_lines(gross_mm: float, area_m2: float | None) -> list[Line]:
    """The depth as cubic metres, where somebody said how large the field is."""
    if area_m2 is None or gross_mm <= 0:
        return []
    return [Line("result", "volume_to_bring", run_for(gross_mm, max(area_m2, 1.0), None).volume_m3, "m³")]


def balance_working(
    zone: RootZone, days: Sequence[WaterDay], estimated: Iterable[str], field: Conditions, armed: Armed, now: datetime
) -> Working:
    """The balance of days, whether or not a probe corrects it. It counts until the next day is whole."""
    last = days[-1] if days else None
    lines = []
    if last is not None:
        stand_ins = [Line("estimate", f"estimate_{each}", None, "") for each in estimated]
        lines = [
            Line("input", "et0_yesterday", last.et0_mm, "mm", formula=equation(6)),
            *stand_ins,
            Line("input", "rain_yesterday", last.rain_mm, "mm"),
            Line("input", "irrigation_yesterday", last.irrigation_mm, "mm"),
            Line("step", "reckoned", zone.reckoned_mm, "mm", formula=equation(85)),
        ]
    if zone.moisture is None:  # else the probe's own working has told all this
        lines += zone_lines(zone) + advice_lines(zone, field, armed, now)
    look = None if zone.depletion is None else short_of_water(found.scene_of(field, now), armed.limits, zone)
    gaps = (Sentence("why.missing.balance"),) if look is None else ()
    signal = Signal.UNKNOWN if look is None else look.signal
    return Working("thirst", armed.rule.code, signal, tuple(lines), gaps, None if look is None else now + DAY)
