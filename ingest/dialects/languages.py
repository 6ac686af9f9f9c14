"""The languages that are spoken on topics of their own, by the kind of integration that switches them on."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from ingest.dialects import chirpstack, esphome, homeassistant, sparkplug, tasmota, thingsboard, ttn
from ingest.dialects.uplink import Incoming, Uplink
from nongso.store.integrations import Integration


@dataclass(frozen=True, slots=True)
class Language:
    """`root`: where its topics begin when nobody says otherwise, None where that must be said. `hooked`: it also comes by webhook.

    `stateful`: what was told earlier matters, so every collector must hear all of it.
    """

    kind: str
    root: str | None
    filters: Callable[[str], tuple[str, ...]]
    read: Callable[[Incoming], list[Uplink]]
    hooked: bool = False
    stateful: bool = False


LANGUAGES: dict[str, Language] = {
    language.kind: language
    for language in (
        Language("chirpstack", "application", chirpstack.filters, chirpstack.read, hooked=True),
        Language("ttn", "v3", ttn.filters, ttn.read, hooked=True),
        Language("thingsboard", "v1/gateway", thingsboard.filters, thingsboard.read),
        Language("tasmota", "tele", tasmota.filters, tasmota.read),
        Language("esphome", None, esphome.filters, esphome.read),
        Language("homeassistant", "homeassistant", homeassistant.filters, homeassistant.read, stateful=True),
        Language("sparkplug", sparkplug.NAMESPACE, sparkplug.filters, sparkplug.read, stateful=True),
    )
}


def subscriptions(integrations: Iterable[Integration], group: str | None) -> set[str]:
    """What to listen to. Collectors of a group share (MQTT 5 §4.8.2) what stands alone, and each hear what builds on earlier messages."""
    found: set[str] = set()
    for integration in integrations:
        language = LANGUAGES[integration.kind]
        share = f"$share/{group}/" if group is not None and not language.stateful else ""
        found.update(f"{share}{pattern}" for root in integration.roots for pattern in language.filters(root))
    return found
