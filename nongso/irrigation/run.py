"""The life of a run: what the house does next with a valve, from what it ordered, what was answered, and above all what was read back.

requested → sent → accepted → CONFIRMED by a reading → closed, confirmed by a reading. An answer is a promise, a reading is a fact.
Water is given in leases of ten minutes that are renewed while all is well, so a dead house means a closed valve.
Without a reading in 30 s an order is said again three times; then the state is unknown, never "closed", and the house goes on closing.
Only where the lease before still runs, the next one is said on until that ends: a link that is lost for four minutes ends no watering.
A valve that goes on has its water cut off before it: when it says so itself or a meter does, or when nobody says anything and its own timer is
long over. One that heard nothing stays unknown until it answers.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from math import ceil

from nongso.irrigation.orders import Action, Order, Origin, Outcome, Run, Seen, Step

LEASE_S = 600
RENEW_AFTER = timedelta(seconds=300)  # half a lease: two chances before it ends; our choice
CONFIRM_WITHIN = timedelta(seconds=30)
TRIES = 4  # the first and three more
LIVES = timedelta(seconds=150)  # a device refuses an opening order after that; longer than all tries
CLOCK_SLACK = timedelta(seconds=60)  # by how much a device's clock may be behind ours
HEARD_TO = timedelta(seconds=1)  # the store keeps arrivals to the second: one of 31.9 s says 31
ENDS_NEARLY = timedelta(seconds=5)
AGAIN_SOON, AGAIN_LATER = timedelta(minutes=1), timedelta(minutes=10)  # how often closing is tried while nobody knows
SOON_FOR = 10  # tries
LINK_LOST = "link_lost"  # why a device ended an order by itself


class Shown(StrEnum):
    """The state people see; texts are `irrigation.state.<value>`."""

    CLOSED = "closed"
    OPENING = "opening"
    OPEN = "open"
    CLOSING = "closing"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Pipe:
    """What else speaks of a run's water since it was told to close. `flows`: whether a meter counts, None: none can tell.

    `is_heard`: something that shuts water off before the valve has spoken since, so it is not the whole link that is away.
    """

    flows: bool | None = None
    is_heard: bool = True


@dataclass(frozen=True, slots=True)
class Send:
    """A new order. `lives`: how long a device may obey it after it was made."""

    action: Action
    seconds: int = 0
    lives: timedelta = LIVES


@dataclass(frozen=True, slots=True)
class Again:
    """The same order once more: a device that knows it does nothing."""

    order_id: str


@dataclass(frozen=True, slots=True)
class Note:
    step: Step
    order_id: str | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Alarm:
    """I1: nobody knows what the valve does."""


@dataclass(frozen=True, slots=True)
class Calm:
    """The valve said what it does: an I1 alarm ends."""


@dataclass(frozen=True, slots=True)
class Cut:
    """Water runs on, or may and nobody has said anything for longer than the device's timer lasts: shut it off before the valve."""


@dataclass(frozen=True, slots=True)
class Finish:
    outcome: Outcome
    closed_at: datetime


Move = Send | Again | Note | Alarm | Calm | Cut | Finish


NOBODY = Pipe()


def next_moves(run: Run, seen: Seen, now: datetime, pipe: Pipe = NOBODY) -> list[Move]:
    """What to do now with a run that has no result; nothing when it only has to wait."""
    if run.closing is not None:
        return _closing(run, run.closing, seen, now, pipe)
    if run.origin in (Origin.SWEEP, Origin.CUT):
        return [Send(Action.CLOSE)]
    if run.origin is Origin.HAND:
        return _by_hand(run, seen, now)
    if run.last is None:
        return _beginning(run)
    return _open(run, run.last, seen, now)


def _beginning(run: Run) -> list[Move]:
    if run.stop is not None:  # stopped before it began: no order ever left
        return [Finish(run.stop, run.created_at)]
    return [Send(Action.OPEN, min(LEASE_S, run.seconds))]


def _open(run: Run, order: Order, seen: Seen, now: datetime) -> list[Move]:
    """While the newest order is an opening one."""
    if order.failed is not None and run.opened_at is None and seen.is_open is not True:
        return [Finish(Outcome.REFUSED, now)]
    if run.stop is not None or order.failed is not None or _is_over(run, now):
        return _wind_up(run, seen, now)
    closed_at = _closed_since_opened(run, seen)
    if closed_at is not None:
        return [Calm(), Finish(_why_closed(run, closed_at), closed_at)]
    return _renew(run, order, now) if order.confirmed_at is not None else _unconfirmed(run, order, seen, now)


def _unconfirmed(run: Run, order: Order, seen: Seen, now: datetime) -> list[Move]:
    """No reading has confirmed the newest order yet. A valve that was open before shows nothing new: there the answer must say that it heard."""
    is_renewal = run.opened_at is not None
    if _confirms(order, seen, is_open=True) and (order.is_answered or not is_renewal):
        assert seen.at is not None
        return [Note(Step.CONFIRMED, order.id, min(seen.at, now)), Calm()]
    if order.ended is not None and _confirms(order, seen, is_open=False):  # opened and closed between two looks
        return [Note(Step.CONFIRMED, order.id, order.sent[0]), Calm()]
    if order.is_unknown:
        return _hold(order, now)
    return _insist(order, now, holds=is_renewal and now < order.expires_at) or []


def _hold(order: Order, now: datetime) -> list[Move]:
    """Nobody knows whether a renewal was heard: it is said on for as long as it lives, which is as long as the lease before it."""
    if now >= order.expires_at:
        return [Send(Action.CLOSE)]
    return [Again(order.id)] if order.sent and now >= order.sent[-1] + CONFIRM_WITHIN else []


def _renew(run: Run, order: Order, now: datetime) -> list[Move]:
    """Half a lease is gone and water is still wanted beyond its end."""
    assert order.confirmed_at is not None
    if run.ends_at is None or now < order.confirmed_at + RENEW_AFTER:
        return []
    lease_end = order.confirmed_at + timedelta(seconds=order.seconds)
    if lease_end >= run.ends_at - ENDS_NEARLY:
        return []
    wanted_s = ceil((run.ends_at - now).total_seconds())
    return [Send(Action.OPEN, max(1, min(LEASE_S, wanted_s)), max(LIVES, lease_end - now))]


def _wind_up(run: Run, seen: Seen, now: datetime) -> list[Move]:
    """Over, stopped or refused: closed already, or to be closed now."""
    closed_at = _closed_since_opened(run, seen)
    if closed_at is None:
        return [Send(Action.CLOSE)]
    return [Calm(), Finish(run.stop or _why_closed(run, closed_at), closed_at)]


def _closing(run: Run, order: Order, seen: Seen, now: datetime, pipe: Pipe) -> list[Move]:
    """Nothing ends a run but a reading that says closed; of a valve that never answered, only once it does."""
    closed = _confirms(order, seen, is_open=False) or _closed_since_opened(run, seen) is not None
    if closed and not run.is_deaf:
        assert seen.at is not None
        return [Note(Step.CLOSED, order.id, min(seen.at, now)), Calm(), Finish(_outcome(run), min(seen.at, now))]
    if run.origin is Origin.SWEEP and order.is_unknown and seen.is_open is not True:
        return [Finish(Outcome.NO_ANSWER, now)]
    if order.is_unknown and not run.is_cut and run.origin is not Origin.CUT and _runs_on(run, order, seen, now, pipe):
        return [Cut()]
    moves = _insist(order, now)
    if moves or not order.is_unknown or not order.sent:
        quiet = run.origin is Origin.SWEEP and seen.is_open is not True
        return [move for move in moves or [] if not (quiet and isinstance(move, Alarm))]
    pause = AGAIN_SOON if len(order.sent) < TRIES + SOON_FOR else AGAIN_LATER
    return [Again(order.id)] if now >= order.sent[-1] + pause else []


def _runs_on(run: Run, order: Order, seen: Seen, now: datetime, pipe: Pipe) -> bool:
    """Whether to shut the water off before a valve that was told four times to close. Silence is no jam: the device has a timer of its own."""
    if says_open(order, seen) or pipe.flows is True:
        return True
    silent_open = seen.is_open is True and pipe.flows is None and pipe.is_heard
    return silent_open and now >= closes_by(run) + CLOCK_SLACK


def says_open(order: Order, seen: Seen) -> bool:
    """Whether the valve itself says that it is open after it was told to close: it heard, or it measured later."""
    if not _confirms(order, seen, is_open=True):
        return False
    assert seen.at is not None
    return order.is_answered or seen.at >= order.sent[0]


def closes_by(run: Run) -> datetime:
    """When the device has closed by itself, whatever it heard. Of one that no order of this run opened nobody knows: a lease from now on."""
    opening = [order.lease_end for order in run.orders if order.action is Action.OPEN and order.failed is None]
    begun = run.closing.created_at if run.closing is not None else run.created_at
    return max(opening, default=begun + LIVES + timedelta(seconds=LEASE_S))


def _insist(order: Order, now: datetime, *, holds: bool = False) -> list[Move] | None:
    """Say it again after 30 s without a reading; after the last try nobody knows. None while there is time.

    `holds`: the lease before still runs, so nothing has to be closed for want of an answer.
    """
    if order.is_unknown or now < (order.sent[-1] if order.sent else order.created_at) + CONFIRM_WITHIN:
        return None
    if not order.sent:  # it waits in the house: the link to the broker is away
        if order.action is Action.OPEN and not holds:
            return [Note(Step.NOT_SENT, order.id, now)] if now >= order.expires_at else None
        if now < order.created_at + TRIES * CONFIRM_WITHIN:
            return None
    elif len(order.sent) < TRIES:
        return [Again(order.id)]
    unknown: list[Move] = [Note(Step.UNKNOWN, order.id, now), Alarm()]
    return [*unknown, Send(Action.CLOSE)] if order.action is Action.OPEN and not holds else unknown


def _by_hand(run: Run, seen: Seen, now: datetime) -> list[Move]:
    """Opened at the valve: shown, counted, and closed by the house when its time is over or somebody asks."""
    if seen.is_open is False and seen.at is not None and (run.opened_at is None or seen.at >= run.opened_at):
        return [Finish(Outcome.HAND, seen.at)]
    return [Send(Action.CLOSE)] if run.stop is not None or _is_over(run, now) else []


def _is_over(run: Run, now: datetime) -> bool:
    return run.ends_at is not None and now >= run.ends_at


def _confirms(order: Order, seen: Seen, *, is_open: bool) -> bool:
    """A reading that came after the order left and speaks of a time after it, as far as two clocks agree."""
    if seen.is_open is not is_open or seen.at is None or seen.heard_at is None or not order.sent:
        return False
    return seen.heard_at + HEARD_TO > order.sent[0] and seen.at >= order.sent[0] - CLOCK_SLACK


def _closed_since_opened(run: Run, seen: Seen) -> datetime | None:
    """When the valve said closed after all that opened it. None while an opening order may still be on its way."""
    opening = [order for order in run.orders if order.action is Action.OPEN and order.failed is None]
    if not opening or opening[-1].confirmed_at is None or seen.is_open is not False or seen.at is None:
        return None
    return seen.at if seen.at > opening[-1].confirmed_at else None


def _why_closed(run: Run, closed_at: datetime) -> Outcome:
    """By the newest lease that was confirmed: the device's own word, else how much of it had gone by."""
    if run.ends_at is None or closed_at >= run.ends_at - ENDS_NEARLY:
        return Outcome.DONE
    order = [each for each in run.orders if each.action is Action.OPEN and each.confirmed_at is not None][-1]
    if order.ended == LINK_LOST:
        return Outcome.LINK
    assert order.confirmed_at is not None
    lease_end = order.confirmed_at + timedelta(seconds=order.seconds)
    return Outcome.LEASE if closed_at >= lease_end - ENDS_NEARLY else Outcome.HAND


def _outcome(run: Run) -> Outcome:
    if run.stop is not None:
        return run.stop
    if run.origin in (Origin.SWEEP, Origin.CUT):
        return Outcome.CUT if run.origin is Origin.CUT else Outcome.SWEPT
    opening = [each for each in run.orders if each.action is Action.OPEN]
    if any(each.ended == LINK_LOST for each in opening):
        return Outcome.LINK
    unanswered = any(each.confirmed_at is None and (each.is_unknown or each.failed) for each in opening)
    return Outcome.HALTED if unanswered else Outcome.DONE


def shown(run: Run | None, seen: Seen, silent_for: timedelta, now: datetime) -> Shown:
    """What may be said of a valve. Closed is only what said so itself, and not too long ago."""
    fresh = (
        seen.at is not None
        and seen.heard_at is not None
        and now - seen.heard_at <= silent_for
        and seen.is_open is not None
    )
    if run is None:
        return (Shown.OPEN if seen.is_open else Shown.CLOSED) if fresh else Shown.UNKNOWN
    if run.is_unknown:
        return Shown.UNKNOWN
    if run.closing is not None or run.stop is not None:
        return Shown.CLOSING
    if run.opened_at is None:
        return Shown.OPENING
    return Shown.OPEN if fresh and seen.is_open else Shown.UNKNOWN


def takes_water(run: Run, seen: Seen) -> bool:
    """Whether water may run through the valve of a run: until a reading since the order to close says that it is closed."""
    if run.origin in (Origin.SWEEP, Origin.CUT):
        return seen.is_open is True
    return run.closing is None or not _confirms(run.closing, seen, is_open=False)
