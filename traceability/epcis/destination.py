"""Where a webhook may go: the open network, never our own house (server-side request forgery).

A name is looked up here and the connection then goes to the address that was judged, so that a name cannot mean one thing now and
another a moment later.
"""

import ipaddress
import socket
from collections.abc import Collection
from dataclasses import dataclass
from urllib.parse import urlsplit

from nongso.errors import InvalidInput

PORTS = {"https": 443, "http": 80}


class BadDestination(InvalidInput):
    """Not an https address in the open network; `why` is scheme, host, address or unknown."""

    code = "epcis.destination"


class BadSchedule(InvalidInput):
    """Neither `stream` nor a schedule, both of them, or a schedule that no clock ever meets."""

    code = "epcis.schedule"


@dataclass(frozen=True, slots=True)
class Destination:
    """A webhook and the one address it stands for at this moment. `target` is path and query."""

    scheme: str
    host: str
    port: int
    address: str
    target: str


def judge(url: str, private_hosts: Collection[str]) -> Destination:
    """Where `url` leads. `private_hosts` are trusted although they lie inside, and may be plain http. Raises BadDestination."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port or PORTS.get(parts.scheme, 0)
    except ValueError as error:  # a port that is no number, a bracket that is not closed
        raise BadDestination(url=url[:200], why="host") from error
    trusted = host in private_hosts
    if parts.scheme != "https" and not (trusted and parts.scheme == "http"):
        raise BadDestination(url=url[:200], why="scheme")
    if not host or parts.username is not None or not url.isascii() or not url.isprintable():
        raise BadDestination(url=url[:200], why="host")
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Destination(parts.scheme, host, port, look_up(url, host, port, trusted), target)


def look_up(url: str, host: str, port: int, trusted: bool) -> str:
    """The address of a host. One address inside condemns the name, whatever its others are."""
    try:
        found = [entry[4][0] for entry in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    except (OSError, UnicodeError) as error:
        raise BadDestination(url=url[:200], why="unknown") from error
    addresses = [str(address).partition("%")[0] for address in found]
    if not trusted and not all(is_open(address) for address in addresses):
        raise BadDestination(url=url[:200], why="address")
    return addresses[0]


def is_open(address: str) -> bool:
    """Whether an address lies in the open network; one of version 4 that is dressed as version 6 is undressed first."""
    read = ipaddress.ip_address(address)
    if isinstance(read, ipaddress.IPv6Address):
        inner = read.ipv4_mapped or read.sixtofour or (read.teredo[1] if read.teredo else None)
        if inner is not None:
            return is_open(str(inner))
        if read in ipaddress.ip_network("64:ff9b::/96"):  # NAT64, RFC 6052
            return is_open(str(ipaddress.IPv4Address(int(read) & 0xFFFFFFFF)))
    return read.is_global and not read.is_multicast
