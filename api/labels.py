"""Label sheets: a PDF whose every code was read back, and the batch on record."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Response
from pydantic import Field

from api.deps import Conn, Lang, Now, OfficeWriter, SignedIn, TheHouse
from api.inputs import Body, Id, MaybeLine
from nongso import store
from nongso.brands import require_in_force
from nongso.clock import local_day
from nongso.labels import budget, check_budget
from nongso.lots import LotRecalled, ProducerForgotten
from nongso.people import Viewer
from nongso.store import audit_lines, label_states, labels, lots
from nongso.store.labels import LabelBatch
from nongso.store.lots import Lot
from nongso.text import say
from traceability.gs1.local import grouped
from traceability.labels import sheet
from traceability.labels.foot import foot
from traceability.labels.press import Label
from traceability.labels.stock import STOCKS, get_stock
from traceability.lot_links import label_uri

router = APIRouter(prefix="/api/v1", tags=["labels"])

MOST_LABELS = 1000  # in one answer; a longer roll is several batches


class BatchBody(Body):
    stock: Annotated[str, Field(max_length=40)]
    count: Annotated[int, Field(ge=1, le=MOST_LABELS)]
    over_reason: MaybeLine = ""


@dataclass(frozen=True, slots=True)
class StockView:
    """A label stock: sheets have several labels a page, rolls one. Millimetres."""

    name: str
    title: str
    per_page: int
    width: float
    height: float


@router.get("/label-stocks")
def list_stocks(viewer: SignedIn, lang: Lang) -> list[StockView]:
    return [
        StockView(stock.name, say(lang, f"label.stock.{stock.name}"), stock.per_page, stock.width, stock.height)
        for stock in STOCKS.values()
    ]


@router.get("/lots/{lot_id}/labels")
def list_batches(conn: Conn, viewer: SignedIn, lot_id: Id) -> list[LabelBatch]:
    """The lot's batches, newest first."""
    return labels.list_batches(conn, viewer, lot_id)


@router.post("/lots/{lot_id}/labels", response_class=Response)
def print_labels(
    conn: Conn, viewer: OfficeWriter, house: TheHouse, now: Now, lang: Lang, lot_id: Id, body: BatchBody
) -> Response:
    """The sheet as PDF. A recalled lot and a brand that is not in force refuse, and so does a code that does not read back.

    More labels than the lot's weight can use want a reason, as those with serials do.
    """
    stock = get_stock(body.stock)
    lot = get_printable(conn, viewer, lot_id, now)
    check_room(conn, lot, body)
    pdf = sheet.render(
        [label(lot, house.settings.public_url)] * body.count, stock, lang=lang, foot=foot(house.settings, lang)
    )
    # Pressing takes seconds: a recall or another sheet may have come meanwhile, and neither may wait for this one.
    label_states.lock_lot(conn, lot_id)
    check_room(conn, get_printable(conn, viewer, lot_id, now), body)
    batch_id = labels.insert_batch(conn, viewer, lot_id, stock.name, body.count, now)
    detail = {"lot": lot_id, "stock": stock.name, "count": body.count, "over_reason": body.over_reason}
    audit_lines.insert(conn, viewer, "label.print", f"label_batch:{batch_id}", detail)
    name = f'attachment; filename="{lot.number}-{body.count}.pdf"'
    return Response(pdf, media_type="application/pdf", headers={"Content-Disposition": name})


def check_room(conn: store.Connection, lot: Lot, body: BatchBody) -> None:
    """Raises OverBudget."""
    check_budget(body.count, labels.count_printed(conn, lot.id), most_labels(conn, lot), body.over_reason)


def most_labels(conn: store.Connection, lot: Lot) -> int | None:
    """How many labels the lot's weight can use; None while nobody said what one piece weighs."""
    return budget(lot.quantity_kg, label_states.find_net_kg(conn, lot.id))


def get_printable(conn: store.Connection, viewer: Viewer, lot_id: int, now: datetime) -> Lot:
    """The lot. Raises NotFound, LotRecalled, ProducerForgotten, BrandExpired or BrandNotYet."""
    lot = lots.get_lot(conn, viewer, lot_id)
    if lot.recalled_at is not None:
        raise LotRecalled(number=lot.number, reason=lot.recall_reason)
    if not lot.producer_name:
        raise ProducerForgotten(number=lot.number)
    require_in_force(lot.brand_name, lot.brand_valid_from, lot.brand_valid_to, local_day(now))
    return lot


def label(lot: Lot, public_url: str) -> Label:
    return Label(
        label_uri(lot.gtin, lot.number, lot.code, lot.epc_class, public_url),
        lot.product_name,
        lot.producer_name,
        lot.number,
        lot.harvested_on,
        grouped(lot.code),
        lot.office_name,
    )
