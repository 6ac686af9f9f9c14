"""Dead letters: messages of devices that could not be read, and having them read again."""

from dataclasses import dataclass
from datetime import datetime

from ui.door import Door


@dataclass(frozen=True, slots=True)
class Letter:
    """`times` messages were the same; `codec` is who could not read it; `replay_requested_at` while it waits to be read again."""

    id: int
    topic: str
    device_id: str | None
    codec: str
    last_at: datetime
    times: int
    replay_requested_at: datetime | None
    replayed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Told:
    reason: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Listed:
    """A letter and what was wrong with it; `final`: reading it again would be wrong."""

    letter: Letter
    reasons: list[Told]
    final: bool


@dataclass(frozen=True, slots=True)
class Content:
    """The bytes of a letter in hex, and as text where they are one."""

    hex: str
    text: str | None


@dataclass(frozen=True, slots=True)
class Asked:
    letters: int


def list_letters(door: Door) -> list[Listed]:
    return door.get("/api/v1/dead-letters", list[Listed], state="open")


def replay(door: Door, letter_id: int) -> None:
    door.do("POST", f"/api/v1/dead-letters/{letter_id}/replay")


def replay_all(door: Door, reason: str) -> int:
    """Every open letter of a reason; how many."""
    return door.post("/api/v1/dead-letters/replay", {"reason": reason}, Asked).letters


def get_content(door: Door, letter_id: int) -> Content:
    return door.get(f"/api/v1/dead-letters/{letter_id}", Content)
