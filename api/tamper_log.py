"""The tamper-evident log under /log: its files as C2SP lays them out, proofs, the page that checks them, and what the office sees of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Path, Response
from fastapi.responses import HTMLResponse

from api.deps import BuyerLang, Conn, House, Lang, Now, OfficeReader, TheHouse
from nongso import store
from nongso.errors import NotFound
from nongso.people import Viewer
from nongso.store import log_leaves, log_watch
from nongso.store.log_leaves import Cover
from nongso.store.log_watch import Check, CheckFault, WitnessState
from nongso.text import say
from traceability.log.event_log import DUE
from traceability.log.event_record import open_record, opening_of
from traceability.log.folder import folder_reader, read_checkpoint
from traceability.log.house import VKEY, WITNESSES, PublicLog, find_public
from traceability.log.house_command import fault_sentence
from traceability.log.layout import CHECKPOINT, COSIGNED, parse_tile
from traceability.log.page import inline_hashes, verifier_page
from traceability.log.proof import make_proof

router = APIRouter(tags=["log"])

READ = ["GET", "HEAD"]
MOVING, FOR_EVER = "public, max-age=5", "public, max-age=31536000, immutable"
TEXT, BYTES = "text/plain; charset=utf-8", "application/octet-stream"
ANYBODY = {"Access-Control-Allow-Origin": "*"}  # a verifier may be a page of somebody else
SHEETS = ("log",)
LARGEST = 2**53
Index = Annotated[int, Path(ge=0, le=LARGEST)]


@dataclass(frozen=True, slots=True)
class WitnessView:
    """A witness and what it did when asked last; `fault` is the sentence of a refusal, or empty."""

    name: str
    vkey: str
    asked_at: datetime
    size: int | None
    cosigned_at: datetime | None
    fault: str


@dataclass(frozen=True, slots=True)
class FaultView:
    """A difference that the monitor found, in words."""

    kind: str
    text: str
    leaf_index: int | None
    event_id: str | None


@dataclass(frozen=True, slots=True)
class CheckView:
    at: datetime
    size: int
    count: int
    faults: list[FaultView]  # the house's and the office's own


@dataclass(frozen=True, slots=True)
class LogView:
    """How the log stands. `is_kept` is false where no log is kept; `is_late` when an event waits longer than it should."""

    is_kept: bool
    origin: str
    vkey: str
    size: int
    newest_at: datetime | None
    waiting: int
    is_late: bool
    witnesses: list[WitnessView]
    check: CheckView | None


@dataclass(frozen=True, slots=True)
class OpeningView:
    """What opens a covered part of a record to somebody who may know it: value and salt (hexadecimal)."""

    pointer: str
    commitment: str
    is_erased: bool
    salt: str
    value: object


@dataclass(frozen=True, slots=True)
class PlaceView:
    """Where an event stands; `proof` is the address of its proof."""

    leaf_index: int | None
    signed_at: datetime | None
    proof: str
    openings: list[OpeningView]


@router.api_route("/log", methods=READ, include_in_schema=False)
def show_log(conn: Conn, house: TheHouse, lang: BuyerLang) -> Response:
    """For everybody: how large the log is, who witnesses it, what the monitor found, and how to check it oneself."""
    log = find_public(house.settings.log_dir)
    files = folder_reader(house.settings.log_dir)
    checkpoint = read_checkpoint(log.folder, log.key) if log is not None else None
    answer = house.pages.answer(
        "log.html",
        lang,
        sheets=SHEETS,
        site=house.settings.public_url.partition("://")[2],
        log=log,
        head=checkpoint,
        note=(files(COSIGNED) or files(CHECKPOINT) or b"").decode(),
        waiting=log_leaves.get_waiting(conn),
        newest_at=log_leaves.find_newest(conn),
        witnesses=own_witnesses(conn, log),
        check=log_watch.find_last_check(conn),
    )
    answer.headers["Vary"] = "Accept-Language"
    return answer


@router.api_route("/log/verify", methods=READ, include_in_schema=False)
def show_verifier(house: TheHouse) -> Response:
    """The page that checks a proof, with this log's keys filled in; it may be saved and works without us."""
    log = get_public(house)
    page = verifier_page(log.key, log.witnesses)
    script, style = inline_hashes(page)
    policy = f"default-src 'none'; script-src '{script}'; style-src '{style}'; base-uri 'none'; frame-ancestors 'none'"
    return HTMLResponse(page, headers={"Content-Security-Policy": policy, "Cache-Control": MOVING})


@router.api_route("/log/checkpoint", methods=READ)
def get_checkpoint(house: TheHouse) -> Response:
    """The newest checkpoint, a C2SP signed note."""
    return file(house, CHECKPOINT, TEXT, MOVING)


@router.api_route("/log/cosigned", methods=READ)
def get_cosigned(house: TheHouse) -> Response:
    """The newest checkpoint that witnesses have cosigned."""
    return file(house, COSIGNED, TEXT, MOVING)


@router.api_route("/log/vkey", methods=READ)
def get_vkey(house: TheHouse) -> Response:
    """The log's public key."""
    return file(house, VKEY, TEXT, MOVING)


@router.api_route("/log/witnesses", methods=READ)
def get_witnesses(house: TheHouse) -> Response:
    """The witnesses' public keys, one a line."""
    return file(house, WITNESSES, TEXT, MOVING)


@router.api_route("/log/tile/{path:path}", methods=READ)
def get_tile(house: TheHouse, path: str) -> Response:
    """A tile or a bundle of entries (C2SP tlog-tiles): it never changes."""
    tile = parse_tile(f"tile/{path}")
    if tile is None:
        raise NotFound()
    return file(house, tile.path, BYTES, FOR_EVER)


@router.api_route("/log/proof/{index}", methods=READ)
def get_proof(house: TheHouse, index: Index) -> Response:
    """The proof of record `index` with the record in it (C2SP tlog-proof), under the newest cosigned checkpoint that covers it."""
    log = get_public(house)
    if index >= read_checkpoint(log.folder, log.key).size:
        raise NotFound()
    name = f'attachment; filename="{log.key.name.replace("/", "-")}-{index}.tlog-proof"'
    headers = {"Content-Disposition": name, "Cache-Control": MOVING, **ANYBODY}
    return Response(str(make_proof(log.folder, log.key, index)), media_type=TEXT, headers=headers)


@router.get("/api/v1/log")
def get_log(conn: Conn, viewer: OfficeReader, house: TheHouse, lang: Lang, now: Now) -> LogView:
    """How the log stands, with what the monitor found about the viewer's office."""
    log = find_public(house.settings.log_dir)
    waiting = log_leaves.get_waiting(conn)
    check = log_watch.find_last_check(conn)
    return LogView(
        log is not None,
        log.key.name if log else "",
        str(log.key) if log else "",
        read_checkpoint(log.folder, log.key).size if log else 0,
        log_leaves.find_newest(conn),
        waiting.count,
        waiting.since is not None and now - waiting.since > DUE,
        [witness_view(lang, state) for state in own_witnesses(conn, log)],
        check_view(conn, viewer, lang, check) if check else None,
    )


@router.get("/api/v1/log/events/{event_id:path}")
def get_place(conn: Conn, viewer: OfficeReader, house: TheHouse, event_id: str) -> PlaceView:
    """Where an event of the office stands, by its own id or its hash id, and what opens its covered parts."""
    event, signed_at = log_leaves.get_place(conn, viewer, event_id)
    record = open_record(event)
    proof = f"{house.settings.public_url}/log/proof/{event.leaf_index}" if signed_at else ""
    return PlaceView(event.leaf_index, signed_at, proof, [opening_view(part, record) for part in event.covers])


def opening_view(part: Cover, record: dict[str, object]) -> OpeningView:
    if part.salt is None:
        return OpeningView(part.pointer, part.commitment, True, "", None)
    value = opening_of(part, record).value
    return OpeningView(part.pointer, part.commitment, False, part.salt.hex(), value)


def own_witnesses(conn: store.Connection, log: PublicLog | None) -> Sequence[WitnessState]:
    """Those whose keys stand beside the log now."""
    known = {str(key) for key in log.witnesses} if log is not None else set()
    return [state for state in log_watch.list_witnesses(conn) if state.vkey in known]


def witness_view(lang: str, state: WitnessState) -> WitnessView:
    fault = say(lang, "tamper_log.refused", at=state.asked_at) if state.fault else ""
    return WitnessView(state.name, state.vkey, state.asked_at, state.size, state.cosigned_at, fault)


def check_view(conn: store.Connection, viewer: Viewer, lang: str, check: Check) -> CheckView:
    faults = [fault_view(lang, fault) for fault in log_watch.list_faults(conn, viewer)]
    return CheckView(check.at, check.size, check.count, faults)


def fault_view(lang: str, fault: CheckFault) -> FaultView:
    return FaultView(fault.kind, fault_sentence(lang, fault), fault.leaf_index, fault.event_id)


def get_public(house: House) -> PublicLog:
    """Raises NotFound where no log is kept."""
    log = find_public(house.settings.log_dir)
    if log is None:
        raise NotFound()
    return log


def file(house: House, path: str, media_type: str, caching: str) -> Response:
    """A file of the log as it lies there. Raises NotFound."""
    data = folder_reader(house.settings.log_dir)(path)
    if data is None:
        raise NotFound()
    return Response(data, media_type=media_type, headers={"Cache-Control": caching, **ANYBODY})
