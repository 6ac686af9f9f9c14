"""Is the process alive, is the house ready, and what has been counted: for supervisors and Prometheus."""

from fastapi import APIRouter, Response
from prometheus_client import CONTENT_TYPE_LATEST

from api.deps import Conn, TheHouse
from nongso.store import migrate

router = APIRouter(include_in_schema=False)


@router.get("/health/live")
def live() -> dict[str, str]:
    """The process answers."""
    return {"status": "live"}


@router.get("/health/ready")
def ready(conn: Conn) -> dict[str, str]:
    """The database answers and knows every migration of this release; 503 otherwise."""
    migrate.require_current(conn)
    return {"status": "ready"}


@router.get("/metrics")
def metrics(house: TheHouse) -> Response:
    return Response(house.metrics.text(), media_type=CONTENT_TYPE_LATEST)
