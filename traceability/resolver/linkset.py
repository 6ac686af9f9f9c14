"""Links as a linkset in JSON (RFC 9264), as GS1's linkset schema 1.2 narrows it, and the resolver's description of itself."""

from collections.abc import Mapping, Sequence

from traceability.epcis.vocabulary import VOC
from traceability.resolver.links import DEFAULT, KEYS, Link

MEDIA_TYPE = "application/linkset+json"
CONTEXT = "https://ref.gs1.org/standards/resolver/linkset-context"


def linkset(links: Sequence[Link], anchors: Sequence[str], stem: str, names: Mapping[str, str]) -> dict[str, object]:
    """Every level that has links, the finest first. `stem`: our public address; `names`: what stands at an anchor, for people."""
    levels = [anchor for anchor in anchors if any(link.anchor == anchor for link in links)]
    return {"linkset": [level(links, anchor, stem, names) for anchor in levels]}


def level(links: Sequence[Link], anchor: str, stem: str, names: Mapping[str, str]) -> dict[str, object]:
    """One identifier and its links by type."""
    types = dict.fromkeys(link.link_type for link in links if link.anchor == anchor)
    by_type = {
        kind: [target(link) for link in links if link.anchor == anchor and link.link_type == kind] for kind in types
    }
    return {"anchor": stem + anchor, "itemDescription": names.get(anchor, anchor), **by_type}


def target(link: Link) -> dict[str, object]:
    """A link; the default link has an address and a title and nothing else."""
    plain: dict[str, object] = {"href": link.href, "title": link.title}
    if link.link_type == DEFAULT:
        return plain
    more = {"hreflang": list(link.langs), "type": link.media_type, "context": list(link.contexts)}
    return plain | {name: value for name, value in more.items() if value}


def description(stem: str, office: str) -> dict[str, object]:
    """The file at /.well-known/gs1resolver (standard, §6)."""
    return {
        "name": f"Nông Số · {office}",
        "resolverRoot": stem,
        "supportedPrimaryKeys": list(KEYS),
        "supportedLinkType": [{"namespace": VOC, "prefix": "gs1:"}],
        "linkTypeDefaultCanBeLinkset": False,
        "supportsLanguageVariants": True,
        "supportsSemanticInterpretation": False,
        "validatesAIcombinations": True,
        "contact": {"fn": office},
    }
