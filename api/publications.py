"""The ten minimum data of a lot: what is on record, what is missing and where to fill it in; publishing, and the record for the national portal.

Circular 02/2024/TT-BKHCN names the ten; the portal's own interface is not published, so the record is our documented JSON.
"""

from dataclasses import dataclass
from datetime import date, datetime

from fastapi import APIRouter

from api.deps import Conn, House, Lang, Now, OfficeReader, OfficeWriter, SignedIn, TheHouse
from api.inputs import Id
from nongso import store
from nongso.errors import Conflict
from nongso.lots import Datum
from nongso.people import Viewer
from nongso.store import audit_lines, lots, passport_facts, passports, publications
from nongso.store.passport_facts import Key, facts_of
from nongso.store.passports import LotFacts, ProductFacts
from nongso.text import say
from traceability.passport import Step, missing, story

router = APIRouter(prefix="/api/v1", tags=["lots"])

FORMAT = "nongso-portal-record/1"
# The page of the full interface where a datum is filled in.
FILLED_ON = {
    Datum.IMAGE: "products",
    Datum.STANDARDS: "products",
    Datum.PRODUCER_ADDRESS: "parties",
    Datum.TIMES: "steps",
}


class Incomplete(Conflict):
    """Some of the ten data are missing; `data` names them."""

    code = "lot.incomplete"


class NotPublished(Conflict):
    """A record is given only of a published lot."""

    code = "lot.not_published"


@dataclass(frozen=True, slots=True)
class DatumView:
    """One of the ten: `page` of the full interface to fill it in, where it is missing."""

    datum: Datum
    name: str
    known: bool
    page: str | None


@dataclass(frozen=True, slots=True)
class Completeness:
    data: list[DatumView]
    complete: bool
    published_at: datetime | None


@dataclass(frozen=True, slots=True)
class PortalStep:
    stage: str
    day: date
    recorded_at: datetime | None


@dataclass(frozen=True, slots=True)
class PortalRecord:
    """The ten data in the order of the circular. Shelf life as the last good day."""

    format: str
    product_name: str
    image: str
    producer_name: str
    producer_address: str
    stages: list[str]
    times: list[PortalStep]
    trace_code: str
    brand: str
    best_before: date | None
    standards: str
    passport: str
    published_at: datetime
    recalled: bool


@router.get("/lots/{lot_id}/completeness")
def get_completeness(conn: Conn, viewer: SignedIn, lang: Lang, lot_id: Id) -> Completeness:
    lot, product = facts(conn, viewer, lot_id)
    owed = missing(product, lot)
    data = [
        DatumView(
            datum, say(lang, f"lot.datum.{datum}"), datum not in owed, FILLED_ON.get(datum) if datum in owed else None
        )
        for datum in Datum
    ]
    return Completeness(data, not owed, publications.find_published(conn, lot_id))


@router.post("/lots/{lot_id}/publish", status_code=204)
def publish(conn: Conn, viewer: OfficeWriter, now: Now, lang: Lang, lot_id: Id) -> None:
    """Raises Incomplete: a lot is published only with all ten data."""
    lot, product = facts(conn, viewer, lot_id)
    owed = missing(product, lot)
    if owed:
        raise Incomplete(data=", ".join(say(lang, f"lot.datum.{datum}") for datum in owed))
    publications.insert_publication(conn, viewer, lot_id, now)
    audit_lines.insert(conn, viewer, "lot.publish", f"lot:{lot_id}", {"number": lot.number})


@router.get("/lots/{lot_id}/portal-record")
def get_record(conn: Conn, viewer: OfficeReader, house: TheHouse, lot_id: Id) -> PortalRecord:
    """What an officer hands to the national portal. Raises NotPublished."""
    lot = lots.get_lot(conn, viewer, lot_id)
    text = passport_facts.find_facts(conn, Key(code=lot.code))
    assert text is not None
    known = facts_of(text)
    if known.published_at is None:
        raise NotPublished(number=lot.number)
    told = [step for step in story(known) if not step.is_unknown]
    return record(house, known.lot, known.product, told, known.published_at)


def record(
    house: House, lot: LotFacts, product: ProductFacts, told: list[Step], published_at: datetime
) -> PortalRecord:
    public = house.settings.public_url
    return PortalRecord(
        FORMAT,
        product.product_name,
        f"{public}/img/product/{product.product_id}.webp?v={product.image_digest}",
        lot.producer_name,
        lot.producer_address,
        [step.kind for step in told],
        [PortalStep(step.kind, step.day, step.recorded_at) for step in told],
        lot.code,
        " ".join(filter(None, (product.brand_name, product.registration_no))),
        lot.best_before,
        product.standard,
        f"{public}/t/{lot.code}",
        published_at,
        recalled=lot.recalled_at is not None and lot.lifted_at is None,
    )


def facts(conn: store.Connection, viewer: Viewer, lot_id: int) -> tuple[LotFacts, ProductFacts]:
    """What the buyer's page says of a lot the viewer sees. Raises NotFound."""
    known = lots.get_lot(conn, viewer, lot_id)
    found = passports.find_lot_by_code(conn, known.code)
    assert found is not None
    return found, passports.get_product(conn, found.product_id)
