"""Batch keys for devices that fetch their own credential, and the one door without sign-in where they do."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter
from pydantic import Field

from api.deps import Conn, Now, OfficeReader, OfficeWriter
from api.devices import Credential
from api.inputs import Body, DeviceId, Id, Instant, Line
from nongso.devices import Kind
from nongso.mosquitto import password_hash
from nongso.store import audit_lines, provisioning
from nongso.store.provisioning import BatchDraft, BatchKey
from nongso.tokens import new_token, token_hash

router = APIRouter(prefix="/api/v1", tags=["provisioning"])

PREFIX = "nsb_"
MOST_DEVICES = 10_000


class KeyBody(Body):
    """A key for at most `most` devices of one kind until `expires_at`; without an interval their own is learned."""

    name: Line
    kind: Kind
    most: Annotated[int, Field(ge=1, le=MOST_DEVICES)]
    expires_at: Instant
    expected_interval_s: Annotated[int | None, Field(ge=1, le=7 * 86_400)] = None


class ProvisionBody(Body):
    """What a device sends at its first start; without a name it is called by its id."""

    key: Annotated[str, Field(max_length=100)]
    device_id: DeviceId
    name: Line | None = None


@dataclass(frozen=True, slots=True)
class NewBatchKey:
    """`key` is shown this once and never again."""

    id: int
    key: str


@router.get("/provisioning-keys")
def list_keys(conn: Conn, viewer: OfficeReader) -> list[BatchKey]:
    """The office's keys and how many devices came by each; the keys themselves are not kept."""
    return provisioning.list_keys(conn, viewer)


@router.post("/provisioning-keys", status_code=201)
def create_key(conn: Conn, viewer: OfficeWriter, now: Now, body: KeyBody) -> NewBatchKey:
    key = new_token(PREFIX)
    draft = BatchDraft(body.name, body.kind, body.expected_interval_s, body.most, body.expires_at, token_hash(key))
    key_id = provisioning.insert_key(conn, viewer, draft, now)
    detail = {"name": body.name, "kind": body.kind, "most": body.most}
    audit_lines.insert(conn, viewer, "provisioning_key.create", f"provisioning_key:{key_id}", detail)
    return NewBatchKey(key_id, key)


@router.delete("/provisioning-keys/{key_id}", status_code=204)
def revoke_key(conn: Conn, viewer: OfficeWriter, now: Now, key_id: Id) -> None:
    """No device comes in by it any more; those that came stay."""
    provisioning.revoke_key(conn, viewer, key_id, now)
    audit_lines.insert(conn, viewer, "provisioning_key.revoke", f"provisioning_key:{key_id}")


@router.post("/provision", status_code=201)
def provision(conn: Conn, now: Now, body: ProvisionBody) -> Credential:
    """A device registers itself by its batch's key and is told its credential, this once."""
    secret = new_token()
    name = body.name or body.device_id
    office_id = provisioning.register(conn, token_hash(body.key), body.device_id, name, password_hash(secret), now)
    audit_lines.insert_by_command(conn, office_id, "device.provision", f"device:{body.device_id}", {"name": name})
    return Credential(body.device_id, secret)
