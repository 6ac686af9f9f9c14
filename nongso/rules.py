"""The rules that look at a field: too salt, too dry, paddy water, too hot. Pure: conditions and now in, findings out.

Rules, limits and what clears them: Gò Công Đông district (salt), nongnghiep.vn (durian), IRRI (paddy), AquaCrop (heat); soil
moisture limits and every margin between raising and clearing are our choice. docs/people.md lists them for readers.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from nongso.agronomy import irrigation, paddy
from nongso.agronomy.crop_table import CROPS
from nongso.agronomy.inputs import ImpossibleInput, MissingInput
from nongso.agronomy.salinity import practical_salinity
from nongso.clock import local_day
from nongso.conditions import Conditions, Observation, State, fresh, known_until, state
from nongso.devices import Kind
from nongso.forecast import rain_mm
from nongso.root_zone import RootZone, advise, probes_of, root_zone, standing_of
from nongso.sentences import Sentence, Value

SALT_CLEARS, RISING_RAISES, RISING_CLEARS = 0.8, 0.7, 0.6  # of the crop's limit; our choice
CAREFUL_LIMIT_G_L = 1.0  # for a crop without a published limit: that of the frailest vegetables; our choice
DRY_BELOW = {"leaf_vegetable": 28.0, "durian": 26.0, "pomelo": 26.0}  # % by volume; our choice
DRY_BELOW_DEFAULT, VERY_DRY, WET_AGAIN = 22.0, 0.75, 1.1  # %, and shares of the limit; our choice
STRESSED, REFILLED = 0.8, 0.8  # Ks below which the crop suffers, and the share of RAW that clears; our choice
ROOTS_CM = 60  # soil probes down to here speak for the roots; our choice
PADDY_FULL_CM = 3.0  # clears P1


@dataclass(frozen=True, slots=True)
class Heat:
    """Air temperature in °C that harms: `act_c` None where no source names one."""

    watch_c: float
    act_c: float | None
    clear_c: float


HEAT = {"rice": Heat(35, 38, 34)}  # in flower; AquaCrop PaddyRice 35 to 40
HEAT_DEFAULT = Heat(
    40, None, 38
)  # pollination of maize, tomato, soybean, sugarcane (AquaCrop); for other crops our choice


class Signal(StrEnum):
    """What a rule says of its alert."""

    RAISE = "raise"
    HOLD = "hold"  # between raising and clearing: an open alert stays, a closed one stays closed
    CLEAR = "clear"
    UNKNOWN = "unknown"  # nothing fresh to look at: an open alert freezes


class Level(StrEnum):
    """How a state is shown; each has a word, a sign and a colour."""

    GOOD = "good"
    WATCH = "watch"
    ACT = "act"
    STALE = "stale"


@dataclass(frozen=True, slots=True)
class Finding:
    """One rule on one field. `at` is when the deciding reading was made; `value` and `limit` are in the unit of the rule's text.

    `variant` picks among the texts of a rule: dry soil told by the root zone's depth of water, with or without rain to come.
    """

    rule: str
    signal: Signal
    level: Level
    severity: int
    value: float | None = None
    limit: float | None = None
    at: datetime | None = None
    gaps: tuple[Sentence, ...] = ()
    variant: str = ""

    def sentence(self, key: str, crop: str) -> Sentence:
        """A text about this finding. Water in a paddy is told by its distance above or below the soil's surface."""
        values: dict[str, Value] = {"crop": crop}
        if self.value is not None:
            values |= {"value": self.value, "depth": abs(self.value)}
        if self.limit is not None:
            values |= {"limit": self.limit, "limit_depth": abs(self.limit)}
        if self.variant:
            return Sentence(f"{key}_{self.variant}", values)
        if self.rule != "paddy" or self.value is None:
            return Sentence(key, values)
        return Sentence(f"{key}.{'below' if self.value < 0 else 'above'}", values)


@dataclass(frozen=True, slots=True)
class Measure:
    """A value that a rule or a number is made of, and the oldest reading in it."""

    value: float
    at: datetime
    series_id: int | None


def judge(field: Conditions, now: datetime) -> list[Finding]:
    """Every rule that applies to the field: one without a sensor for it says nothing."""
    findings = (salt(field, now), salt_rising(field, now), paddy_water(field, now), dry(field, now), heat(field, now))
    return [finding for finding in findings if finding is not None]


def salt(field: Conditions, now: datetime) -> Finding | None:
    """W2: irrigation water over what the crop bears."""
    limit = salt_limit_g_l(field.crop)
    return _above(field, now, "salt", Level.ACT, 4, limit, limit * SALT_CLEARS, limit)


def salt_rising(field: Conditions, now: datetime) -> Finding | None:
    """W1: irrigation water near what the crop bears."""
    limit = salt_limit_g_l(field.crop)
    return _above(field, now, "salt_rising", Level.WATCH, 2, limit * RISING_RAISES, limit * RISING_CLEARS, limit)


def _above(
    field: Conditions, now: datetime, rule: str, level: Level, severity: int, raises: float, clears: float, limit: float
) -> Finding | None:
    observed = salt_observations(field)
    if not observed:
        return None
    worst = salinity(field, now)
    if worst is None:
        return Finding(rule, Signal.UNKNOWN, Level.STALE, severity, gaps=gaps(observed, now))
    signal = _signal(worst.value > raises, worst.value < clears)
    return Finding(rule, signal, level, severity, worst.value, limit, worst.at)


def dry(field: Conditions, now: datetime) -> Finding | None:
    """S1: the root zone's depletion against what may go (FAO-56), else moisture below the crop's limit. A paddy with a tube has its own rule."""
    observed = soil_observations(field)
    if not observed or paddy_observations(field):
        return None
    zone = find_zone(field, now)
    if zone is not None and zone.moisture is not None:
        return _short_of_water(field, zone, now)
    limit = DRY_BELOW.get(field.crop, DRY_BELOW_DEFAULT)
    moisture = soil_moisture(field, now)
    if moisture is None:
        return Finding("dry", Signal.UNKNOWN, Level.STALE, 2, gaps=gaps(observed, now))
    very = moisture.value < limit * VERY_DRY
    signal = _signal(moisture.value < limit, moisture.value >= limit * WET_AGAIN)
    return Finding(
        "dry", signal, Level.ACT if very else Level.WATCH, 3 if very else 2, moisture.value, limit, moisture.at
    )


def find_zone(field: Conditions, now: datetime) -> RootZone | None:
    """The root zone by the fresh probes; None where nobody said what the soil is, what grows there and since when."""
    try:
        standing = standing_of(field.crop, field.planted_on, field.soil, local_day(now))
    except MissingInput:
        return None
    known = fresh(field.of("soil.moisture"), now)
    return root_zone(standing, (), probes_of((each.depth_cm, each.fit_value or 0.0) for each in known))


def _short_of_water(field: Conditions, zone: RootZone, now: datetime) -> Finding:
    """By the root zone; rain told for the next 24 h that makes up for it says: wait. Value and limit are depths in mm."""
    assert zone.depletion is not None
    assert zone.stress is not None
    gone, ready = zone.depletion.depletion_mm, zone.held.ready_mm
    at = min(known_until(each) for each in fresh(field.of("soil.moisture"), now))
    advice = advise(zone, rain_mm(field.forecast, now, timedelta(hours=24)))
    waits = advice is not None and advice.verdict is irrigation.Verdict.RAIN_COMING
    signal = _signal(gone >= ready, gone < REFILLED * ready)
    level = Level.ACT if zone.stress < STRESSED and not waits else Level.WATCH
    severity = 3 if zone.stress < STRESSED else 2
    return Finding("dry", signal, level, severity, gone, ready, at, variant="rain" if waits else "zone")


def paddy_water(field: Conditions, now: datetime) -> Finding | None:
    """P1: alternate wetting and drying, by the level in the field tube."""
    observed = paddy_observations(field)
    if not observed:
        return None
    level = paddy_level_cm(field, now)
    if level is None:
        return Finding("paddy", Signal.UNKNOWN, Level.STALE, 2, gaps=gaps(observed, now))
    age = (local_day(now) - field.planted_on).days if field.planted_on else paddy.DRYING_BEGINS_DAYS
    advice = paddy.advise(level.value, age, None)
    signal = _signal(advice.action is paddy.Action.FLOOD, level.value >= PADDY_FULL_CM)
    return Finding("paddy", signal, Level.WATCH, 2, level.value, advice.flood_at_cm, level.at)


def heat(field: Conditions, now: datetime) -> Finding | None:
    """A1 for rice in flower, A2 for other crops: air temperature now."""
    observed = field.of("air.temperature")
    if not observed:
        return None
    limits = HEAT.get(field.crop, HEAT_DEFAULT)
    warmest = _worst(fresh(observed, now))
    if warmest is None:
        return Finding("heat", Signal.UNKNOWN, Level.STALE, 3, gaps=gaps(observed, now))
    acute = limits.act_c is not None and warmest.value >= limits.act_c
    signal = _signal(warmest.value >= limits.watch_c, warmest.value < limits.clear_c)
    return Finding(
        "heat",
        signal,
        Level.ACT if acute else Level.WATCH,
        4 if acute else 3,
        warmest.value,
        limits.watch_c,
        warmest.at,
    )


def salt_limit_g_l(crop: str) -> float:
    """The salinity of irrigation water that the crop must not get more of, in g/L."""
    row = CROPS.get(crop)
    if row is None or row.limit is None:
        return CAREFUL_LIMIT_G_L
    return row.limit.high_g_l


def salt_observations(field: Conditions) -> list[Observation]:
    """Salinity where it is measured, else conductivity of the water."""
    return field.of("water.salinity") or field.of("water.ec")


def salinity(field: Conditions, now: datetime) -> Measure | None:
    """The saltest fresh water of the field in g/L. Conductivity becomes salinity by PSS-78, read as brought to 25 °C."""
    measures = [_salt_of(each) for each in fresh(salt_observations(field), now)]
    return max((each for each in measures if each), key=lambda each: each.value, default=None)


def _salt_of(observation: Observation) -> Measure | None:
    assert observation.fit_value is not None  # what fresh means
    assert observation.fit_at is not None
    if observation.property == "water.salinity":
        return Measure(observation.fit_value, observation.fit_at, observation.series_id)
    try:
        salt = practical_salinity(observation.fit_value / 1000).salinity
    except ImpossibleInput:  # saltier than the scale reaches: no water for any field, but no number either
        return None
    return Measure(salt, observation.fit_at, observation.series_id)


def soil_observations(field: Conditions) -> list[Observation]:
    """Soil moisture around the roots; where only deeper probes are, those."""
    observed = field.of("soil.moisture")
    return [each for each in observed if (each.depth_cm or 0) <= ROOTS_CM] or observed


def soil_moisture(field: Conditions, now: datetime) -> Measure | None:
    """The mean of the fresh probes around the roots, in % by volume."""
    known = fresh(soil_observations(field), now)
    values = [each.fit_value for each in known if each.fit_value is not None]
    if not values:
        return None
    return Measure(sum(values) / len(values), min(known_until(each) for each in known), known[0].series_id)


def paddy_observations(field: Conditions) -> list[Observation]:
    return field.of("water.level", kind=Kind.PADDY)


def paddy_level_cm(field: Conditions, now: datetime) -> Measure | None:
    """The lowest fresh level in a field tube, in cm above the soil's surface."""
    known = fresh(paddy_observations(field), now)
    lowest = min(known, key=lambda each: each.fit_value or 0.0, default=None)
    if lowest is None or lowest.fit_value is None or lowest.fit_at is None:
        return None
    return Measure(max(-100.0, min(200.0, lowest.fit_value * 100)), lowest.fit_at, lowest.series_id)


def gaps(observed: list[Observation], now: datetime) -> tuple[Sentence, ...]:
    """What does not speak, a sentence for each device: who, since when, and whether it is silent or talks nonsense."""
    said: dict[str, Sentence] = {}
    for each in observed:
        condition = state(each, now)
        if condition is not State.FRESH:
            key = (
                "verdict.gap.never" if each.fit_at is None and condition is State.SILENT else f"verdict.gap.{condition}"
            )
            said.setdefault(each.device_id, Sentence(key, {"device": each.device_name, "since": known_until(each)}))
    return tuple(said.values())


def _worst(known: list[Observation]) -> Measure | None:
    highest = max(known, key=lambda each: each.fit_value or 0.0, default=None)
    if highest is None or highest.fit_value is None or highest.fit_at is None:
        return None
    return Measure(highest.fit_value, highest.fit_at, highest.series_id)


def _signal(raises: bool, clears: bool) -> Signal:
    if raises:
        return Signal.RAISE
    return Signal.CLEAR if clears else Signal.HOLD
