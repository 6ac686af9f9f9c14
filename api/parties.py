"""Producers, owners and buyers of the office."""

from typing import Annotated, Literal

from fastapi import APIRouter
from pydantic import StringConstraints

from api.accounts import Created
from api.deps import Admin, Conn, Now, OfficeReader, OfficeWriter
from api.inputs import Body, Day, Id, Line, MaybeLine, UnitCode
from api.register_inputs import Search
from nongso.store import audit_lines, parties, party_erasure
from nongso.store.parties import Party, PartyDraft

router = APIRouter(prefix="/api/v1", tags=["parties"])

Phone = Annotated[str, StringConstraints(pattern=r"^(\+?[0-9][0-9 .-]{5,18})?$")]


class PartyBody(Body):
    """`phone` is shown to buyers only with `phone_public`."""

    kind: Literal["household", "cooperative", "company", "association", "authority"]
    name: Line
    address: MaybeLine = ""
    phone: Phone = ""
    phone_public: bool = False
    unit_code: UnitCode
    unit_valid_from: Day


@router.get("/parties")
def list_parties(conn: Conn, viewer: OfficeReader, search: Search = "") -> list[Party]:
    """In Vietnamese order; `search` finds names with or without their marks."""
    return parties.list_parties(conn, viewer, search)


@router.post("/parties", status_code=201)
def create_party(conn: Conn, viewer: OfficeWriter, body: PartyBody) -> Created:
    party_id = parties.insert_party(conn, viewer, PartyDraft(**body.model_dump()))
    audit_lines.insert(conn, viewer, "party.create", f"party:{party_id}", {"kind": body.kind})
    return Created(party_id)


@router.put("/parties/{party_id}", status_code=204)
def update_party(conn: Conn, viewer: OfficeWriter, party_id: Id, body: PartyBody) -> None:
    parties.update_party(conn, viewer, party_id, PartyDraft(**body.model_dump()))
    audit_lines.insert(conn, viewer, "party.update", f"party:{party_id}", {"kind": body.kind})


@router.post("/parties/{party_id}/erase", status_code=204)
def erase_party(conn: Conn, viewer: Admin, now: Now, party_id: Id) -> None:
    """Forget a household for ever: its lots stay, under no name. Raises NotAPerson, OwnsBrand or InOpenRecall."""
    party_erasure.erase(conn, viewer, party_id, now)
    audit_lines.insert(conn, viewer, "party.erase", f"party:{party_id}")
