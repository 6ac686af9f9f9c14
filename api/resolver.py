"""The resolver at the root of the id host: GS1-Conformant Resolver 1.2 over the office's links and the house's own.

A browser that names no link type is shown the buyer's page at once, by api.passport whose routes come first: one journey less on a weak
link (docs/decisions/0145). Whoever else asks is sent on with 307, or given the linkset.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse, RedirectResponse

from api.cross_origin import CORS
from api.deps import BuyerLang, Conn, TheHouse
from nongso import store
from nongso.errors import InvalidInput, NotFound
from nongso.settings import Settings
from nongso.store import lots, passports, resolver_links
from nongso.text import say
from traceability.gs1 import link, local
from traceability.gs1.compression import ALPHABET, decompress
from traceability.gs1.digits import gtin_14
from traceability.gs1.elements import Element
from traceability.resolver import house_links
from traceability.resolver.links import DEFAULT, Link, Wish, choose, levels, link_type, with_default
from traceability.resolver.linkset import CONTEXT, MEDIA_TYPE, description, linkset

LINKSETS = ("linkset", "all")  # the second is the older word
READ = ["GET", "HEAD"]
SHORTEST_COMPRESSED = 8  # characters; what is shorter is no identifier
CONTEXT_LINK = f'<{CONTEXT}>; rel="http://www.w3.org/ns/json-ld#context"; type="application/ld+json"'


plain_router = APIRouter(include_in_schema=False)
compressed_router = APIRouter(include_in_schema=False)  # comes last of all


@dataclass(frozen=True, slots=True)
class Entity:
    """What a request names: its levels, finest first, their links and what they are called."""

    anchors: list[str]
    links: list[Link]
    names: Mapping[str, str]


@plain_router.api_route("/.well-known/gs1resolver", methods=READ)
def describe(house: TheHouse, lang: BuyerLang) -> Response:
    return JSONResponse(description(house.settings.public_url, say(lang, "resolver.operator")), headers=CORS)


@plain_router.options("/00/{rest:path}")
@plain_router.options("/01/{rest:path}")
@plain_router.options("/414/{rest:path}")
@plain_router.options("/417/{rest:path}")
@plain_router.options("/8004/{rest:path}")
@plain_router.options("/t/{rest:path}")
@plain_router.options("/T/{rest:path}")
@plain_router.options("/.well-known/gs1resolver")
@compressed_router.options("/{compressed}")
def preflight(request: Request, house: TheHouse) -> Response:
    """CORS, and where the linkset is. Nothing is looked up."""
    uri = house.settings.public_url + request.url.path.rstrip("/")
    return Response(status_code=204, headers={**CORS, "Allow": "GET, HEAD, OPTIONS", "Link": to_linkset(uri)})


@plain_router.api_route("/00/{rest:path}", methods=READ)
@plain_router.api_route("/414/{rest:path}", methods=READ)
@plain_router.api_route("/417/{rest:path}", methods=READ)
@plain_router.api_route("/8004/{rest:path}", methods=READ)
@plain_router.api_route("/01/{rest:path}", methods=READ)
def resolve(request: Request, conn: Conn, house: TheHouse, lang: BuyerLang) -> Response:
    """The linkset, the link that fits best, or several to choose from. Raises BadLink and the like, NotFound."""
    raw = request.scope["raw_path"].decode("ascii", "replace").partition("?")[0]
    try:
        path = read_path(raw, request.url.query, house.settings)
    except InvalidInput:
        if (plain := decompressed(raw, request.url.query, house.settings)) is not None:
            return unfolded(plain)
        raise
    return answer(request, house.settings, find_entity(conn, house.settings, path, lang), levels(path)[0])


@plain_router.api_route("/t/{code}", methods=READ)
@plain_router.api_route("/T/{code}", methods=READ)
def resolve_code(request: Request, conn: Conn, house: TheHouse, lang: BuyerLang, code: str) -> Response:
    """The same for a lot under the house's own code. Raises BadLocalCode, NotFound."""
    lot = passports.find_lot_by_code(conn, local.parse(code))
    if lot is None:
        raise NotFound()
    anchor = f"/t/{lot.code}"
    name = lots.get_name(conn, lot.lot_id)
    links = list(house_links.coded_lot_links(lot, name, house.settings.public_url, lang))
    return answer(request, house.settings, Entity([anchor], links, {anchor: lot.number}), anchor)


@compressed_router.api_route("/{compressed}", methods=READ)
def resolve_compressed(request: Request, house: TheHouse, compressed: str) -> Response:
    """A compressed Digital Link: sent on to the plain one (standard, §5.2). Anything else at the root is not here."""
    plain = decompressed(f"/{compressed}", request.url.query, house.settings)
    if plain is None:
        raise NotFound()
    return unfolded(plain)


def read_path(raw: str, query: str, settings: Settings) -> tuple[Element, ...]:
    """The key and qualifiers, strictly read. A slash at the end and a shorter GTIN are passed over. Raises a BadLink, a BadValue …"""
    ai, _, rest = raw.strip("/").partition("/")
    if ai == "01":
        gtin, slash, qualifiers = rest.partition("/")
        rest = gtin_14(link.unescape_path(gtin)) + slash + qualifiers
    return link.parse(f"{settings.public_url}/{ai}/{rest}" + (f"?{query}" if query else "")).path


def decompressed(raw: str, query: str, settings: Settings) -> str | None:
    """The plain Digital Link of a compressed path; None when it is none."""
    last = raw.strip("/").rpartition("/")[2]
    if len(last) < SHORTEST_COMPRESSED or not set(last) <= set(ALPHABET):
        return None
    try:
        return decompress(f"{settings.public_url}/{raw.strip('/')}" + (f"?{query}" if query else ""))
    except InvalidInput:
        return None


def unfolded(plain: str) -> Response:
    """On to the uncompressed link, which is told as the same thing."""
    return RedirectResponse(plain, 307, headers={**CORS, "Link": f'<{plain}>; rel="owl:sameAs"'})


def find_entity(conn: store.Connection, settings: Settings, path: Sequence[Element], lang: str) -> Entity:
    """What is known of an identifier and of everything above it. Raises NotFound when that is nothing."""
    anchors = levels(path)
    names: dict[str, str] = {}
    links: list[Link] = []
    if path[0].ai == "01":
        links, names = in_book(conn, settings, path, lang)
    own_default = any(each.link_type == DEFAULT for each in links)
    stored = [
        Link(row.anchor, row.link_type, row.href, row.title, tuple(row.langs), row.media_type, tuple(row.contexts))
        for row in resolver_links.list_at(conn, anchors)
        if not (own_default and row.link_type == DEFAULT)
    ]
    if not links + stored:
        raise NotFound()
    return Entity(anchors, with_default(links + stored, anchors), names)


def in_book(
    conn: store.Connection, settings: Settings, path: Sequence[Element], lang: str
) -> tuple[list[Link], dict[str, str]]:
    """The house's links to a product of its book and to the lot that is named; an unknown lot leaves the product's."""
    product = passports.find_product(conn, path[0].value)
    if product is None:
        return [], {}
    gtin, stem = path[0].value, settings.public_url
    links = list(house_links.product_links(product, gtin, stem, lang))
    names = {house_links.product_anchor(gtin): product.product_name}
    number = next((element.value for element in path if element.ai == "10"), None)
    lot = passports.find_lot(conn, product.product_id, number) if number else None
    if lot is None:
        return links, names
    of_lot = list(house_links.known_lot_links(lot, lots.get_name(conn, lot.lot_id), gtin, stem, lang))
    names[of_lot[0].anchor] = f"{product.product_name} · {lot.number}"
    return of_lot + links, names


def answer(request: Request, settings: Settings, entity: Entity, anchor: str) -> Response:
    """The linkset for who asks for it; else the best link, 300 with several, 404 without any."""
    uri = settings.public_url + anchor
    wanted = request.query_params.get("linkType", "")
    headers = {**CORS, "Vary": "Accept, Accept-Language"}
    if wanted in LINKSETS or (not wanted and MEDIA_TYPE in request.headers.get("accept", "")):
        whole = linkset(entity.links, entity.anchors, settings.public_url, entity.names)
        return listed(whole, 200, {**headers, "Link": f"{to_linkset(uri)}, {CONTEXT_LINK}"})
    found = choose(entity.links, entity.anchors, wish(request, wanted))
    headers["Link"] = to_linkset(uri)
    if not found:
        raise NotFound()
    if len(found) > 1:
        return listed(linkset(found, entity.anchors, settings.public_url, entity.names), 300, headers)
    return RedirectResponse(with_query(found[0].href, request.url.query), 307, headers=headers)


def listed(content: Mapping[str, object], status: int, headers: Mapping[str, str]) -> Response:
    return JSONResponse(content, status, headers=dict(headers), media_type=MEDIA_TYPE)


def wish(request: Request, wanted: str) -> Wish:
    """What the request says of the link it wants, in its parameters and headers."""
    langs = tuple(entry.split(";")[0].strip()[:2].lower() for entry in by_weight(request, "accept-language"))
    media = tuple(entry.split(";")[0].strip() for entry in by_weight(request, "accept"))
    return Wish(link_type(wanted) if wanted else DEFAULT, langs, request.query_params.get("context", ""), media)


def by_weight(request: Request, name: str) -> list[str]:
    """The entries of a header, the most wanted first (RFC 9110 §12.4.2)."""
    entries = [entry.strip() for entry in request.headers.get(name, "").split(",") if entry.strip()]
    return sorted(entries, key=lambda entry: -weight(entry))


def weight(entry: str) -> float:
    quality = next((part.strip()[2:] for part in entry.split(";")[1:] if part.strip().startswith("q=")), "1")
    return float(quality) if quality.replace(".", "", 1).isdigit() else 0.0


def with_query(href: str, query: str) -> str:
    """The target with the pairs of the request passed on (standard, §4.4)."""
    if not query:
        return href
    before, mark, fragment = href.partition("#")
    return before + ("&" if "?" in before else "?") + query + mark + fragment


def to_linkset(uri: str) -> str:
    return f'<{uri}?linkType=linkset>; rel="linkset"; type="{MEDIA_TYPE}"'
