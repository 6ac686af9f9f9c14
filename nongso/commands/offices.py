"""Whoever sits at the server: which office they mean, and what they may."""

from nongso import store
from nongso.errors import InvalidInput
from nongso.people import Role, Viewer
from nongso.store import places
from nongso.store.places import Office


class UnknownOffice(InvalidInput):
    """There is no office with this slug."""

    code = "office.unknown"


def get_office(conn: store.Connection, slug: str) -> Office:
    office = places.find_office(conn, slug)
    if office is None:
        raise UnknownOffice(slug=slug)
    return office


def console(office: Office) -> Viewer:
    """Whoever sits at the server sees what the office's admin sees."""
    return Viewer(0, office.id, Role.ADMIN, "console")
