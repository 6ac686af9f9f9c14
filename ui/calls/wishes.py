"""How one is told of alerts: wishes, addresses (shown masked), what one was told."""

from dataclasses import dataclass
from datetime import datetime, time

from ui.door import Door


@dataclass(frozen=True, slots=True)
class Wishes:
    """Times are those of the local clock. `rung` 0 is told at once, 1 to 3 when nobody has answered."""

    rung: int
    least: int
    quiet_from: time | None
    quiet_to: time | None
    daily_cap: int
    digest_at: time | None


@dataclass(frozen=True, slots=True)
class Channel:
    kind: str
    name: str
    address: str


@dataclass(frozen=True, slots=True)
class Known:
    wishes: Wishes
    channels: list[Channel]


@dataclass(frozen=True, slots=True)
class Draft:
    """`addresses` None: those that are there stay."""

    rung: int
    least: int
    quiet_from: time | None
    quiet_to: time | None
    daily_cap: int
    digest_at: time | None
    addresses: list[str] | None


@dataclass(frozen=True, slots=True)
class ReplyAddress:
    """Shown once."""

    url: str


@dataclass(frozen=True, slots=True)
class Told:
    id: int
    severity: int
    state: str
    state_name: str
    text: str
    created_at: datetime


def get_wishes(door: Door) -> Known:
    return door.get("/api/v1/notification-wishes", Known)


def put_wishes(door: Door, draft: Draft) -> None:
    door.do("PUT", "/api/v1/notification-wishes", draft)


def make_reply_address(door: Door) -> str:
    return door.post("/api/v1/notification-wishes/reply-address", None, ReplyAddress).url


def list_told(door: Door) -> list[Told]:
    """One's own messages, newest first."""
    return door.get("/api/v1/notifications", list[Told])
