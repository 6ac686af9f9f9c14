"""What is known of a run: its orders, what was answered and read back, folded from the journal's steps."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum


class Origin(StrEnum):
    PERSON = "person"
    AUTOMATIC = "automatic"
    HAND = "hand"  # somebody turned the valve itself
    SWEEP = "sweep"  # found without an order after a start
    CUT = "cut"  # a master valve or a pump, because of a valve behind it


class Action(StrEnum):
    OPEN = "open"
    CLOSE = "close"


class Outcome(StrEnum):
    """How a run ended; texts are `irrigation.outcome.<value>`."""

    DONE = "done"
    STOPPED = "stopped"  # a person
    HAND = "hand"  # closed at the valve
    LEASE = "lease"  # nobody renewed: the house was dead
    LINK = "link"  # the device lost its link
    REFUSED = "refused"  # the device did not open
    HALTED = "halted"  # something spoke against it
    SWEPT = "swept"
    CUT = "cut"  # shut off: a master valve or a pump
    NO_ANSWER = "no_answer"  # a valve that was not known to be open never spoke


class Step(StrEnum):
    """What the journal says of an order."""

    REQUESTED = "requested"
    SENT = "sent"
    ACCEPTED = "accepted"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CONFIRMED = "confirmed"
    UNKNOWN = "unknown"
    NOT_SENT = "not_sent"
    STOP = "stop"
    CUT = "cut"
    CLOSED = "closed"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Seen:
    """The newest reading of a valve: `at` by its clock, `heard_at` by ours. None: it never said."""

    is_open: bool | None = None
    at: datetime | None = None
    heard_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Order:
    """An order and what became of it. `sent` holds every time it left the house, `failed` why the device refused."""

    id: str
    action: Action
    seconds: int
    created_at: datetime
    expires_at: datetime
    sent: tuple[datetime, ...] = ()
    acknowledged_at: datetime | None = None
    failed: str | None = None
    ended: str | None = None  # "done" was answered; the reason, or ""
    confirmed_at: datetime | None = None
    is_unknown: bool = False

    @property
    def lease_end(self) -> datetime:
        """When the device's own timer has ended what this order opened, at the latest: it is counted from the order's arrival."""
        return (self.acknowledged_at or self.expires_at) + timedelta(seconds=self.seconds)

    @property
    def is_answered(self) -> bool:
        """Whether the device has heard it, and obeyed or not."""
        return self.acknowledged_at is not None or self.failed not in (None, Step.NOT_SENT)


@dataclass(frozen=True, slots=True)
class Run:
    """A watering. `seconds` counts from the first confirmed opening, `stop` why a person or a rule ends it.

    `is_cut`: the water before the valve was ordered off because of it.
    """

    id: int
    zone_id: int
    origin: Origin
    seconds: int
    created_at: datetime
    orders: tuple[Order, ...] = ()
    opened_at: datetime | None = None
    stop: Outcome | None = None
    is_cut: bool = False

    @property
    def last(self) -> Order | None:
        return self.orders[-1] if self.orders else None

    @property
    def closing(self) -> Order | None:
        """The order that closes, once there is one; nothing opens after it."""
        last = self.last
        return last if last is not None and last.action is Action.CLOSE else None

    @property
    def is_unknown(self) -> bool:
        """Whether an order was said four times and nobody has learned since what the valve did."""
        judged = [order for order in self.orders if order.is_unknown or order.confirmed_at is not None]
        return bool(judged) and judged[-1].confirmed_at is None

    @property
    def is_deaf(self) -> bool:
        """Told to open and gave no sign that it heard anything: what it says of itself says nothing about orders on their way."""
        answered = any(order.is_answered for order in self.orders) or self.opened_at is not None
        return not answered and any(each.is_unknown and each.action is Action.OPEN for each in self.orders)

    @property
    def ends_at(self) -> datetime | None:
        return self.opened_at + timedelta(seconds=self.seconds) if self.opened_at else None


def fold(run: Run, steps: Sequence[tuple[Step, str | None, datetime, str]]) -> Run:
    """A run with the journal's steps on it, oldest first: step, order, when, and the device's reason."""
    orders = {order.id: order for order in run.orders}
    stop, opened_at, is_cut = run.stop, run.opened_at, run.is_cut
    for step, order_id, at, reason in steps:
        if step is Step.STOP:
            stop = stop or Outcome(reason)
        if step is Step.CONFIRMED and opened_at is None:
            opened_at = at
        is_cut = is_cut or step is Step.CUT
        order = orders.get(order_id or "")
        if order is not None:
            orders[order.id] = _stepped(order, step, at, reason)
    return replace(run, orders=tuple(orders.values()), stop=stop, opened_at=opened_at, is_cut=is_cut)


def _stepped(order: Order, step: Step, at: datetime, reason: str) -> Order:
    match step:
        case Step.SENT:
            return replace(order, sent=(*order.sent, at))
        case Step.ACCEPTED | Step.RUNNING:
            return replace(order, acknowledged_at=order.acknowledged_at or at)
        case Step.FAILED:
            return replace(order, failed=reason)
        case Step.NOT_SENT:
            return replace(order, failed=Step.NOT_SENT)
        case Step.DONE if order.action is Action.OPEN:
            return replace(order, ended=reason, acknowledged_at=order.acknowledged_at or at)
        case Step.DONE:
            return replace(order, acknowledged_at=order.acknowledged_at or at)
        case Step.CONFIRMED | Step.CLOSED:
            return replace(order, confirmed_at=at)
        case Step.UNKNOWN:
            return replace(order, is_unknown=True)
        case _:
            return order
