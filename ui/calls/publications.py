"""The ten data of a lot, publishing it, and the record for the national portal."""

from dataclasses import dataclass
from datetime import datetime

from ui.door import Door


@dataclass(frozen=True, slots=True)
class Datum:
    """`page`: where it is filled in, for those that are missing."""

    name: str
    known: bool
    page: str | None


@dataclass(frozen=True, slots=True)
class Completeness:
    """`published_at` is None for a lot that is not published."""

    data: list[Datum]
    complete: bool
    published_at: datetime | None


def get_completeness(door: Door, lot_id: int) -> Completeness:
    return door.get(f"/api/v1/lots/{lot_id}/completeness", Completeness)


def publish(door: Door, lot_id: int) -> None:
    door.do("POST", f"/api/v1/lots/{lot_id}/publish")


def take_record(door: Door, lot_id: int) -> bytes:
    """JSON; only of a published lot."""
    return door.take("GET", f"/api/v1/lots/{lot_id}/portal-record")
