"""Which lots were given to the national portal."""

from datetime import datetime

from nongso.people import Viewer
from nongso.store.connection import Connection


def find_published(conn: Connection, lot_id: int) -> datetime | None:
    """When the lot was published. Public by design: it stands on the buyer's page."""
    row = conn.execute("SELECT published_at FROM lot_publication WHERE lot_id = %(lot)s", {"lot": lot_id}).fetchone()
    return row[0] if row else None


def insert_publication(conn: Connection, viewer: Viewer, lot_id: int, now: datetime) -> None:
    """Raises AlreadyThere for a lot that was published before; the caller has seen the lot."""
    conn.execute(
        """
        INSERT INTO lot_publication (lot_id, published_at, published_by)
        VALUES (%(lot)s, %(now)s, %(account)s)
        """,
        {"lot": lot_id, "now": now, "account": viewer.account_id},
    )
