"""Addresses that people are reached at: Apprise URLs, which hold secrets, so only masked ones leave the house."""

from urllib.parse import urlsplit

from nongso.errors import InvalidInput

# What each kind is called for people is `notification.channel.<kind>`.
KINDS = {
    "zalo": "zalo",
    "tgram": "telegram",
    "mailto": "email",
    "mailtos": "email",
    "json": "gateway",
    "jsons": "gateway",
    "smpp": "sms",
    "smpps": "sms",
}
OPEN_HOSTS = (
    "json",
    "jsons",
    "mailto",
    "mailtos",
    "smpp",
    "smpps",
)  # the address names the host: it is judged before use


class BadAddress(InvalidInput):
    """Not an address of a kind the house speaks; `known` lists the kinds."""

    code = "notification.bad_address"


def kind_of(address: str) -> str:
    """The kind of channel. Raises BadAddress."""
    scheme, host = _split(address)
    if scheme not in KINDS or not host:
        raise BadAddress(known=", ".join(f"{each}://" for each in KINDS))
    return KINDS[scheme]


def masked(address: str) -> str:
    """The kind and the last three characters of what comes first: enough to tell two addresses apart, too little to use one."""
    scheme, host = _split(address)
    return f"{scheme}://…{host[-3:]}"


def _split(address: str) -> tuple[str, str]:
    try:
        parts = urlsplit(address)
    except ValueError:
        return "", ""
    return parts.scheme.lower(), (parts.hostname or parts.netloc)
