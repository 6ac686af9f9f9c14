"""One verdict a field: what to do, why, and at most four numbers, each with its own state and age. Pure.

Salt mutes "irrigate". What is silent or flagged gives no advice: the verdict then says what is not known, and since when.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from nongso import findings as found
from nongso import rules
from nongso.alerting.rule import Setting
from nongso.conditions import Conditions, Observation, State, fresh, known_until, state
from nongso.findings import Finding
from nongso.rules import Level, Measure, Signal
from nongso.sentences import Sentence

ORDER = ("salt", "paddy", "dry", "salt_rising", "heat")  # of two equally urgent findings the first speaks
DECIDING = ("salt", "paddy", "dry")  # a field is not called good while one of these is unknown


@dataclass(frozen=True, slots=True)
class Number:
    """A number of a card. `value` is None where nothing fresh is known: then `at` is the newest that was, if any."""

    key: str
    value: float | None
    unit: str
    level: Level
    note: Sentence
    at: datetime | None
    series_id: int | None


@dataclass(frozen=True, slots=True)
class Verdict:
    """`say` is the sentence, `reasons` the smaller lines under it. `at` is the oldest reading it rests on."""

    level: Level
    say: Sentence
    reasons: tuple[Sentence, ...]
    at: datetime | None
    numbers: tuple[Number, ...]


def judge(field: Conditions, now: datetime, settings: Sequence[Setting], open_rules: Collection[str] = ()) -> Verdict:
    """The verdict on a field by what its office set. `open_rules` are its open alerts: as long as one says "salt", one low reading proves nothing."""
    looked = {finding.rule: finding for finding in found.judge(field, now, settings)}
    findings = {rule: _doubted(finding, open_rules) for rule, finding in looked.items()}
    raised = [findings[rule] for rule in ORDER if rule in findings and findings[rule].signal is Signal.RAISE]
    unknown = [findings[rule] for rule in DECIDING if rule in findings and findings[rule].signal is Signal.UNKNOWN]
    silences = tuple(gap for finding in unknown for gap in finding.gaps)
    numbers = numbers_of(field, looked, now)
    if not field.observations:
        return Verdict(Level.STALE, Sentence("verdict.none"), (), None, ())
    if raised:
        return _urgent(field, findings, raised, silences, numbers)
    if unknown:
        key = f"verdict.unknown.{unknown[0].rule}"
        return Verdict(Level.STALE, Sentence(key), silences, _newest(field), numbers)
    return _calm(field, findings, numbers)


def _doubted(finding: Finding, open_rules: Collection[str]) -> Finding:
    """A sonde that was lifted reads fresh water; only the alert knows for how long that would have to last."""
    if finding.rule != "salt" or "salt" not in open_rules or finding.signal not in (Signal.HOLD, Signal.CLEAR):
        return finding
    return replace(finding, signal=Signal.UNKNOWN, level=Level.STALE, gaps=(Sentence("verdict.gap.salt_open"),))


def _urgent(
    field: Conditions,
    findings: dict[str, Finding],
    raised: list[Finding],
    silences: tuple[Sentence, ...],
    numbers: tuple[Number, ...],
) -> Verdict:
    """The most urgent finding speaks; what it means for the others stands under it."""
    first = min(raised, key=lambda finding: finding.level is not Level.ACT)
    others = [finding for finding in raised if finding is not first]
    lines = (*_reasons(field, findings, first, others), *silences)
    untested = _thirsty(first) and _unknown(findings.get("salt"))
    speech = first.sentence(f"verdict.{first.rule}.{first.level}", field.crop)
    return Verdict(first.level, Sentence("verdict.dry_salt_unknown") if untested else speech, lines, first.at, numbers)


def _reasons(
    field: Conditions, findings: dict[str, Finding], first: Finding, others: list[Finding]
) -> tuple[Sentence, ...]:
    salty = first.rule == "salt"
    keys = {"salt": "verdict.why.salt", "salt_rising": "verdict.why.salt_rising", "heat": "verdict.why.heat"}
    lines = [finding.sentence(keys[finding.rule], field.crop) for finding in others if _tells(finding, keys, salty)]
    soil = findings.get("paddy") or findings.get("dry")
    if soil is not None and soil.value is not None and soil is not first:
        thirsty = "thirsty" if soil.signal is Signal.RAISE else "wet"
        lines.insert(0, soil.sentence(f"verdict.why.{soil.rule}_{thirsty}" + ("_salt" if salty else ""), field.crop))
    if _thirsty(first):
        lines.insert(0, first.sentence(f"verdict.why.{first.rule}", field.crop))
    if soil is not None and soil.variant and soil.signal is Signal.RAISE:
        lines.insert(1, told(field))
    return tuple(lines)


def told(field: Conditions) -> Sentence:
    """Whose forecast of rain it was and when it was issued, or that there is none."""
    if field.forecast is None:
        return Sentence("forecast.none")
    return Sentence("verdict.why.told", {"source": field.forecast.source.value, "issued": field.forecast.issued_at})


def _tells(finding: Finding, keys: dict[str, str], salty: bool) -> bool:
    """Over the limit, "near the limit" tells nothing more; soil has its own line."""
    return finding.rule in keys and not (salty and finding.rule == "salt_rising")


def _thirsty(finding: Finding) -> bool:
    return finding.rule in ("paddy", "dry")


def _unknown(finding: Finding | None) -> bool:
    return finding is not None and finding.signal is Signal.UNKNOWN


def _calm(field: Conditions, findings: dict[str, Finding], numbers: tuple[Number, ...]) -> Verdict:
    """Nothing is wrong: say so by what was looked at, and no more than that."""
    looked_at = [findings[rule] for rule in DECIDING if rule in findings]
    looked_at.sort(key=lambda finding: not _thirsty(finding))  # what the soil needs comes before what the canal holds
    if looked_at:
        first = looked_at[0]
        lines = tuple(finding.sentence(f"verdict.good.why_{finding.rule}", field.crop) for finding in looked_at)
        at = min(finding.at for finding in looked_at if finding.at is not None)
        return Verdict(Level.GOOD, first.sentence(f"verdict.good.{first.rule}", field.crop), lines, at, numbers)
    weather = findings.get("heat")
    if weather is None:
        watched = any(number.key != "rain" for number in numbers)
        return Verdict(
            Level.STALE, Sentence("verdict.off" if watched else "verdict.unsensed"), (), _newest(field), numbers
        )
    if weather.signal is Signal.UNKNOWN:
        return Verdict(Level.STALE, Sentence("verdict.unknown.heat"), weather.gaps, _newest(field), numbers)
    return Verdict(Level.GOOD, Sentence("verdict.good.heat"), (Sentence("verdict.good.why_heat"),), weather.at, numbers)


def _newest(field: Conditions) -> datetime | None:
    return max((each.fit_at for each in field.observations if each.fit_at is not None), default=None)


def numbers_of(field: Conditions, findings: Mapping[str, Finding], now: datetime) -> tuple[Number, ...]:
    """Soil water, salinity, temperature, rain: those the field has a sensor for, each held against the limit in force."""
    made = (
        _soil_number(field, findings, now),
        _salt_number(field, findings, now),
        _heat_number(field, findings, now),
        _rain_number(field, now),
    )
    return tuple(number for number in made if number is not None)


def _soil_number(field: Conditions, findings: Mapping[str, Finding], now: datetime) -> Number | None:
    if rules.paddy_observations(field):
        level = rules.paddy_level_cm(field, now)
        return _number("paddy", "cm", rules.paddy_observations(field), level, findings.get("paddy"), field, now)
    moisture = rules.soil_moisture(field, now)
    return _number("soil", "%", rules.soil_observations(field), moisture, findings.get("dry"), field, now)


def _salt_number(field: Conditions, findings: Mapping[str, Finding], now: datetime) -> Number | None:
    over, near = findings.get("salt"), findings.get("salt_rising")
    is_near = near is not None and near.signal is Signal.RAISE and (over is None or over.signal is not Signal.RAISE)
    finding = near if is_near else over
    return _number("salt", "g/L", rules.salt_observations(field), rules.salinity(field, now), finding, field, now)


def _heat_number(field: Conditions, findings: Mapping[str, Finding], now: datetime) -> Number | None:
    """The highest of the day so far, with what it is now beside it."""
    observed, warmest = field.of("air.temperature"), rules.warmest(field, now)
    if not observed or warmest is None:
        return _number("heat", "°C", observed, None, None, field, now)
    known, finding = fresh(observed, now), findings.get("heat")
    highest = max([warmest.value, *(each.highest_today for each in known if each.highest_today is not None)])
    level = finding.level if finding and finding.signal is Signal.RAISE else Level.GOOD
    note = Sentence(f"number.notes.heat.{level}", {"now": warmest.value})
    return Number("heat", highest, "°C", level, note, warmest.at, known[0].series_id)


def _rain_number(field: Conditions, now: datetime) -> Number | None:
    """The gauge that caught most; no limit is held against it, so it is never more than good."""
    observed = field.of("rain.total") or field.of("rain.amount")
    caught = [(each.fallen_24h_mm, each) for each in fresh(observed, now) if each.fallen_24h_mm is not None]
    if not caught:
        return _number("rain", "mm", observed, None, None, field, now)
    fallen, gauge = max(caught, key=lambda pair: pair[0])
    note = Sentence("number.notes.rain.some" if fallen > 0 else "number.notes.rain.none")
    return Number("rain", fallen, "mm", Level.GOOD, note, gauge.fit_at, gauge.series_id)


def _number(
    key: str,
    unit: str,
    observed: list[Observation],
    measure: Measure | None,
    finding: Finding | None,
    field: Conditions,
    now: datetime,
) -> Number | None:
    """A number from what was measured, or its silent place; None where there is no sensor for it."""
    if not observed:
        return None
    if measure is None:
        return _silent_number(key, unit, observed, now)
    if finding is None:
        return Number(key, measure.value, unit, Level.GOOD, Sentence("number.notes.off"), measure.at, measure.series_id)
    if finding.signal is Signal.UNKNOWN:
        return Number(key, None, unit, Level.STALE, Sentence("number.missing.lifted"), measure.at, measure.series_id)
    level = finding.level if finding.signal is Signal.RAISE else Level.GOOD
    note = finding.sentence(f"number.notes.{key}.{level}", field.crop)
    return Number(key, measure.value, unit, level, note, measure.at, measure.series_id)


def _silent_number(key: str, unit: str, observed: list[Observation], now: datetime) -> Number:
    """The sensor that spoke last tells how long it has been; one that talks nonsense is told apart from a silent one."""
    last = max(observed, key=known_until)
    states = {state(each, now) for each in observed}
    why = next((each for each in (State.FRESH, State.UNFIT) if each in states), State.SILENT)
    note = Sentence(f"number.missing.{why}", {"age": now - known_until(last)})
    return Number(key, None, unit, Level.STALE, note, last.fit_at, last.series_id)
