"""The rules that ship. Every number is a default that an office may change; one without a source is our choice and says so.

Texts are the keys `rule.<slug>` (its name), `alert.<slug>` (what it says) and `source.<slug>` (whose number it is); codes are those of docs/alerts.md.
"""

from datetime import timedelta

from nongso import root_zone
from nongso.alerting import disease, season, soil, spraying, water, weather
from nongso.alerting.machine import Timing
from nongso.alerting.rule import Limit, Rule, UnknownRule

GO_CONG, IRRI, AQUACROP, KESTREL = "go_cong", "irri", "aquacrop", "kestrel"  # what they are: the texts `source.<slug>`
DELTA, FAO_S1, NWS, PLANT_CROPS = "delta", "fao_s1", "nws", "plant_crops"
OURS = ""  # no published source

_SALT = ("water.salinity", "water.ec", "water.level")
_SOIL = ("soil.moisture",)
_LEVEL = ("water.level",)
_AIR = ("air.temperature", "air.humidity")
_MINUTES, _HOURS, _DAYS = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def _daily(days: int = 1) -> Timing:
    return Timing(hold_count=1, clear_count=days, gap=3 * _DAYS)


_STRESS = {
    "stress": Limit(0.8, "1", None, 0.1, 1), "stress_severe": Limit(0.5, "1", None, 0.05, 1),
    "refilled": Limit(0.8, "1", None, 0.1, 1), "efficiency": Limit(root_zone.EFFICIENCY, "1", None, 0.1, 1),
}  # fmt: skip

_RULES = (
    Rule(
        "salt", "W2", water.over_limit, _SALT,
        {"limit": Limit(None, "g/L", GO_CONG, 0.1, 40), "clears": Limit(0.8, "1", None, 0.1, 0.99)},
        Timing(30 * _MINUTES, 2, 2 * _HOURS, 2), GO_CONG, mutes=("salt_rising", "water_class", "dry", "thirst", "paddy", "paddy_flower"),  # nobody takes this water: what else it holds can wait
    ),
    Rule(
        "salt_rising", "W1", water.rising, _SALT,
        {
            "limit": Limit(None, "g/L", GO_CONG, 0.1, 40), "raises": Limit(0.7, "1", None, 0.1, 1),
            "clears": Limit(0.6, "1", None, 0.05, 1), "slope": Limit(0.2, "g/L/h", None, 0.01, 20),
            "near": Limit(0.33, "1", None, 0, 1),
        },
        Timing(30 * _MINUTES, 2, 30 * _MINUTES, 2), OURS, below=(("clears", "raises"),), limit_of="salt",
    ),
    Rule(
        "salt_line_1", "W3", water.line, _SALT,
        {"raises": Limit(1.0, "g/L", DELTA, 0.1, 40), "clears": Limit(0.9, "g/L", None, 0.05, 40), "severe": Limit(4.0, "g/L", None, 0.1, 40)},
        Timing(_HOURS, 2, _HOURS, 2), DELTA, below=(("clears", "raises"),),
    ),
    Rule(
        "salt_line_4", "W3", water.line, _SALT,
        {"raises": Limit(4.0, "g/L", DELTA, 0.1, 40), "clears": Limit(3.5, "g/L", None, 0.05, 40), "severe": Limit(4.0, "g/L", None, 0.1, 40)},
        Timing(_HOURS, 2, _HOURS, 2), DELTA, mutes=("salt_line_1",), below=(("clears", "raises"),),
    ),
    Rule(
        "fresh", "W4", water.fresh_again, _SALT,
        {
            "limit": Limit(None, "g/L", GO_CONG, 0.1, 40), "fresh": Limit(0.8, "1", None, 0.1, 1),
            "step": Limit(5.0, "g/L", None, 0.1, 40), "submerged": Limit(0.1, "m", None, 0.01, 20),
        },
        Timing(_HOURS, 2), OURS, after="salt", limit_of="salt",
    ),
    Rule("water_class", "W5", water.unfit_class, ("water.ph", "water.do", "water.salinity"), {}, Timing(hold_count=2, clear_count=2), "qcvn_39"),
    Rule(
        "flood", "W6", water.flood, _LEVEL,
        {
            "bank": Limit(None, "m", None, -100, 200), "margin": Limit(0.10, "m", None, 0, 5), "near": Limit(0.5, "m", None, 0, 10),
            "margin_clears": Limit(0.15, "m", None, 0, 5), "rise": Limit(10.0, "cm/h", None, 1, 500),
            "rise_clears": Limit(5.0, "cm/h", None, 0, 500),
        },
        Timing(15 * _MINUTES, 2, 30 * _MINUTES, 2), OURS, mutes=("dry", "thirst", "paddy", "pump_low"), below=(("rise_clears", "rise"),),
    ),
    Rule(
        "pump_low", "W7", water.pump_low, _LEVEL,
        {"inlet": Limit(None, "m", None, -100, 200), "raises": Limit(0.10, "m", None, 0, 5), "clears": Limit(0.20, "m", None, 0, 5)},
        Timing(10 * _MINUTES, 2, 10 * _MINUTES, 2), OURS, below=(("raises", "clears"),),
    ),
    Rule(
        "dry", "S1", soil.dry, _SOIL,
        {
            "limit": Limit(None, "%", None, 1, 90), "very": Limit(0.75, "1", None, 0.1, 1), "severe": Limit(0.6, "1", None, 0.1, 1),
            "clears": Limit(1.1, "1", None, 1, 3), **_STRESS,
        },
        Timing(6 * _HOURS, 2, _HOURS, 2), FAO_S1, below=(("severe", "very"), ("stress_severe", "stress")), forecast="uses",
    ),
    Rule(
        "thirst", "S1", soil.thirst, (), _STRESS,
        _daily(), FAO_S1, below=(("stress_severe", "stress"),), forecast="uses",
    ),
    Rule(
        "soaked", "S2", soil.soaked, _SOIL,
        {"field_capacity": Limit(36.0, "%", None, 3, 70), "saturation": Limit(48.0, "%", None, 5, 95), "clears": Limit(2.0, "%", None, 0, 20)},
        Timing(24 * _HOURS, 3, _HOURS, 2), OURS, mutes=("dry", "thirst"), below=(("field_capacity", "saturation"),),
    ),
    Rule("unseen", "S3", soil.unseen, (*_SOIL, "valve.state"), {"hours": Limit(6.0, "h", None, 1, 12), "rise": Limit(1.0, "%", None, 0.1, 20)}, Timing(), OURS),
    Rule(
        "paddy", "P1", soil.reflood, _LEVEL,
        {
            "raises": Limit(-15.0, "cm", IRRI, -60, 20), "young": Limit(2.0, "cm", None, -20, 20), "clears": Limit(3.0, "cm", None, -20, 30),
            "flowers_on_day": Limit(65.0, "d", None, 20, 200), "window_days": Limit(7.0, "d", IRRI, 0, 30),
        },
        Timing(2 * _HOURS, 2, _HOURS, 2), IRRI, below=(("raises", "clears"), ("young", "clears")),
    ),
    Rule(
        "paddy_flower", "P2", soil.keep_flooded, _LEVEL,
        {
            "raises": Limit(2.0, "cm", None, -20, 20), "clears": Limit(4.0, "cm", None, -20, 30),
            "flowers_on_day": Limit(65.0, "d", None, 20, 200), "window_days": Limit(7.0, "d", IRRI, 0, 30),
        },
        Timing(2 * _HOURS, 2, _HOURS, 2), IRRI, below=(("raises", "clears"),),
    ),
    Rule(
        "heat", "A1-A2", weather.heat, ("air.temperature",),
        {
            "rice_raises": Limit(35.0, "°C", AQUACROP, 20, 60), "rice_severe": Limit(38.0, "°C", None, 20, 60),
            "rice_clears": Limit(34.0, "°C", None, 10, 60), "raises": Limit(40.0, "°C", "aquacrop_crops", 20, 60),
            "clears": Limit(38.0, "°C", None, 10, 60), "flowers_on_day": Limit(65.0, "d", None, 20, 200), "window_days": Limit(7.0, "d", None, 0, 30),
        },
        Timing(_HOURS, 2, _HOURS, 2), AQUACROP, below=(("rice_clears", "rice_raises"), ("rice_raises", "rice_severe"), ("clears", "raises")),
    ),
    Rule(
        "cold", "A3", weather.cold, (),
        {"raises": Limit(13.0, "°C", None, 0, 25), "severe": Limit(10.0, "°C", None, -5, 25), "clears": Limit(2.0, "°C", None, 0, 10)},
        _daily(), OURS, below=(("severe", "raises"),),
    ),
    Rule(
        "frost", "A4", weather.frost, _AIR,
        {"raises": Limit(2.0, "°C", None, -5, 10), "clears": Limit(4.0, "°C", None, -5, 15), "wind": Limit(2.0, "m/s", None, 0, 10)},
        Timing(30 * _MINUTES, 2, 30 * _MINUTES, 2), OURS, below=(("raises", "clears"),), forecast="uses",
    ),
    Rule(
        "spray_window", "A7", spraying.window, (),
        {
            "wind_low": Limit(1.0, "m/s", None, 0, 10), "wind_high": Limit(4.0, "m/s", None, 0.5, 15), "heat": Limit(32.0, "°C", None, 10, 45),
            "dries_low": Limit(2.0, "°C", None, 0, 10), "dries_high": Limit(8.0, "°C", None, 1, 20), "dry_hours": Limit(6.0, "h", None, 1, 24),
            "from_hour": Limit(5.0, "h", None, 0, 23), "to_hour": Limit(19.0, "h", None, 1, 24),
        },
        _daily(), OURS, below=(("wind_low", "wind_high"), ("dries_low", "dries_high"), ("from_hour", "to_hour")), forecast="needs", is_advice=True,
    ),
    Rule(
        "rain", "A5", weather.rain, ("rain.total", "rain.amount"),
        {"day": Limit(50.0, "mm", None, 5, 1000), "day_severe": Limit(100.0, "mm", None, 5, 2000), "hour": Limit(30.0, "mm", None, 1, 500)},
        Timing(), OURS, mutes=("dry_spell", "thirst"), below=(("day", "day_severe"),),
    ),
    Rule(
        "wind", "A6", weather.wind, ("wind.gust", "wind.speed"),
        {"raises": Limit(17.0, "m/s", None, 2, 60), "clears": Limit(13.0, "m/s", None, 1, 60)},
        Timing(10 * _MINUTES, 2, 30 * _MINUTES, 2), OURS, below=(("clears", "raises"),),
    ),
    Rule(
        "dry_spell", "A8", weather.dry_spell, (),
        {"raises": Limit(40.0, "mm", None, 5, 200), "days": Limit(10.0, "d", None, 5, 30), "dry_days": Limit(5.0, "d", None, 1, 30), "clears": Limit(10.0, "mm", None, 1, 100)},
        _daily(), OURS, below=(("dry_days", "days"),),
    ),
    Rule(
        "barn", "L1", weather.barn, _AIR,
        {"raises": Limit(72.0, "1", KESTREL, 50, 100), "severe": Limit(78.0, "1", KESTREL, 50, 100), "danger": Limit(82.0, "1", KESTREL, 50, 100), "clears": Limit(2.0, "1", None, 0, 10)},
        Timing(_HOURS, 2, _HOURS, 2), KESTREL, below=(("raises", "severe"), ("severe", "danger")),
    ),
    Rule(
        "people", "L2", weather.people, _AIR,
        {"raises": Limit(41.0, "°C", NWS, 25, 60), "clears": Limit(39.0, "°C", None, 20, 60)},
        Timing(_HOURS, 2, _HOURS, 2), NWS, below=(("clears", "raises"),),
    ),
    *(
        Rule(
            slug, code, disease.rice(slug), (),
            {"raises": Limit(0.3, "1", None, 0, 1), "severe": Limit(0.6, "1", None, 0, 1), "clears": Limit(0.2, "1", None, 0, 1)},
            _daily(), "epirice", below=(("clears", "raises"), ("raises", "severe")),
        )
        for slug, code in (("leaf_blast", "D1"), ("sheath_blight", "D2"), ("bacterial_blight", "D3"), ("brown_spot", "D4"))
    ),
    Rule(
        "coffee_rust", "D6", disease.coffee_rust, (),
        {"raises": Limit(0.1, "1", None, 0.01, 7), "severe": Limit(0.5, "1", None, 0.02, 7), "clears": Limit(0.05, "1", None, 0, 7)},
        _daily(), "bebber", below=(("clears", "raises"), ("raises", "severe")),
    ),
    Rule(
        "stage", "G1", season.stage, (),
        {"told_for": Limit(3.0, "d", None, 1, 14), "flowers_on_day": Limit(65.0, "d", None, 20, 200)},
        _daily(), "stages",
    ),
    Rule("late_blight", "D5", disease.late_blight, (), {}, _daily(2), "hutton"),
    Rule(
        "foot_rot", "D7", disease.foot_rot, (),
        {
            "t_low": Limit(22.7, "°C", PLANT_CROPS, 0, 50), "t_high": Limit(29.6, "°C", PLANT_CROPS, 0, 50),
            "rh": Limit(81.0, "%", PLANT_CROPS, 0, 100), "rain": Limit(15.0, "mm", PLANT_CROPS, 1, 200),
            "soil": Limit(42.0, "%", None, 5, 90), "clears": Limit(5.0, "mm", None, 0, 100),
        },
        _daily(), "plant_crops_low", below=(("t_low", "t_high"), ("clears", "rain")),
    ),
)  # fmt: skip

RULES: dict[str, Rule] = {rule.slug: rule for rule in _RULES}
AT_A_STATION = ("salt_line_1", "salt_line_4")  # these are about a station; all others are about a field

# Rules over devices live in nongso/alerting/device.py; what they mute is on the device itself or behind its gateway.
DEVICE_RULES = {"silent": "N1", "gateway": "N2", "bad_value": "N3", "battery": "N4", "clock": "N5"}
# Rules over collectors live in nongso/alerting/collecting.py; they are about an office itself.
BACKLOG, COLLECTOR = "backlog", "collector"
OFFICE_RULES = {BACKLOG: "N6", COLLECTOR: "N7"}
TOLD_AFTERWARDS = (BACKLOG,)  # the database may be away for as long as it lasts, so people learn of it when it is over
# Rules over the diary live in nongso/alerting/waiting.py.
DIARY_RULES = {"waiting": "H1", "reentry": "H2"}
# Rules over valves and meters live in nongso/irrigation; the worker raises them on the device.
IRRIGATION_RULES = {
    "valve_unknown": "I1", "leak": "I2", "burst": "I3", "clog": "I4", "current": "I5", "not_watered": "I6",
    "cut_off": "I7",
}  # fmt: skip
# Rules over the tamper-evident log and the scans of certificates; worker/tamper_log.py raises them on an office.
LOG_STOPPED, LOG_ALTERED, PAPER_ALTERED = "log_stopped", "log_altered", "paper_altered"
LOG_RULES = {LOG_STOPPED: "T1", LOG_ALTERED: "T2", PAPER_ALTERED: "T3"}
# Every rule that may open an alert, with its code: what is not here can be neither opened nor silenced.
CODES = {
    **{rule.slug: rule.code for rule in _RULES},
    **DEVICE_RULES, **OFFICE_RULES, **DIARY_RULES, **IRRIGATION_RULES, **LOG_RULES,
}  # fmt: skip


def check_known(slug: str) -> None:
    """Raises UnknownRule for what no alert can be of."""
    if slug not in CODES:
        raise UnknownRule(rule=slug)


def get_rule(slug: str) -> Rule:
    """The rule, or UnknownRule with its name."""
    found = RULES.get(slug)
    if found is None:
        raise UnknownRule(rule=slug)
    return found


def mutes(slug: str) -> tuple[str, ...]:
    """What an open alert of the rule keeps from being shown and sent."""
    rule = RULES.get(slug)
    return rule.mutes if rule else ()
