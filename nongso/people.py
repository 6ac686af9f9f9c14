"""Who asks: roles, and the viewer that every read of farm data takes."""

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    FARMER = "farmer"  # their own farms
    OFFICER = "officer"  # all farms of the office, and its brands, lots, devices
    ADMIN = "admin"  # an officer who also keeps accounts and keys
    INSPECTOR = "inspector"  # reads what an officer reads, changes nothing


OFFICE_ROLES = frozenset({Role.OFFICER, Role.ADMIN, Role.INSPECTOR})
WRITING_ROLES = frozenset({Role.OFFICER, Role.ADMIN})


@dataclass(frozen=True, slots=True)
class Viewer:
    """Somebody signed in. The store decides by it what they may see; `office_id` is the fence nobody reads across."""

    account_id: int
    office_id: int
    role: Role
    name: str
    lang: str = "vi"

    @property
    def sees_office(self) -> bool:
        """True when all farms of the office are theirs to see."""
        return self.role in OFFICE_ROLES

    @property
    def writes_office(self) -> bool:
        return self.role in WRITING_ROLES
