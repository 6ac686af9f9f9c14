"""Labels with serials: batches asked for and pressed in the background, then activated, sold, spoiled, moved, counted."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Response
from pydantic import Field

from api.accounts import Created
from api.chain_goods import refuse_recalled
from api.deps import Conn, House, Lang, Now, OfficeReader, OfficeWriter, TheHouse
from api.inputs import Body, Id, Line, MaybeLine
from api.label_gates import check_releasable
from api.labels import get_printable, most_labels
from api.register_inputs import Kilograms, RowId
from nongso import labels as rules
from nongso import store
from nongso.labels import LabelState, NothingToChange, OtherProduct, Reconciliation, Tally
from nongso.people import Viewer
from nongso.store import audit_lines, events, label_states, lots, serial_batches
from nongso.store.label_states import Label, Span
from nongso.store.lots import Lot
from nongso.store.serial_batches import BatchDraft, PressJob, SerialBatch
from traceability import label_events
from traceability.labels import serials, sheet
from traceability.labels.stock import get_stock

router = APIRouter(prefix="/api/v1", tags=["labels"])

MOST_SERIALS = 5000  # in one batch
UNBORN = frozenset({LabelState.ALLOCATED, LabelState.PRINTED})  # not on any goods yet


class BatchBody(Body):
    """`bars`: EAN-13 beside the code. `over_reason`: why more than the lot's weight allows."""

    stock: Annotated[str, Field(max_length=40)]
    count: Annotated[int, Field(ge=1, le=MOST_SERIALS)]
    bars: bool = False
    over_reason: MaybeLine = ""


class SpanBody(Body):
    """From label `first` to label `last` of the batch as they lie on its sheets; left out: all of them."""

    first: Annotated[int, Field(ge=1, le=MOST_SERIALS)] = 1
    last: Annotated[int, Field(ge=1, le=MOST_SERIALS)] = MOST_SERIALS


class ActivateBody(SpanBody):
    """`incomplete_reason`: why goods go out of which not all is on record."""

    incomplete_reason: MaybeLine = ""


class VoidBody(SpanBody):
    reason: Line


class MoveBody(SpanBody):
    lot_id: RowId
    reason: Line


class CountBody(Body):
    """`counted`: unused labels found on the shelf."""

    counted: Annotated[int, Field(ge=0, le=MOST_SERIALS)]
    note: MaybeLine = ""


class NetBody(Body):
    net_kg: Kilograms | None


@dataclass(frozen=True, slots=True)
class Budget:
    """How many labels a lot can use, None while the weight of a piece is unknown; how many are out."""

    budget: int | None
    issued: int


@dataclass(frozen=True, slots=True)
class Changed:
    """How many labels became what was asked; the others stay what they are."""

    count: int


@router.get("/label-batches")
def list_batches(conn: Conn, viewer: OfficeReader) -> list[SerialBatch]:
    """The office's newest batches, with their progress and how many labels are in which state."""
    return serial_batches.list_batches(conn, viewer)


@router.get("/label-batches/{batch_id}")
def get_batch(conn: Conn, viewer: OfficeReader, batch_id: Id) -> SerialBatch:
    return serial_batches.get_batch(conn, viewer, batch_id)


@router.get("/lots/{lot_id}/label-batches")
def list_of_lot(conn: Conn, viewer: OfficeReader, lot_id: Id) -> list[SerialBatch]:
    lots.get_lot(conn, viewer, lot_id)
    return serial_batches.list_batches(conn, viewer, lot_id)


@router.get("/lots/{lot_id}/label-budget")
def get_budget(conn: Conn, viewer: OfficeReader, lot_id: Id) -> Budget:
    lot = lots.get_lot(conn, viewer, lot_id)
    return Budget(most_labels(conn, lot), label_states.count_issued(conn, lot_id))


@router.post("/lots/{lot_id}/label-batches", status_code=202)
def create_batch(
    conn: Conn, viewer: OfficeWriter, house: TheHouse, now: Now, lang: Lang, lot_id: Id, body: BatchBody
) -> Created:
    """The press takes it up within a second. One label is tried at once, so that what cannot be printed is told here."""
    lot = get_printable(conn, viewer, lot_id, now)
    label_states.lock_lot(conn, lot_id)
    issued = label_states.count_issued(conn, lot_id)
    rules.check_budget(body.count, issued, most_labels(conn, lot), body.over_reason)
    get_stock(body.stock)
    draft = BatchDraft(lot_id, body.stock, body.count, body.bars, lang, body.over_reason)
    batch_id = serial_batches.insert_batch(conn, viewer, draft, serials.mint(body.count), now)
    try_one(conn, house, serial_batches.get_job(conn, batch_id))
    detail = {"lot": lot_id, "stock": body.stock, "count": body.count, "over_reason": body.over_reason}
    audit_lines.insert(conn, viewer, "label.batch", f"serial_batch:{batch_id}", detail)
    return Created(batch_id)


def try_one(conn: store.Connection, house: House, job: PressJob) -> None:
    """Raises what the press would raise after the wait."""
    first = serial_batches.list_serials(conn, job.id)[:1]
    sheet.render(list(serials.labels_of(job, first, house.settings.public_url)), get_stock(job.stock), lang=job.lang)


@router.get("/label-batches/{batch_id}/sheet.pdf", response_class=Response)
def get_sheet(conn: Conn, viewer: OfficeReader, now: Now, batch_id: Id) -> Response:
    """The sheets. Not there before they are released, nor some weeks later, nor while the lot is recalled."""
    batch = serial_batches.get_batch(conn, viewer, batch_id)
    get_printable(conn, viewer, batch.lot_id, now)
    name = f'attachment; filename="{batch.lot_number}-{batch.id}.pdf"'
    pdf = serial_batches.get_sheet(conn, viewer, batch_id)
    return Response(pdf, media_type="application/pdf", headers={"Content-Disposition": name})


@router.get("/label-batches/{batch_id}/codes.zip", response_class=Response)
def get_codes(
    conn: Conn, viewer: OfficeReader, house: TheHouse, batch_id: Id, kind: Literal["svg", "png"] = "svg"
) -> Response:
    """Every code by itself and a table of them, for a press of somebody else's."""
    batch = serial_batches.get_batch(conn, viewer, batch_id)
    job = serial_batches.get_job(conn, batch_id)
    archive = serials.archive(job, serial_batches.list_serials(conn, batch_id), house.settings.public_url, kind)
    name = f'attachment; filename="{batch.lot_number}-{batch.id}-{kind}.zip"'
    return Response(archive, media_type="application/zip", headers={"Content-Disposition": name})


@router.get("/label-batches/{batch_id}/labels")
def list_labels(conn: Conn, viewer: OfficeReader, batch_id: Id, first: int = 1, last: int = 200) -> list[Label]:
    """The labels from place `first` to place `last`."""
    serial_batches.get_batch(conn, viewer, batch_id)
    return label_states.list_labels(conn, viewer, Span(batch_id, first, last))


@router.post("/label-batches/{batch_id}/activate")
def activate(
    conn: Conn, viewer: OfficeWriter, house: TheHouse, now: Now, lang: Lang, batch_id: Id, body: ActivateBody
) -> Changed:
    """The labels are on the goods. Raises what check_releasable says, and NothingToChange."""
    serial_batches.get_batch(conn, viewer, batch_id)
    span = Span(batch_id, body.first, body.last)
    for lot_id in label_states.list_lots_of(conn, span):
        check_releasable(conn, viewer, lot_id, lang, body.incomplete_reason, now)
    detail = {"first": body.first, "last": body.last, "incomplete_reason": body.incomplete_reason}
    return changed(conn, viewer, house, span, LabelState.ACTIVE, now, detail)


@router.post("/label-batches/{batch_id}/sell")
def sell(conn: Conn, viewer: OfficeWriter, house: TheHouse, now: Now, batch_id: Id, body: SpanBody) -> Changed:
    """The pieces were sold: who scans such a label later is told so."""
    serial_batches.get_batch(conn, viewer, batch_id)
    detail = {"first": body.first, "last": body.last}
    return changed(conn, viewer, house, Span(batch_id, body.first, body.last), LabelState.SOLD, now, detail)


@router.post("/label-batches/{batch_id}/void")
def void(conn: Conn, viewer: OfficeWriter, house: TheHouse, now: Now, batch_id: Id, body: VoidBody) -> Changed:
    """Spoiled, lost or taken back, for good."""
    serial_batches.get_batch(conn, viewer, batch_id)
    detail = {"first": body.first, "last": body.last, "reason": body.reason}
    return changed(conn, viewer, house, Span(batch_id, body.first, body.last), LabelState.VOID, now, detail)


@router.post("/label-batches/{batch_id}/move")
def move(conn: Conn, viewer: OfficeWriter, now: Now, lang: Lang, batch_id: Id, body: MoveBody) -> Changed:
    """The labels stand for another lot of the same product: the paper names none, so a mistake can be mended.

    A label never leaves a recalled lot, and one that is on goods goes only to a lot whose labels may be on goods.
    Raises OtherProduct, LotRecalled and what check_releasable says.
    """
    batch = serial_batches.get_batch(conn, viewer, batch_id)
    old, new = lots.get_lot(conn, viewer, batch.lot_id), get_printable(conn, viewer, body.lot_id, now)
    if old.product_id != new.product_id:
        raise OtherProduct(number=new.number)
    span = Span(batch_id, body.first, body.last)
    for lot_id in label_states.list_lots_of(conn, span):
        refuse_recalled(lots.get_lot(conn, viewer, lot_id))
    if any(label.state not in UNBORN for label in label_states.list_labels(conn, viewer, span)):
        check_releasable(conn, viewer, body.lot_id, lang, body.reason, now)
    count = label_states.move(conn, viewer, span, body.lot_id)
    detail = {"first": body.first, "last": body.last, "lot": body.lot_id, "reason": body.reason}
    audit_lines.insert(conn, viewer, "label.move", f"serial_batch:{batch_id}", detail)
    return Changed(count)


@router.get("/label-batches/{batch_id}/reconciliation")
def get_reconciliation(conn: Conn, viewer: OfficeReader, batch_id: Id) -> Reconciliation:
    """printed = active + suspect + sold + void + unused, and what the last count on the shelf says to it."""
    batch = serial_batches.get_batch(conn, viewer, batch_id)
    counts = label_states.list_counts(conn, viewer, batch_id)
    tally = Tally(batch.allocated, batch.printed, batch.active, batch.sold, batch.void, batch.suspect)
    printed = batch.count if batch.state == "printed" else 0
    counted, unused = (counts[0].counted, counts[0].unused) if counts else (None, None)
    return rules.reconcile(printed, tally, counted, unused)


@router.post("/label-batches/{batch_id}/count")
def count_shelf(conn: Conn, viewer: OfficeWriter, now: Now, batch_id: Id, body: CountBody) -> Reconciliation:
    batch = serial_batches.get_batch(conn, viewer, batch_id)
    label_states.insert_count(conn, viewer, batch_id, (batch.printed, body.counted), body.note, now)
    detail = {"unused": batch.printed, "counted": body.counted, "note": body.note}
    audit_lines.insert(conn, viewer, "label.count", f"serial_batch:{batch_id}", detail)
    return get_reconciliation(conn, viewer, batch_id)


@router.put("/products/{product_id}/net", status_code=204)
def put_net(conn: Conn, viewer: OfficeWriter, product_id: Id, body: NetBody) -> None:
    """What one piece weighs: from then on a lot has a budget of labels."""
    label_states.update_net_kg(conn, viewer, product_id, body.net_kg)
    audit_lines.insert(conn, viewer, "product.net", f"product:{product_id}", {"kg": body.net_kg})


def changed(
    conn: store.Connection, viewer: Viewer, house: House, span: Span, state: LabelState, now: datetime,
    detail: audit_lines.Detail,
) -> Changed:  # fmt: skip
    """Changes the labels, tells their story as events and leaves a line. Raises NothingToChange."""
    before = {label.serial: label for label in label_states.list_labels(conn, viewer, span)}
    reason = str(detail.get("reason", ""))
    done = label_states.change(conn, viewer, span, state, now, reason)
    if not done:
        raise NothingToChange(state=state)
    gtin = serial_batches.find_gtin(conn, span.batch_id)
    for lot_id in sorted({before[serial].lot_id for serial in done}):
        told = [before[serial] for serial in done if before[serial].lot_id == lot_id]
        pieces = [label.serial for label in told if state is not LabelState.VOID or label.state not in UNBORN]
        epcs = [serials.epc_of(gtin, serial, house.settings.public_url) for serial in pieces]
        tell(conn, viewer, lots.get_lot(conn, viewer, lot_id), epcs, state, now)
    audit_lines.insert(conn, viewer, f"label.{state}", f"serial_batch:{span.batch_id}", {**detail, "count": len(done)})
    return Changed(len(done))


def tell(conn: store.Connection, viewer: Viewer, lot: Lot, epcs: list[str], state: LabelState, now: datetime) -> None:
    """Commissioning, sale and withdrawal as EPCIS events; what was spoiled before it was on goods is nobody's story."""
    if not epcs:
        return
    if state is LabelState.ACTIVE:
        event = label_events.commissioned(lot, epcs, now)
    elif state is LabelState.SOLD:
        event = label_events.sold(epcs, now)
    else:
        event = label_events.decommissioned(epcs, now)
    events.insert_event(conn, viewer, lot.id, event, now)
