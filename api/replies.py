"""What people answer to a message, handed in by an SMS gateway or a bot: 1 seen, 2 done, 3 wrong."""

from typing import Annotated

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, StringConstraints

from api.deps import Conn, Now
from nongso.errors import InvalidInput, NotFound
from nongso.store import notifications
from nongso.tokens import token_hash

router = APIRouter(tags=["replies"])

ANSWERS = {"1": "seen", "2": "done", "3": "wrong"}


class BadAnswer(InvalidInput):
    """Neither 1, 2 nor 3."""

    code = "notification.bad_answer"


class ReplyBody(BaseModel):
    """Gateways send members of their own beside `text`; they are passed over."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    text: Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)]


@router.post("/hooks/reply/{token}", status_code=204)
def reply(conn: Conn, now: Now, token: str, body: ReplyBody) -> None:
    """Counts for the newest alert the person was told of; the address itself is the proof of who they are."""
    said = ANSWERS.get(body.text[:1])
    if said is None:
        raise BadAnswer()
    if not notifications.answer(conn, token_hash(token), said, now):
        raise NotFound()
