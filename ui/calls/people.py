"""The office's accounts, for its admin."""

from dataclasses import dataclass
from datetime import datetime

from nongso.people import Role
from ui.door import Door


@dataclass(frozen=True, slots=True)
class Account:
    """`farm_ids` are the farms that a farmer sees."""

    id: int
    login: str
    name: str
    role: Role
    disabled_at: datetime | None
    farm_ids: list[int]


@dataclass(frozen=True, slots=True)
class AccountDraft:
    login: str
    name: str
    role: Role
    lang: str
    password: str


def list_accounts(door: Door) -> list[Account]:
    return door.get("/api/v1/accounts", list[Account])


def create_account(door: Door, draft: AccountDraft) -> None:
    door.do("POST", "/api/v1/accounts", draft)


def disable(door: Door, account_id: int) -> None:
    door.do("POST", f"/api/v1/accounts/{account_id}/disable")


def enable(door: Door, account_id: int) -> None:
    door.do("POST", f"/api/v1/accounts/{account_id}/enable")


def erase(door: Door, account_id: int) -> None:
    door.do("POST", f"/api/v1/accounts/{account_id}/erase")


def reset_password(door: Door, account_id: int, password: str) -> None:
    door.do("PUT", f"/api/v1/accounts/{account_id}/password", {"password": password})
