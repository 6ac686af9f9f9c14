"""The collector's quality control: what it remembers of every series, and the flags of a batch before it is stored."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from math import inf
from typing import NamedTuple

from nongso import store
from nongso.quality.cross import SONDE, SUSPECT_UP_TO, WITNESSES, Name, is_contradicted, is_in_air
from nongso.quality.limits import LIMITS, Limits
from nongso.quality.track import Track, look
from nongso.readings import Flag, SeriesKey
from nongso.store import tracks
from nongso.store.readings import Row
from nongso.store.tracks import Point, Window

WINDOWS_TTL_S = 5.0  # how long a maintenance window may take to be noticed


class Line(NamedTuple):
    """What is known of a series for good. Others of its moment may contradict a value up to `suspect_up_to`."""

    device_id: str
    name: Name
    limits: Limits
    suspect_up_to: float


@dataclass(frozen=True, slots=True)
class Findings:
    """The rows of a batch with their flags, earlier readings that were spikes, and the tracks as they will be after COMMIT."""

    rows: list[Row]
    spikes: list[Point]
    ahead: dict[int, Track]


class Watch:
    """Used by one thread. Memory: one track a series. A batch that is not committed leaves no trace: only `keep` moves the tracks."""

    def __init__(self) -> None:
        self._lines: dict[int, Line] = {}
        self._tracks: dict[int, Track] = {}
        self._unread: dict[int, Line] = {}
        self._windows: dict[str, list[Window]] = {}
        self._windows_due = 0.0

    def learn(self, conn: store.Connection, found: Mapping[SeriesKey, int]) -> None:
        """Go on where the store stands with series seen for the first time. May be tried again after StoreAway."""
        self._unread.update(lines(found))
        if time.monotonic() >= self._windows_due:
            with store.transaction(conn):
                self._windows = tracks.list_windows(conn)
            self._windows_due = time.monotonic() + WINDOWS_TTL_S
        if not self._unread:
            return
        with store.transaction(conn):
            known = tracks.list_tracks(conn, list(self._unread))
        self._tracks.update(known)
        self._lines.update(self._unread)
        self._unread.clear()

    def begin(self, found: Mapping[SeriesKey, int]) -> None:
        """Watch series that have no past."""
        self._lines.update(lines(found))

    def judge(self, rows: Sequence[Row], owners: Sequence[int]) -> Findings:
        """Look at a batch, message by message in order of arrival, inside a message in order of time: so batches may be cut anywhere.

        `owners[i]` is the message of row i; equal ones stand together.
        """
        findings = Findings(list(rows), [], {})
        begin, count = 0, len(rows)
        while begin < count:
            end = begin + 1
            while end < count and owners[end] == owners[begin]:
                end += 1
            self._look_at_message(begin, end, findings)
            begin = end
        return findings

    def keep(self, findings: Findings) -> None:
        """After COMMIT."""
        self._tracks.update(findings.ahead)

    def _look_at_message(self, begin: int, end: int, findings: Findings) -> None:
        """Mostly all readings of a message are of one moment, and none of them is one that others may contradict."""
        rows, known = findings.rows, self._lines
        first_us, is_one_moment, is_suspect = rows[begin].at_us, True, False
        for place in range(begin, end):
            series_id, at_us, value, _, _ = rows[place]
            is_one_moment = is_one_moment and at_us == first_us
            is_suspect = is_suspect or value <= known[series_id].suspect_up_to
        order: Sequence[int] = range(begin, end)
        if not is_one_moment:
            order = sorted(order, key=lambda place: rows[place].at_us)
        if is_suspect:
            for _, moment in groupby(order, lambda place: rows[place].at_us):
                self._look_at_moment(list(moment), findings)
            return
        for place in order:
            self._look(place, 0, findings)

    def _look_at_moment(self, places: Sequence[int], findings: Findings) -> None:
        """Witnesses first, then those they may contradict."""
        named = {self._lines[findings.rows[place].series_id].name: place for place in places}
        values = {name: findings.rows[place].value for name, place in named.items()}
        dry = SONDE if is_in_air(values) else frozenset[str]()
        flags: dict[Name, int] = {}
        for name in sorted(named, key=lambda name: name[0] not in WITNESSES):
            crossed = name[0] in dry or is_contradicted(name, values, flags)
            flags[name] = self._look(named[name], int(Flag.CROSS) if crossed else 0, findings)

    def _look(self, place: int, more: int, findings: Findings) -> int:
        """Look at one row, of which the flags `more` are known already; its flags."""
        series_id, at_us, value, known_flags, received_us = findings.rows[place]
        track = findings.ahead.get(series_id) or self._tracks.get(series_id)
        line = self._lines[series_id]
        if self._windows and self._is_worked_on(line.device_id, at_us):
            more |= int(Flag.CALIBRATING)
        flags, after, spikes = look(line.limits, track, at_us, value, known_flags | more)
        findings.ahead[series_id] = after
        if flags != known_flags:
            findings.rows[place] = Row(series_id, at_us, value, flags, received_us)
        if spikes:
            findings.spikes.extend((series_id, at_us) for at_us in spikes)
        return flags

    def _is_worked_on(self, device_id: str, at_us: int) -> bool:
        return any(from_us <= at_us < to_us for from_us, to_us in self._windows.get(device_id, ()))


def lines(found: Mapping[SeriesKey, int]) -> dict[int, Line]:
    return {
        series_id: Line(
            key.device_id,
            (key.property, key.depth_cm),
            LIMITS[key.property],
            SUSPECT_UP_TO.get(key.property, -inf),
        )
        for key, series_id in found.items()
    }
