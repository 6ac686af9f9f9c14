"""Fetches weather forecasts by the clock, for every place where an office has fields, from an address of the settings.

What cannot be fetched or read leaves the last forecast as it is, until that expires by itself.
"""

import http.client
import ssl
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import SplitResult, urlencode, urlsplit

from nongso import store
from nongso.errors import NongsoError, Unavailable
from nongso.forecast_files import DAILY, HOURLY, read_open_meteo
from nongso.journal import note
from nongso.store import forecasts
from nongso.store.forecasts import Cell

EVERY = timedelta(hours=3)  # a forecast lasts four of these; our choice
AGAIN = timedelta(minutes=10)  # after a failure
DAYS = 4
PATIENCE_S = 20
MOST_BYTES = 2_000_000


class Refused(Unavailable):
    """The address answered, but not with a forecast."""

    code = "forecast.refused"


class Fetcher:
    """Owns when each place was tried last, so that a source that is away is not asked every minute."""

    def __init__(self, url: str) -> None:
        self.address = urlsplit(url)
        self.tried: dict[tuple[int, float, float], datetime] = {}

    def run(self, pool: store.Pool, now: datetime) -> int:
        """Fetch for the places whose newest forecast is older than three hours; how many came."""
        with store.connection(pool) as conn:
            cells = forecasts.list_cells(conn)
        return sum(self.fetch(pool, cell, now) for cell in cells if self.is_due(cell, now))

    def is_due(self, cell: Cell, now: datetime) -> bool:
        tried = self.tried.get(cell.place)
        waited = tried is None or now - tried >= AGAIN
        return waited and (cell.received_at is None or now - cell.received_at >= EVERY)

    def fetch(self, pool: store.Pool, cell: Cell, now: datetime) -> bool:
        """One place. It is kept under the point that was asked for: the source answers for the middle of a cell of its own."""
        self.tried[cell.place] = now
        try:
            told = read_open_meteo(get(self.address, cell), now)
        except (NongsoError, OSError, http.client.HTTPException) as fault:
            note("forecast.not_fetched", office=cell.office_id, fault=type(fault).__name__, reason=fault)
            return False
        placed = replace(told, latitude=cell.latitude, longitude=cell.longitude)
        with store.connection(pool) as conn:
            return forecasts.insert(conn, cell.office_id, placed, now)


def get(address: SplitResult, cell: Cell) -> bytes:
    """The answer's body. Raises Refused, OSError, HTTPException."""
    if address.scheme == "file":
        return Path(address.path).read_bytes()
    host, port = address.hostname or "", address.port
    if address.scheme == "https":
        connection: http.client.HTTPConnection = http.client.HTTPSConnection(
            host, port, timeout=PATIENCE_S, context=ssl.create_default_context()
        )
    else:
        connection = http.client.HTTPConnection(host, port, timeout=PATIENCE_S)
    try:
        connection.request(
            "GET", f"{address.path or '/'}?{query(address, cell)}", headers={"Accept": "application/json"}
        )
        answer = connection.getresponse()
        body = answer.read(MOST_BYTES + 1)
    finally:
        connection.close()
    if answer.status != http.client.OK or len(body) > MOST_BYTES:
        raise Refused(status=answer.status)
    return body


def query(address: SplitResult, cell: Cell) -> str:
    """What Open-Meteo is asked for; parameters of the address itself (an API key) stay in front."""
    asked = {
        "latitude": f"{cell.latitude:.2f}",
        "longitude": f"{cell.longitude:.2f}",
        "hourly": ",".join(HOURLY),
        "daily": ",".join(DAILY),
        "wind_speed_unit": "ms",
        "timezone": "Asia/Ho_Chi_Minh",
        "forecast_days": str(DAYS),
    }
    return "&".join(part for part in (address.query, urlencode(asked, safe=",/")) if part)


def forget(pool: store.Pool, now: datetime) -> int:
    """Forecasts that ended more than a month ago."""
    with store.connection(pool) as conn:
        return forecasts.delete_old(conn, now)
