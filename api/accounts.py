"""The office's accounts, kept by its admin, and everybody's own keys for programs."""

from dataclasses import dataclass
from typing import Literal

from fastapi import APIRouter

from api.deps import KEY_PREFIX, Admin, Conn, Now, SignedIn
from api.inputs import Body, Id, Line, Login, Password
from nongso.errors import Conflict
from nongso.passwords import hash_password
from nongso.people import Role
from nongso.store import audit_lines, people, sessions
from nongso.store.audit_lines import AuditLine
from nongso.store.people import Account, ApiKey, NewAccount
from nongso.tokens import new_token, token_hash

router = APIRouter(prefix="/api/v1", tags=["accounts"])

SHOWN_LINES = 200


class OwnAccount(Conflict):
    """An admin cannot close the account they are signed in with."""

    code = "account.own"


class AccountBody(Body):
    login: Login
    name: Line
    role: Role
    lang: Literal["vi", "en"] = "vi"
    password: Password


class PasswordBody(Body):
    password: Password


class KeyBody(Body):
    name: Line


@dataclass(frozen=True, slots=True)
class Created:
    id: int


@dataclass(frozen=True, slots=True)
class NewKey:
    """`key` is shown this once and never again."""

    id: int
    key: str


@router.get("/accounts")
def list_accounts(conn: Conn, viewer: Admin) -> list[Account]:
    """Everybody of the office."""
    return people.list_accounts(conn, viewer)


@router.post("/accounts", status_code=201)
def create_account(conn: Conn, viewer: Admin, body: AccountBody) -> Created:
    new = NewAccount(body.login, body.name, body.role, body.lang, hash_password(body.password))
    account_id = people.insert(conn, viewer.office_id, new)
    audit_lines.insert(conn, viewer, "account.create", f"account:{account_id}", {"role": body.role})
    return Created(account_id)


@router.post("/accounts/{account_id}/disable", status_code=204)
def disable_account(conn: Conn, viewer: Admin, now: Now, account_id: Id) -> None:
    """Close an account at once: its sessions end and its keys stop working."""
    if account_id == viewer.account_id:
        raise OwnAccount()
    people.update_disabled(conn, viewer, account_id, now)
    sessions.delete_of(conn, account_id)
    audit_lines.insert(conn, viewer, "account.disable", f"account:{account_id}")


@router.post("/accounts/{account_id}/enable", status_code=204)
def enable_account(conn: Conn, viewer: Admin, account_id: Id) -> None:
    people.update_disabled(conn, viewer, account_id, None)
    audit_lines.insert(conn, viewer, "account.enable", f"account:{account_id}")


@router.post("/accounts/{account_id}/erase", status_code=204)
def erase_account(conn: Conn, viewer: Admin, now: Now, account_id: Id) -> None:
    """Forget the person for ever: name, login, and in the tamper-evident log who recorded what. What they recorded stays, and the log still verifies."""
    if account_id == viewer.account_id:
        raise OwnAccount()
    people.erase(conn, viewer, account_id, now)
    audit_lines.insert(conn, viewer, "account.erase", f"account:{account_id}")


@router.put("/accounts/{account_id}/password", status_code=204)
def reset_password(conn: Conn, viewer: Admin, account_id: Id, body: PasswordBody) -> None:
    """Give an account another password and sign it out everywhere."""
    people.update_password(conn, viewer, account_id, hash_password(body.password))
    sessions.delete_of(conn, account_id)
    audit_lines.insert(conn, viewer, "account.password", f"account:{account_id}")


@router.get("/keys")
def list_keys(conn: Conn, viewer: SignedIn) -> list[ApiKey]:
    """One's own keys; the keys themselves are not kept."""
    return people.list_keys(conn, viewer)


@router.post("/keys", status_code=201)
def create_key(conn: Conn, viewer: SignedIn, body: KeyBody) -> NewKey:
    """A key for `Authorization: Bearer …` that may do what its owner may do."""
    key = new_token(KEY_PREFIX)
    key_id = people.insert_key(conn, viewer, body.name, token_hash(key))
    audit_lines.insert(conn, viewer, "key.create", f"key:{key_id}", {"name": body.name})
    return NewKey(key_id, key)


@router.delete("/keys/{key_id}", status_code=204)
def revoke_key(conn: Conn, viewer: SignedIn, now: Now, key_id: Id) -> None:
    people.revoke_key(conn, viewer, key_id, now)
    audit_lines.insert(conn, viewer, "key.revoke", f"key:{key_id}")


@router.get("/audit-lines")
def list_audit_lines(conn: Conn, viewer: Admin) -> list[AuditLine]:
    """What was done in the office, newest first."""
    return audit_lines.list_newest(conn, viewer, SHOWN_LINES)
