"""Dead letters: what could not be read, with its reasons and bytes, and the button that has it read again."""

from dataclasses import dataclass
from typing import Annotated, Literal

from fastapi import APIRouter, Query
from pydantic import Field

from api.deps import Conn, Lang, Now, OfficeReader, OfficeWriter
from api.inputs import Body, DeviceId
from nongso.readings import Reason, Rejection
from nongso.store import audit_lines, dead_letters
from nongso.store.dead_letters import DeadLetter
from nongso.text import say

router = APIRouter(prefix="/api/v1", tags=["dead letters"])

SHOWN = 200
LetterId = Annotated[int, Field(ge=1, le=2**63 - 1)]


class ReplayBody(Body):
    """All open letters with this reason, of one device when it is named."""

    reason: Reason
    device_id: DeviceId | None = None


@dataclass(frozen=True, slots=True)
class Told:
    reason: str
    sentence: str


@dataclass(frozen=True, slots=True)
class LetterView:
    """A letter and what its reasons mean; `final`: reading it again would be wrong."""

    letter: DeadLetter
    reasons: list[Told]
    final: bool


@dataclass(frozen=True, slots=True)
class Bytes:
    """A letter's bytes in hex, as text where they are one, and what is wrong with each item."""

    hex: str
    text: str | None
    rejections: list[Rejection]


@dataclass(frozen=True, slots=True)
class Asked:
    """How many letters will be read again."""

    letters: int


@router.get("/dead-letters")
def list_letters(
    conn: Conn, viewer: OfficeReader, lang: Lang, state: Annotated[Literal["open", "settled"], Query()] = "open"
) -> list[LetterView]:
    """The newest of the office: those that wait for somebody, or those that were read in the end."""
    return [view(lang, letter) for letter in dead_letters.list_letters(conn, viewer, state == "settled", SHOWN)]


@router.get("/dead-letters/{letter_id}")
def get_letter(conn: Conn, viewer: OfficeReader, letter_id: LetterId) -> Bytes:
    """The bytes as they came."""
    payload = dead_letters.get_payload(conn, viewer, letter_id)
    return Bytes(payload.hex(), as_text(payload), dead_letters.list_rejections(conn, letter_id))


@router.post("/dead-letters/replay")
def replay_all(conn: Conn, viewer: OfficeWriter, now: Now, body: ReplayBody) -> Asked:
    """After a codec or the register was mended: have all letters of a reason read again, within seconds."""
    count = dead_letters.request_replay_of(conn, viewer, body.reason, body.device_id, now)
    detail = {"reason": body.reason, "device": body.device_id, "letters": count}
    audit_lines.insert(conn, viewer, "dead_letter.replay", f"reason:{body.reason}", detail)
    return Asked(count)


@router.post("/dead-letters/{letter_id}/replay")
def replay(conn: Conn, viewer: OfficeWriter, now: Now, letter_id: LetterId) -> Asked:
    """Have one letter read again."""
    dead_letters.request_replay(conn, viewer, letter_id, now)
    audit_lines.insert(conn, viewer, "dead_letter.replay", f"dead_letter:{letter_id}")
    return Asked(1)


def view(lang: str, letter: DeadLetter) -> LetterView:
    reasons = [Told(reason, say(lang, f"rejection.{reason}")) for reason in letter.reasons]
    return LetterView(letter, reasons, any(reason in dead_letters.FINAL for reason in letter.reasons))


def as_text(payload: bytes) -> str | None:
    try:
        return payload.decode()
    except UnicodeDecodeError:
        return None
