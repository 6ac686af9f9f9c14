"""What scans say against a label: signs that more than one piece carries its serial, told by facts and never by a serial alone.

A shelf is looked at often, a post goes round the country in a day, goods travel: none of that is a clone. What one label cannot do is to be
seen day after day in two places far apart. How often these rules are wrong is measured: `nongso bench scans`, docs/scans.md.
"""

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from itertools import pairwise

from nongso.clock import local_day

AREA_DEGREES = 0.5  # some 55 km: coarse enough to say nothing of a person
EARTH_KM = 6371.0
SMALL_CROWD = 20  # fewer people are no burst, whatever day they came

Area = tuple[float, float]  # latitude, longitude of the middle of a square


class Channel(StrEnum):
    """How a visitor came; names are `scan.channel.<value>`."""

    CODE = "code"  # by the code on a label, or on a picture of it
    TYPED = "typed"
    LINK = "link"  # from another page: a post that goes round


class SignKind(StrEnum):
    """Names are `scan.sign.<value>`."""

    PLACES = "places"  # lasting presence in two places at the same time
    LEAPS = "leaps"  # from one place to another faster than goods travel, on several days
    AFTER_SALE = "after_sale"
    STRAYS = "strays"  # far from where the lot's other labels are seen
    CROWD = "crowd"


POINTS = {
    SignKind.PLACES: 3,
    SignKind.LEAPS: 2,
    SignKind.AFTER_SALE: 2,
    SignKind.STRAYS: 1,
    SignKind.CROWD: 1,
}


class CaseKind(StrEnum):
    """Names are `case.kind.<value>`."""

    CLONE = "clone"
    GHOST = "ghost"  # serials that nobody issued
    DIVERSION = "diversion"  # goods where they were not sent
    QUALITY = "quality"  # a buyer says that something is wrong with the goods


class Outcome(StrEnum):
    """Names are `case.outcome.<value>`."""

    CONFIRMED = "confirmed"
    FALSE_ALARM = "false_alarm"
    UNCLEAR = "unclear"


@dataclass(frozen=True, slots=True)
class Limits:
    """From where on scans speak against a label; an office may set its own."""

    far_km: int = 150
    leap_kmh: int = 250
    leap_days: int = 3
    lasting_days: int = 3  # on which both places were seen while the other was
    burst_percent: int = 20  # of all people on the busiest day: a post that goes round
    after_sale: int = 10  # people
    strays: int = 5  # people
    crowd: int = 200  # people
    ghosts: int = 3  # people who met serials that nobody issued, within a week
    points: int = 3  # of the signs together


@dataclass(frozen=True, slots=True)
class Seen:
    """A scan as the rules see it. `visitor` is somebody of one day; `area` is None where it is not known."""

    at: datetime
    visitor: str
    area: Area | None
    channel: Channel


@dataclass(frozen=True, slots=True)
class Sign:
    """One thing that speaks against a label, and how much of it there is: days, people or places."""

    kind: SignKind
    count: int


@dataclass(frozen=True, slots=True)
class Judgement:
    """`people` are different visitors of each day, added up; `kind` the case to open, None for none."""

    people: int
    places: int
    is_burst: bool
    signs: tuple[Sign, ...]
    points: int
    kind: CaseKind | None

    def as_evidence(self) -> dict[str, object]:
        return {**asdict(self), "signs": [asdict(sign) for sign in self.signs]}


@dataclass(frozen=True, slots=True)
class Place:
    """Areas less than `far_km` from the first of them, as one place."""

    centre: Area
    people: int
    days: frozenset[date]


def coarse(latitude: float, longitude: float) -> Area:
    """The middle of the square that a position lies in."""
    return _middle(latitude), _middle(longitude)


def _middle(degrees: float) -> float:
    return math.floor(degrees / AREA_DEGREES) * AREA_DEGREES + AREA_DEGREES / 2


def distance_km(one: Area, other: Area) -> float:
    """Great circle by the haversine formula (Sinnott 1984), on a sphere."""
    (lat_a, lon_a), (lat_b, lon_b) = (tuple(map(math.radians, area)) for area in (one, other))
    half = math.sin((lat_b - lat_a) / 2) ** 2 + math.cos(lat_a) * math.cos(lat_b) * math.sin((lon_b - lon_a) / 2) ** 2
    return 2 * EARTH_KM * math.asin(math.sqrt(min(1.0, half)))


def judge(scans: Sequence[Seen], sold_at: datetime | None, home: Iterable[Area], limits: Limits) -> Judgement:
    """What `scans` of one label say. `home`: areas where other labels of its lot are seen; none means that it is not known.

    Whoever followed a link holds no label, so links count for nothing.
    """
    shown = sorted((scan for scan in scans if scan.channel is not Channel.LINK), key=lambda scan: scan.at)
    people = Counter(day for day, _ in {(local_day(scan.at), scan.visitor) for scan in shown})
    total = sum(people.values())
    burst = total >= SMALL_CROWD and max(people.values()) * 100 >= limits.burst_percent * total
    places = gather(shown, limits.far_km)
    signs = [] if burst else [places_sign(places, limits), leaps_sign(shown, limits)]
    if not burst:
        signs += [after_sale_sign(shown, sold_at, limits), crowd_sign(total, limits)]
    signs.append(strays_sign(shown, tuple(home), limits))
    told = tuple(sign for sign in signs if sign is not None)
    points = sum(POINTS[sign.kind] for sign in told)
    return Judgement(total, len(places), burst, told, points, kind_of(told, points, limits))


def kind_of(signs: Iterable[Sign], points: int, limits: Limits) -> CaseKind | None:
    if points >= limits.points:
        return CaseKind.CLONE
    return CaseKind.DIVERSION if any(sign.kind is SignKind.STRAYS for sign in signs) else None


def gather(scans: Sequence[Seen], far_km: float) -> list[Place]:
    """The places a label was seen in, the busiest first."""
    busiest = Counter(scan.area for scan in scans if scan.area is not None)
    members: dict[Area, list[Seen]] = {}
    for area, _ in busiest.most_common():
        centre = next((known for known in members if distance_km(known, area) < far_km), area)
        members.setdefault(centre, []).extend(scan for scan in scans if scan.area == area)
    return [
        Place(
            centre,
            len({(local_day(scan.at), scan.visitor) for scan in found}),
            frozenset(local_day(scan.at) for scan in found),
        )
        for centre, found in members.items()
    ]


def places_sign(places: Sequence[Place], limits: Limits) -> Sign | None:
    """Two places that both last while the other does: goods that moved on leave the first one behind."""
    together = {
        place.centre
        for place in places
        for other in places
        if place is not other
        and distance_km(place.centre, other.centre) >= limits.far_km
        and days_together(place, other) >= limits.lasting_days
    }
    return Sign(SignKind.PLACES, len(together)) if together else None


def days_together(one: Place, other: Place) -> int:
    """The days on which the less seen of two places was seen while the other lasted."""
    first, last = max(min(one.days), min(other.days)), min(max(one.days), max(other.days))
    return min(sum(first <= day <= last for day in place.days) for place in (one, other))


def leaps_sign(scans: Sequence[Seen], limits: Limits) -> Sign | None:
    placed = [(scan.at, scan.area) for scan in scans if scan.area is not None]
    days = {
        local_day(at) for (before, one), (at, other) in pairwise(placed) if is_leap(one, other, at - before, limits)
    }
    return Sign(SignKind.LEAPS, len(days)) if len(days) >= limits.leap_days else None


def is_leap(one: Area, other: Area, took: timedelta, limits: Limits) -> bool:
    kilometres = distance_km(one, other)
    return kilometres >= limits.far_km and kilometres > limits.leap_kmh * (took / timedelta(hours=1))


def after_sale_sign(scans: Sequence[Seen], sold_at: datetime | None, limits: Limits) -> Sign | None:
    if sold_at is None:
        return None
    people = len({(local_day(scan.at), scan.visitor) for scan in scans if scan.at > sold_at})
    return Sign(SignKind.AFTER_SALE, people) if people >= limits.after_sale else None


def strays_sign(scans: Sequence[Seen], home: Sequence[Area], limits: Limits) -> Sign | None:
    if not home:
        return None
    people = len(
        {
            (local_day(scan.at), scan.visitor)
            for scan in scans
            if scan.area is not None and all(distance_km(scan.area, area) >= limits.far_km for area in home)
        }
    )
    return Sign(SignKind.STRAYS, people) if people >= limits.strays else None


def crowd_sign(people: int, limits: Limits) -> Sign | None:
    return Sign(SignKind.CROWD, people) if people >= limits.crowd else None
