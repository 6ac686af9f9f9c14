"""The links an office gives to GS1 identifiers of its own: listed, made, changed, taken away."""

from typing import Annotated

from fastapi import APIRouter
from pydantic import Field, StringConstraints

from api.accounts import Created
from api.deps import Conn, Now, OfficeReader, OfficeWriter
from api.inputs import Body, Id, Line
from nongso.store import audit_lines, resolver_links
from nongso.store.resolver_links import LinkDraft, StoredLink
from traceability.gs1.link import parse
from traceability.resolver.links import KEYS, BadLinkType, levels, link_type

router = APIRouter(prefix="/api/v1/links", tags=["links"])

Web = Annotated[str, StringConstraints(pattern=r"^https?://[^\s\x00-\x1f\x7f]+$", max_length=2000)]
LangTag = Annotated[str, StringConstraints(pattern=r"^[a-z]{2}(-[A-Z]{2})?$")]
MediaType = Annotated[str, StringConstraints(pattern=r"^(\w+/[-+.\w]+)?$", max_length=100)]
Context = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,40}$")]


class LinkBody(Body):
    """`identifier` is a GS1 Digital Link under any host; `link_type` a word of GS1's vocabulary (gs1:recipeInfo) or a web address."""

    identifier: Web
    link_type: Annotated[str, Field(max_length=200)]
    href: Web
    title: Line
    langs: Annotated[list[LangTag], Field(max_length=20, default_factory=list)]
    media_type: MediaType = ""
    contexts: Annotated[list[Context], Field(max_length=20, default_factory=list)]


@router.get("")
def list_links(conn: Conn, viewer: OfficeReader) -> list[StoredLink]:
    return resolver_links.list_links(conn, viewer)


@router.post("", status_code=201)
def create_link(conn: Conn, viewer: OfficeWriter, now: Now, body: LinkBody) -> Created:
    """Raises ForeignIdentifier for another office's identifier, BadLinkType, or what is wrong with the identifier."""
    path = parse(body.identifier).path
    if path[0].ai not in KEYS:
        raise BadLinkType(found=path[0].ai)
    anchors = levels(path)
    resolver_links.require_own(conn, viewer, anchors[-1], path[0].value if path[0].ai == "01" else None)
    link_id = resolver_links.insert_link(conn, viewer, draft(body, anchors[0]), now)
    audit_lines.insert(conn, viewer, "link.create", f"link:{link_id}", {"anchor": anchors[0], "href": body.href})
    return Created(link_id)


@router.put("/{link_id}", status_code=204)
def update_link(conn: Conn, viewer: OfficeWriter, link_id: Id, body: LinkBody) -> None:
    path = parse(body.identifier).path
    anchors = levels(path)
    resolver_links.require_own(conn, viewer, anchors[-1], path[0].value if path[0].ai == "01" else None)
    resolver_links.update_link(conn, viewer, link_id, draft(body, anchors[0]))
    audit_lines.insert(conn, viewer, "link.update", f"link:{link_id}", {"anchor": anchors[0], "href": body.href})


@router.delete("/{link_id}", status_code=204)
def delete_link(conn: Conn, viewer: OfficeWriter, link_id: Id) -> None:
    resolver_links.delete_link(conn, viewer, link_id)
    audit_lines.insert(conn, viewer, "link.delete", f"link:{link_id}")


def draft(body: LinkBody, anchor: str) -> LinkDraft:
    kind = link_type(body.link_type)
    return LinkDraft(anchor, kind, body.href, body.title, body.langs, body.media_type, body.contexts)
