"""Everything the book holds for a buyer's page, in one statement: a page costs one journey to the database, and it is remembered by the
very text that came, so nothing it says can change unseen (docs/decisions/0290).

Public by design: no viewer is asked, no partner is named, and every column is one that its owner meant to show.
"""

from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

import msgspec

from nongso.diary import Spray
from nongso.store.certificates import Certificate, Offer
from nongso.store.connection import Connection
from nongso.store.label_scans import LabelFacts
from nongso.store.passports import LotFacts, ProductFacts

REMEMBERED = 1000


@dataclass(frozen=True, slots=True)
class Key:
    """What a label says: the code of a lot, else the serial of one piece, else a product's number with the number of its lot or of one piece."""

    code: str | None = None
    serial: str | None = None
    gtin: str | None = None
    number: str | None = None


@dataclass(frozen=True, slots=True)
class WayPart:
    """A thing's part in an event of the lot or of a container it was in. `producer_id` is the lot's own."""

    event_row: int
    event_id: str
    at: datetime
    recorded_at: datetime
    event_type: str
    action: str | None
    biz_step: str | None
    disposition: str | None
    read_point: str | None
    biz_location: str | None
    role: str
    epc: str
    is_class: bool
    quantity: float | None
    uom: str | None
    lot_epc: str
    producer_id: int


@dataclass(frozen=True, slots=True)
class LotPart:
    """So many kilograms of a lot came from another lot, or from a harvest: then `source_id` is None and the rest is known.

    `producer_name` is empty for one that was forgotten.
    """

    lot_id: int
    source_id: int | None
    quantity_kg: float
    harvested_on: date | None
    producer_name: str | None
    unit_name: str | None
    parent_name: str | None


@dataclass(frozen=True, slots=True)
class LotEvent:
    """An event of a lot as its label's page shows it. `step` is the event's own bizStep, `witnesses` how many have cosigned a tree with it."""

    step: str
    recorded_at: datetime
    leaf_index: int | None
    signed_at: datetime | None
    witnesses: int


@dataclass(frozen=True, slots=True)
class Facts:
    """What a lot's page is written from. `unit` is the label of one piece; `waiting_reason` why a spray's waiting period was not kept;
    `events` is empty where no log is kept.
    """

    product: ProductFacts
    lot: LotFacts
    unit: LabelFacts | None
    parts: tuple[LotPart, ...]
    way: tuple[WayPart, ...]
    sprays: tuple[Spray, ...]
    waiting_reason: str
    certificates: tuple[Certificate, ...]
    offer: Offer | None
    published_at: datetime | None
    events: tuple[LotEvent, ...]


@lru_cache(maxsize=REMEMBERED)
def facts_of(text: str) -> Facts:
    """What `find_facts` found."""
    return msgspec.json.decode(text, type=Facts)


def find_facts(conn: Connection, key: Key) -> str | None:
    """The facts of the lot that a label names, as JSON for `facts_of`; None for a label that is not in the book.

    Of containers all children are told: when a lot left one can only be reckoned with all that was taken out.
    No event that was declared an error is among them. Parts go down to the harvests, and there are none for a lot of its own field.
    """
    row = conn.execute(
        "SELECT passport_facts(%(code)s, %(serial)s, %(gtin)s, %(number)s)",
        {"code": key.code, "serial": key.serial, "gtin": key.gtin, "number": key.number},
    ).fetchone()
    assert row is not None
    return row[0]


def rehearse(conn: Connection) -> None:
    """Let a new connection read its catalogues and plan the function, some 40 ms, before a buyer waits for it. Nothing before `nongso migrate`."""
    row = conn.execute("SELECT to_regproc('passport_facts') IS NOT NULL").fetchone()
    if row == (True,):
        find_facts(conn, Key())
