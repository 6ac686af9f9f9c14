"""The pages: which file, which address, for whom, and where it is linked from. app.py and delivery.py read this table."""

from dataclasses import dataclass
from enum import StrEnum

from nongso.people import Role

OFFICE = frozenset({Role.OFFICER, Role.ADMIN, Role.INSPECTOR})
FARMER = frozenset({Role.FARMER})
ALL = frozenset(Role)
ADMIN = frozenset({Role.ADMIN})
NOBODY: frozenset[Role] = frozenset()


class Group(StrEnum):
    """Parts of the menu in its order; the word for each is the text key `group.<value>`."""

    FIELDS = "fields"
    GOODS = "goods"
    DEVICES = "devices"
    OFFICE = "office"
    ME = "me"


@dataclass(frozen=True, slots=True)
class Page:
    """`name` is the file in views/, the address and, as `page.<name>`, the title. `bar` are those who have it under the thumb.

    Without a group another page opens it, or it is the front page: the menu does not list it.
    """

    name: str
    roles: frozenset[Role]
    group: Group | None = None
    bar: frozenset[Role] = NOBODY


PAGES = (
    Page("home", FARMER, bar=FARMER),  # the first page of a role is its front page
    Page("today", OFFICE, bar=OFFICE),
    Page("diary", ALL, Group.FIELDS, bar=FARMER),
    Page("water", ALL, Group.FIELDS),
    Page("alerts", ALL, Group.FIELDS, bar=ALL),
    Page("doubts", ALL, Group.FIELDS),
    Page("places", OFFICE, Group.FIELDS),
    Page("harvests", ALL, Group.GOODS),
    Page("lots", ALL, Group.GOODS, bar=OFFICE),
    Page("labels", OFFICE, Group.GOODS),
    Page("cases", OFFICE, Group.GOODS),
    Page("steps", OFFICE, Group.GOODS),
    Page("trace", OFFICE, Group.GOODS),
    Page("recalls", OFFICE, Group.GOODS),
    Page("products", OFFICE, Group.GOODS),
    Page("brands", OFFICE, Group.GOODS),
    Page("parties", OFFICE, Group.GOODS),
    Page("certificates", OFFICE, Group.GOODS),
    Page("planting_codes", OFFICE, Group.GOODS),
    Page("devices", ALL, Group.DEVICES, bar=ALL),
    Page("batches", OFFICE, Group.DEVICES),
    Page("letters", OFFICE, Group.DEVICES),
    Page("rules", OFFICE, Group.OFFICE),
    Page("tamper_log", OFFICE, Group.OFFICE),
    Page("people", ADMIN, Group.OFFICE),
    Page("wishes", ALL, Group.ME),
    Page("device", ALL),
    Page("lot", ALL),
    Page("press", OFFICE),
    Page("batch", OFFICE),
    Page("case", OFFICE),
    Page("field", ALL),
    Page("more", ALL, bar=ALL),
)
NAMES = frozenset(page.name for page in PAGES)


def for_role(role: Role) -> list[Page]:
    return [page for page in PAGES if role in page.roles]


def grouped(pages: list[Page]) -> dict[Group, list[Page]]:
    """What the menu lists, in its order; groups without a page of theirs are left out."""
    listed = {group: [page for page in pages if page.group is group] for group in Group}
    return {group: members for group, members in listed.items() if members}


def file_of(name: str) -> str:
    """Where Streamlit finds a view, seen from app.py."""
    return f"views/{name}.py"
