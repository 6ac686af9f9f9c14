"""The parameters of visible_farm(), the one rule of who sees which farm: every query of farm data names them."""

from nongso.people import Viewer


def fence(viewer: Viewer) -> dict[str, int | bool]:
    """Named parameters for `IN (SELECT visible_farm(%(office)s, %(account)s, %(sees_office)s))`."""
    return {"office": viewer.office_id, "account": viewer.account_id, "sees_office": viewer.sees_office}
