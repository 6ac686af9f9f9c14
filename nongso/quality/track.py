"""One series against its own past: too fast, jumped and came back, standing still, an error code. Pure; a few numbers a series.

A reading that moves too fast is flagged `rate` when it comes, because nobody knows yet. If one of the next three comes back to the old
level it was a spike, and is marked so afterwards: both flags hide a reading from the rules, so nothing that was summed changes.
If it does not come back the new level is believed once the limit allows it, but never while it stands exactly still:
that is what a broken probe does.

A counter that says less than before is doubted for as many readings: one that lost its memory for a moment would else have counted all
it ever counted once more. When it stays low it has begun anew, and what it counted since is counted.
"""

from typing import NamedTuple

from nongso.quality.limits import HOUR_US, STILL_COUNT, Limits
from nongso.readings import UNFIT, Flag

SPIKE_COUNT = 3  # more readings than these away from the old level are no spike

_UNFIT, _RATE, _STUCK, _SENTINEL = int(UNFIT), int(Flag.RATE), int(Flag.STUCK), int(Flag.SENTINEL)


class Track(NamedTuple):
    """What is remembered of a series; times in microseconds since 1970 UTC. A tuple: old ones stay true when a transaction fails."""

    head_us: int  # the newest reading
    run_value: float  # its value, and since when and how often it has been that
    run_since_us: int
    run_count: int
    fit_us: int | None  # the newest reading that nothing speaks against; None before the first
    fit_value: float
    doubts: tuple[int, ...]  # readings flagged `rate` since then, one more than a spike has at most
    doubt_value: float  # of the newest of them


class Looked(NamedTuple):
    """`flags` of the reading, the track after it, and the instants of earlier readings that turn out to have been a spike."""

    flags: int
    track: Track
    spikes: tuple[int, ...]


def look(limits: Limits, track: Track | None, at_us: int, value: float, flags: int) -> Looked:
    """Look at the next reading of a series, of which `flags` is known already. What comes late is judged by itself alone."""
    if value in limits.codes:
        flags |= _SENTINEL
    if track is None:
        is_fit = not flags & _UNFIT
        return Looked(flags, Track(at_us, value, at_us, 1, at_us if is_fit else None, value, (), value), ())
    if at_us <= track.head_us:
        return Looked(flags, track, ())
    is_same = value == track.run_value
    since_us, count = (track.run_since_us, track.run_count + 1) if is_same else (at_us, 1)
    if is_same and is_stuck(limits, value, count, at_us - since_us):
        flags |= _STUCK
    if not flags & _UNFIT and is_too_fast(limits, track, at_us, value, since_us):
        flags |= _RATE
    if not flags & _UNFIT:
        came_back = track.doubts if is_back(track, value) else ()
        return Looked(flags, Track(at_us, value, since_us, count, at_us, value, (), value), came_back)
    doubts, doubt_value = track.doubts, track.doubt_value
    if flags & _RATE:
        doubts, doubt_value = (*doubts, at_us)[: SPIKE_COUNT + 1], value
    return Looked(flags, Track(at_us, value, since_us, count, track.fit_us, track.fit_value, doubts, doubt_value), ())


def is_stuck(limits: Limits, value: float, count: int, lasted_us: int) -> bool:
    return count >= STILL_COUNT and lasted_us >= limits.still_us and not is_at_rest(limits, value)


def is_at_rest(limits: Limits, value: float) -> bool:
    return value <= limits.rest_low or value >= limits.rest_high


def is_too_fast(limits: Limits, track: Track, at_us: int, value: float, since_us: int) -> bool:
    """Against the last fit reading, however many doubtful ones came between: the longer ago, the more may have happened."""
    if track.fit_us is None:
        return False
    change = value - track.fit_value
    if limits.only_grows and change < 0:
        return len(track.doubts) <= SPIKE_COUNT
    hourly = limits.rise if change > 0 else limits.fall
    if abs(change) > limits.step + hourly * ((at_us - track.fit_us) / HOUR_US):
        return True
    has_not_moved = bool(track.doubts) and since_us <= track.doubts[0]
    return has_not_moved and not is_at_rest(limits, value)


def is_back(track: Track, value: float) -> bool:
    """Nearer to the old level than to the doubtful one, and soon enough."""
    return 0 < len(track.doubts) <= SPIKE_COUNT and abs(value - track.fit_value) < abs(value - track.doubt_value)
