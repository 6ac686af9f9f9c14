"""How a person is told of alerts: their wishes, their addresses (shown masked), and what they were told."""

from dataclasses import dataclass
from datetime import datetime, time
from typing import Annotated

from fastapi import APIRouter
from pydantic import Field, StringConstraints

from api.deps import Admin, Conn, Lang, SignedIn, TheHouse
from api.inputs import Body, Id
from nongso import store
from nongso.alerting.address import kind_of, masked
from nongso.alerting.routing import Wishes
from nongso.sentences import alert_sentence, written
from nongso.store import audit_lines, notifications, recipients
from nongso.store.notifications import DEFAULT_CAP, DEFAULT_LEAST, Told
from nongso.text import say
from nongso.tokens import new_token, token_hash

router = APIRouter(prefix="/api/v1", tags=["notifications"])

SHOWN = 100
Address = Annotated[str, StringConstraints(min_length=8, max_length=500, pattern=r"^[!-~]+$")]


class WishesBody(Body):
    """Times are those of the local clock. `rung` 0 is told at once, 1 to 3 when nobody has answered.

    `addresses` are Apprise URLs in the order of trying; left out, those that are there stay.
    """

    rung: Annotated[int, Field(ge=0, le=3)] = 0
    least: Annotated[int, Field(ge=1, le=5)] = DEFAULT_LEAST
    quiet_from: time | None = None
    quiet_to: time | None = None
    daily_cap: Annotated[int, Field(ge=1, le=1000)] = DEFAULT_CAP
    digest_at: time | None = None
    addresses: Annotated[list[Address], Field(max_length=5)] | None = None


@dataclass(frozen=True, slots=True)
class Channel:
    kind: str
    name: str
    address: str


@dataclass(frozen=True, slots=True)
class WishesView:
    wishes: Wishes
    channels: list[Channel]


@dataclass(frozen=True, slots=True)
class ReplyAddress:
    """Where a gateway or bot hands in what the person answers. Shown this once."""

    url: str


@dataclass(frozen=True, slots=True)
class ToldView:
    id: int
    alert_id: int | None
    kind: str
    severity: int
    state: str
    state_name: str
    text: str
    created_at: datetime
    sent_at: datetime | None


@router.get("/notifications")
def list_told(conn: Conn, viewer: SignedIn, lang: Lang) -> list[ToldView]:
    """One's own messages, newest first."""
    return [told_view(lang, told) for told in notifications.list_told(conn, viewer, SHOWN)]


@router.get("/notification-wishes")
def get_wishes(conn: Conn, viewer: SignedIn, lang: Lang) -> WishesView:
    """One's own wishes; before anything was wished, what holds for everybody."""
    wishes = recipients.find_wishes(conn, viewer.account_id) or recipients.SHIPPED
    return WishesView(
        wishes,
        [channel(lang, address) for address in recipients.list_addresses(conn, viewer.account_id)],
    )


@router.put("/notification-wishes", status_code=204)
def put_wishes(conn: Conn, viewer: SignedIn, body: WishesBody) -> None:
    keep(conn, viewer.account_id, viewer.office_id, body)
    audit_lines.insert(conn, viewer, "notification.wish", f"account:{viewer.account_id}")


@router.put("/accounts/{account_id}/notification-wishes", status_code=204)
def put_wishes_of(conn: Conn, viewer: Admin, account_id: Id, body: WishesBody) -> None:
    """For somebody who does not set it themselves, such as a household's second number."""
    keep(conn, account_id, viewer.office_id, body)
    audit_lines.insert(conn, viewer, "notification.wish", f"account:{account_id}")


@router.post("/notification-wishes/reply-address", status_code=201)
def make_reply_address(conn: Conn, viewer: SignedIn, house: TheHouse) -> ReplyAddress:
    """A new address for one's answers; an earlier one stops."""
    token = new_token()
    if recipients.find_wishes(conn, viewer.account_id) is None:
        recipients.put(conn, viewer.account_id, viewer.office_id, recipients.SHIPPED, None)
    recipients.set_reply_hash(conn, viewer.account_id, token_hash(token))
    audit_lines.insert(conn, viewer, "notification.reply_address", f"account:{viewer.account_id}")
    return ReplyAddress(f"{house.settings.public_url}/hooks/reply/{token}")


def keep(conn: store.Connection, account_id: int, office_id: int, body: WishesBody) -> None:
    """Raises BadAddress, and NotFound for an account of another office."""
    for address in body.addresses or []:
        kind_of(address)
    wishes = Wishes(body.rung, body.least, body.quiet_from, body.quiet_to, body.daily_cap, body.digest_at)
    recipients.put(conn, account_id, office_id, wishes, body.addresses)


def channel(lang: str, address: str) -> Channel:
    kind = kind_of(address)
    return Channel(kind, say(lang, f"notification.channel.{kind}"), masked(address))


def told_view(lang: str, told: Told) -> ToldView:
    text = written(lang, alert_sentence(told.details)) if told.details else say(lang, "notification.digest_title")
    return ToldView(
        told.id,
        told.alert_id,
        told.kind,
        told.severity,
        told.state,
        say(lang, f"notification.state.{told.state}"),
        text,
        told.created_at,
        told.sent_at,
    )
