"""The pages: which file, which address, for whom, and where it is linked from. app.py and delivery.py read this table."""

from dataclasses import dataclass

from nongso.people import Role

OFFICE = frozenset({Role.OFFICER, Role.ADMIN, Role.INSPECTOR})
FARMER = frozenset({Role.FARMER})
ALL = frozenset(Role)
ADMIN = frozenset({Role.ADMIN})


@dataclass(frozen=True, slots=True)
class Page:
    """`name` is the file in views/, the address and, as `page.<name>`, the title. `bar` puts it into a phone's bottom bar."""

    name: str
    roles: frozenset[Role]
    bar: bool = False
    linked: bool = (
        True  # in a desk's sidebar, where the front page stands already; False also for what another page opens
    )


PAGES = (
    Page("home", FARMER, bar=True, linked=False),  # the first page of a role is its front page
    Page("today", OFFICE, bar=True, linked=False),
    Page("alerts", ALL, bar=True),
    Page("places", OFFICE),
    Page("devices", ALL, bar=True),
    Page("parties", OFFICE),
    Page("brands", OFFICE),
    Page("products", OFFICE),
    Page("harvests", ALL),
    Page("lots", ALL, bar=True),
    Page("lot", ALL, linked=False),
    Page("letters", OFFICE),
    Page("people", ADMIN),
    Page("field", ALL, linked=False),
    Page("more", ALL, bar=True, linked=False),
)
NAMES = frozenset(page.name for page in PAGES)


def for_role(role: Role) -> list[Page]:
    return [page for page in PAGES if role in page.roles]


def file_of(name: str) -> str:
    """Where Streamlit finds a view, seen from app.py."""
    return f"views/{name}.py"
