"""The languages that are spoken on topics of their own, by the kind of integration that switches them on."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from ingest.dialects import chirpstack, esphome, homeassistant, sparkplug, tasmota, thingsboard, ttn
from ingest.dialects.uplink import Incoming, Uplink
from nongso.store.integrations import Integration


@dataclass(frozen=True, slots=True)
class Language:
    """`root`: where its topics begin when nobody says otherwise, None where that must be said. `hooked`: it also comes by webhook.

    `filters` may be shared among collectors; what `heard_by_all` gives may not, because later messages build on it.
    """

    kind: str
    root: str | None
    filters: Callable[[str], tuple[str, ...]]
    read: Callable[[Incoming], list[Uplink]]
    hooked: bool = False
    heard_by_all: Callable[[str], tuple[str, ...]] | None = None


def no_filters(root: str) -> tuple[str, ...]:
    """Nothing in it stands alone."""
    return ()


LANGUAGES: dict[str, Language] = {
    language.kind: language
    for language in (
        Language("chirpstack", "application", chirpstack.filters, chirpstack.read, hooked=True),
        Language("ttn", "v3", ttn.filters, ttn.read, hooked=True),
        Language("thingsboard", "v1/gateway", thingsboard.filters, thingsboard.read),
        Language("tasmota", "tele", tasmota.filters, tasmota.read),
        Language("esphome", None, esphome.filters, esphome.read),
        Language(
            "homeassistant",
            "homeassistant",
            homeassistant.filters,
            homeassistant.read,
            heard_by_all=homeassistant.configs,
        ),
        Language("sparkplug", sparkplug.NAMESPACE, no_filters, sparkplug.read, heard_by_all=sparkplug.filters),
    )
}


def subscriptions(integrations: Iterable[Integration], group: str | None) -> set[str]:
    """What to listen to. Collectors of a group share (MQTT 5 §4.8.2) what stands alone: a reading without a time would else stand twice."""
    share = "" if group is None else f"$share/{group}/"
    found: set[str] = set()
    for integration in integrations:
        language = LANGUAGES[integration.kind]
        for root in integration.roots:
            found.update(f"{share}{pattern}" for pattern in language.filters(root))
            if language.heard_by_all is not None:
                found.update(language.heard_by_all(root))
    return found
