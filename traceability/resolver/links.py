"""What leads from an identifier to a page: a typed link, and the one that fits a request best."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from nongso.errors import InvalidInput
from traceability.epcis.vocabulary import VOC
from traceability.gs1.elements import Element
from traceability.gs1.link import escape_path

DEFAULT, DEFAULT_MULTI = VOC + "defaultLink", VOC + "defaultLinkMulti"
STEMS = ("gs1:", "https://www.gs1.org/voc/", "https://ref.gs1.org/voc/", "http://gs1.org/voc/")  # all mean VOC
LINK_TYPE = re.compile(r"https?://[A-Za-z0-9./-]+")  # what GS1's linkset schema takes for a link relation
KEYS = ("00", "01", "414", "417", "8004")


class BadLinkType(InvalidInput):
    """Neither a word of the GS1 Web Vocabulary (`gs1:pip`) nor a web address."""

    code = "resolver.link_type"


@dataclass(frozen=True, slots=True)
class Link:
    """A link of one identifier. `anchor` is the identifier's path, as /01/…/10/…; `langs` two letters each; `link_type` a web URI.

    A default link says nothing but its address and title (standard, §4.1).
    """

    anchor: str
    link_type: str
    href: str
    title: str
    langs: tuple[str, ...] = ()
    media_type: str = ""
    contexts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Wish:
    """What a request says of the link it wants. `langs`: preferred first; `link_type` is the default link where none was named."""

    link_type: str
    langs: tuple[str, ...] = ()
    context: str = ""
    media_types: tuple[str, ...] = ()


def link_type(text: str) -> str:
    """The one web URI of a link type, however it was written. Raises BadLinkType."""
    for stem in STEMS:
        if text.startswith(stem):
            text = VOC + text.removeprefix(stem)
    if not LINK_TYPE.fullmatch(text):
        raise BadLinkType(found=text[:80])
    return text


def levels(path: Sequence[Element]) -> list[str]:
    """The paths of an identifier from the finest level up to its primary key: serial, lot, product."""
    return ["".join(f"/{each.ai}/{escape_path(each.value)}" for each in path[:end]) for end in range(len(path), 0, -1)]


def choose(links: Sequence[Link], anchors: Sequence[str], wish: Wish) -> list[Link]:
    """The links that fit best, of the finest level that has any of the type: none, one, or several that fit equally well."""
    for anchor in anchors:
        here = [link for link in links if link.anchor == anchor]
        of_type = [link for link in here if link.link_type == wish.link_type]
        multi = [
            link for link in here if link.link_type == DEFAULT_MULTI and wish.link_type == DEFAULT and fits(link, wish)
        ]
        if found := best(multi, wish)[:1] or best(of_type, wish):
            return found
    return []


def best(links: Sequence[Link], wish: Wish) -> list[Link]:
    """Narrowed by context, language and media type, in this order; what no link says narrows nothing."""
    found = list(links)
    if wish.context:
        found = [link for link in found if wish.context in link.contexts] or [
            link for link in found if not link.contexts
        ]
    for lang in wish.langs:
        if speaking := [link for link in found if lang in link.langs]:
            found = speaking
            break
    return of_media(found, wish.media_types)


def of_media(links: list[Link], media_types: Sequence[str]) -> list[Link]:
    """Those of the first media type asked for that any has (RFC 9110 §12.5.1); else those that say none, before the others."""
    named = [media for media in media_types if media != "*/*"]
    for media in named:
        stem = media.removesuffix("*") if media.endswith("/*") else ""
        if found := [link for link in links if link.media_type == media or (stem and link.media_type.startswith(stem))]:
            return found
    silent = [link for link in links if not link.media_type] if named else []
    return silent or links


def fits(link: Link, wish: Wish) -> bool:
    """Whether a link answers to something the request said of itself."""
    return bool(set(link.langs) & set(wish.langs)) or wish.context in link.contexts


def with_default(links: Sequence[Link], anchors: Sequence[str]) -> list[Link]:
    """The links, with the first of them as the default where nobody named one: every entity has exactly one."""
    if not links or any(link.link_type == DEFAULT for link in links):
        return list(links)
    finest = min(links, key=lambda link: anchors.index(link.anchor))
    return [*links, Link(finest.anchor, DEFAULT, finest.href, finest.title)]
