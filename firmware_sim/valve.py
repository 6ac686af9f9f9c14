"""The rules of a valve, pure: what it does with an order, with time, with a lost link. It opens for a while or not at all.

Sources: the house's promise 7 (a valve closes itself) and the irrigation safety rules 1 and 10: every open order carries max_seconds that
the device enforces; orders are idempotent; expired, duplicate and retained orders open nothing.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

import msgspec
from msgspec import Struct

MAX_RUN_S = 7_200  # the firmware's own cap, whatever an order asks
LEASE_S = 300  # without a link for so long the valve closes
REMEMBERED = 500  # orders
BY_HAND = "by hand"  # in the place of an order: somebody opened it, and no timer runs


class State(StrEnum):
    ACCEPTED = "accepted"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class Order(Struct, frozen=True):
    """`order` names it; `expires_at` is RFC 3339 with an offset; `max_seconds` is needed to open.

    `renews`: it goes on with what is open, and opens nothing: somebody may have closed it by hand while the link was away.
    """

    action: str
    order: str
    expires_at: str
    max_seconds: int | None = None
    renews: bool = False


@dataclass(frozen=True, slots=True)
class Valve:
    """`closes_s`: when its own timer closes it, None when closed. `linked_s`: when the link was last seen. `known`: order -> state."""

    device_id: str
    linked_s: float
    known: dict[str, State]
    order: str | None = None
    closes_s: float | None = None


@dataclass(frozen=True, slots=True)
class Reply:
    order: str
    state: State
    reason: str | None = None


def read_order(payload: bytes) -> Order | None:
    """The order in a message, None when it is not one."""
    try:
        return msgspec.json.decode(payload, type=Order)
    except msgspec.DecodeError:
        return None


def receive(valve: Valve, order: Order, retained: bool, at_s: float) -> tuple[Valve, list[Reply]]:
    """The valve after an order, and its answers. A duplicate changes nothing and is told what became of the first."""
    if order.order in valve.known and not retained:
        return valve, [Reply(order.order, valve.known[order.order], "duplicate")]
    reason = refusal(valve, order, retained, at_s)
    if reason is not None:
        kept = valve if retained else known(valve, order.order, State.FAILED)
        return kept, [Reply(order.order, State.FAILED, reason)]
    accepted = Reply(order.order, State.ACCEPTED)
    closed, ended = shut(valve, "replaced" if order.action == "open" else None)
    if order.action == "close":
        return known(closed, order.order, State.DONE), [accepted, *ended, Reply(order.order, State.DONE)]
    opened = replace(closed, order=order.order, closes_s=at_s + (order.max_seconds or 0))
    return known(opened, order.order, State.RUNNING), [accepted, *ended, Reply(order.order, State.RUNNING)]


def refusal(valve: Valve, order: Order, retained: bool, at_s: float) -> str | None:
    """Why an order is not obeyed, None when it is. A late "close" is obeyed: closing is never the danger."""
    if retained:
        return "retained"
    if order.action == "close":
        return None
    if order.action != "open":
        return "unknown_action"
    expires_s = epoch_s(order.expires_at)
    if expires_s is None:
        return "bad_expiry"
    if at_s >= expires_s:
        return "expired"
    if order.renews and valve.order is None:
        return "not_running"
    return None if 1 <= (order.max_seconds or 0) <= MAX_RUN_S else "bad_max_seconds"


def pass_time(valve: Valve, linked: bool, at_s: float) -> tuple[Valve, list[Reply]]:
    """The valve at a later instant: its timer and its dead-man's lease close it."""
    seen = replace(valve, linked_s=at_s) if linked else valve
    if seen.closes_s is None:
        return seen, []
    if at_s >= seen.closes_s:
        return shut(seen, None)
    if at_s - seen.linked_s > LEASE_S:
        return shut(seen, "link_lost")
    return seen, []


def shut(valve: Valve, reason: str | None) -> tuple[Valve, list[Reply]]:
    """Close; the running order is done, `reason` says when something else than time ended it."""
    if valve.order is None:
        return valve, []
    order = valve.order
    closed = replace(valve, order=None, closes_s=None)
    if order == BY_HAND:  # nobody ordered it, so nobody is answered
        return closed, []
    closed = known(closed, order, State.DONE)
    return closed, [Reply(order, State.DONE, reason)]


def known(valve: Valve, order: str, state: State) -> Valve:
    remembered = {**valve.known, order: state}
    while len(remembered) > REMEMBERED:
        del remembered[next(iter(remembered))]
    return replace(valve, known=remembered)


def epoch_s(text: str) -> float | None:
    """An RFC 3339 instant as epoch seconds; None when it is none or carries no offset."""
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        return None
    return instant.timestamp() if instant.tzinfo else None
