"""The gate of every harvest and lot: the waiting periods of the diary were kept, or somebody of the office said why not."""

from datetime import date, datetime

from nongso import diary as rules
from nongso import store
from nongso.people import Viewer
from nongso.store import diary


def keep_waiting(
    conn: store.Connection, viewer: Viewer, field_id: int, harvested_on: date, reason: str, now: datetime
) -> str:
    """The reason to keep with a harvest: empty when the waiting periods were kept.

    Raises TooEarly or FieldClosed, unless somebody of the office gave a reason.
    """
    try:
        rules.check_harvest(diary.list_sprays(conn, field_id), harvested_on, now)
    except (rules.TooEarly, rules.FieldClosed):
        if not (reason and viewer.writes_office):
            raise
        return reason
    return ""


def keep_waiting_for_lot(
    conn: store.Connection, viewer: Viewer, harvest_id: int, field_id: int, harvested_on: date, reason: str
) -> None:
    """Before a lot is made: a spray may have come into the diary after the harvest did. Raises TooEarly.

    Whether people were in the field too early is past asking here; what is in the goods is not.
    """
    spray = rules.decisive(diary.list_sprays(conn, field_id), harvested_on)
    if spray is None or rules.waited(spray, harvested_on) or diary.get_waiting_reason(conn, harvest_id):
        return
    if not (reason and viewer.writes_office):
        raise rules.too_early(spray)
    diary.update_waiting_reason(conn, harvest_id, reason)
