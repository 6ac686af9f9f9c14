"""Who opens a label's page, as little as the rules need: an address that is hashed under the day's salt, a coarse area, how they came."""

import logging
import math
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from fastapi import Request

from nongso import store
from nongso.errors import NongsoError
from nongso.label_scans import Area, Channel, coarse
from nongso.store import label_scans
from nongso.store.label_scans import LabelScan

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Told:
    """What somebody was told of a serial; `lot_id` is None for one that nobody issued."""

    serial: str
    product_id: int
    lot_id: int | None
    verdict: str


@dataclass(frozen=True, slots=True)
class Sighting:
    """A scan on its way into the store, the address not hashed yet: it lives for as long as the writing takes."""

    told: Told
    address: str
    area: Area | None
    channel: Channel
    at: datetime


def address(request: Request) -> str:
    """What tells two phones apart for a day. It is hashed and forgotten; it never reaches a table or a log."""
    host = request.client.host if request.client else ""
    return f"{host} {request.headers.get('user-agent', '')}"


def area(request: Request, header: str | None) -> Area | None:
    """The square of some 50 km that our own proxy says the visitor is in (`NONGSO_SCAN_AREA_HEADER`: `latitude,longitude`)."""
    if header is None:
        return None
    latitude, comma, longitude = request.headers.get(header, "").partition(",")
    try:
        position = float(latitude), float(longitude)
    except ValueError:
        return None
    if not comma or not all(map(math.isfinite, position)) or abs(position[0]) > 90 or abs(position[1]) > 180:
        return None
    return coarse(*position)


def channel(request: Request) -> Channel:
    """A camera sends no referer, our own form does; a page that people pass on does too, or the browser says that it was another site."""
    referer = urlsplit(request.headers.get("referer", "")).netloc
    foreign = referer not in ("", request.headers.get("host", ""))
    if foreign or request.headers.get("sec-fetch-site", "") == "cross-site":
        return Channel.LINK
    return Channel.TYPED if referer else Channel.CODE


def sighting(request: Request, header: str | None, told: Told, now: datetime) -> Sighting:
    return Sighting(told, address(request), area(request, header), channel(request), now)


def record(pool: store.Pool, seen: Sighting) -> None:
    """After the answer was sent; a scan that cannot be written is lost, the page was not."""
    told = seen.told
    try:
        with store.connection(pool) as conn:
            visitor = label_scans.pseudonym(conn, seen.address, seen.at)
            scan = LabelScan(
                seen.at,
                told.serial,
                told.product_id,
                told.lot_id,
                told.verdict,
                visitor,
                seen.area,
                seen.channel,
            )
            label_scans.insert_scan(conn, scan)
    except NongsoError as fault:
        log.warning("label scan not recorded: %s", fault)
