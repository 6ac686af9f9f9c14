"""What sensors measured before recent harvests, kept for a minute: the part of a buyer's page that costs most to read and changes
by the hour.

Nothing that speaks against a lot is kept here: a recall, a mark or a spray is read for every page.
"""

from datetime import date, datetime, timedelta

from nongso import store
from nongso.store.passports import LotFacts
from traceability.growing import Growing
from traceability.passport import read_growing

KEPT = timedelta(minutes=1)
MOST = 500  # harvests, each some hundreds of daily values


class GrowingMemory:
    """Owns the growing conditions of the harvests that were asked for last, each with the moment it was read."""

    def __init__(self) -> None:
        self.known: dict[tuple[int, date, str], tuple[datetime, Growing]] = {}

    def get(self, conn: store.Connection, lot: LotFacts, crop: str, now: datetime) -> Growing:
        """As they were at most a minute before `now`."""
        name = lot.field_id, lot.harvested_on, crop
        read_at, growing = self.known.get(name, (None, None))
        if growing is not None and read_at is not None and read_at <= now < read_at + KEPT:
            return growing
        newest = read_growing(conn, *name)
        if growing is None or newest != growing:  # what is the same object is found to be the same at once
            growing = newest
        if len(self.known) >= MOST:
            self.known.clear()
        self.known[name] = now, growing
        return growing
