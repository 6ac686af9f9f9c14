"""How often a lot was looked up, for the office and the farmer: counts by verdict, nothing about who."""

from fastapi import APIRouter

from api.deps import Conn, SignedIn
from api.inputs import Id
from nongso.store import scans
from nongso.store.scans import ScanCount

router = APIRouter(prefix="/api/v1", tags=["scans"])


@router.get("/lots/{lot_id}/scans")
def list_counts(conn: Conn, viewer: SignedIn, lot_id: Id) -> list[ScanCount]:
    """The most frequent verdict first."""
    return scans.list_counts(conn, viewer, lot_id)
