"""The paper behind a certificate: kept with its SHA-256, shown to buyers under that very digest, and never handed out changed."""

import base64
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Path, Response
from pydantic import Base64Bytes, Field

from api.deps import Conn, Now, OfficeWriter
from api.inputs import Body, Id
from api.photos import opened
from nongso.errors import Conflict, InvalidInput, NotFound
from nongso.journal import note
from nongso.store import audit_lines, certificate_files

router = APIRouter(tags=["papers"])

READ = ["GET", "HEAD"]
MOST_BYTES = 1_500_000  # of a scan: in base64 a body may hold no more
PDF = "application/pdf"
PICTURES = {b"\xff\xd8\xff": "image/jpeg", b"\x89PNG\r\n\x1a\n": "image/png", b"RIFF": "image/webp"}
TAIL = 1024  # bytes at the end of a PDF where readers look for its end mark
Digest = Annotated[str, Path(pattern=r"^[0-9a-f]{64}$")]


class NotPaper(InvalidInput):
    """Bytes that are no PDF and no picture of a paper."""

    code = "certificate.not_paper"


class FileAltered(Conflict):
    """The file that is kept is not the one that was recorded."""

    code = "certificate.file_altered"


class FileErased(NotFound):
    """It was there, and somebody in it asked to be forgotten."""

    code = "certificate.file_erased"
    status = 410


class FileBody(Body):
    """A PDF, JPEG, PNG or WebP file in base64."""

    file: Annotated[Base64Bytes, Field(min_length=1, max_length=MOST_BYTES)]


@dataclass(frozen=True, slots=True)
class Kept:
    """`digest` is SHA-256; the file opens at /paper/{digest}."""

    digest: str


@router.post("/api/v1/certificates/{certificate_id}/files", status_code=201)
def add_file(conn: Conn, viewer: OfficeWriter, now: Now, certificate_id: Id, body: FileBody) -> Kept:
    """A scan, kept as it came; the newest stands on pages, none is ever changed. Raises NotFound, NotPaper, BadPhoto, AlreadyThere."""
    digest = certificate_files.insert_file(conn, viewer, certificate_id, media_type(body.file), body.file, now)
    audit_lines.insert(conn, viewer, "certificate.file", f"certificate:{certificate_id}", {"digest": digest})
    return Kept(digest)


@router.api_route("/paper/{digest}", methods=READ, include_in_schema=False)
def open_paper(conn: Conn, digest: Digest) -> Response:
    """The file of that SHA-256. Bytes that are not of their digest any more are refused and noted."""
    found = certificate_files.find_file(conn, digest)
    if found is None:
        raise NotFound()
    if found.content is None:
        raise FileErased()
    if not found.is_intact:
        note("certificate.file_altered", digest=digest)
        raise FileAltered(digest=digest)
    headers = {
        "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
        "X-Content-Type-Options": "nosniff",
        "Repr-Digest": f"sha-256=:{base64.b64encode(bytes.fromhex(digest)).decode()}:",  # RFC 9530
        "Cache-Control": "no-store",  # one that is erased or found changed must not live on in a cache
    }
    return Response(found.content, media_type=found.media_type, headers=headers)


def media_type(data: bytes) -> str:
    """By what the bytes are, not by what they are called. Raises NotPaper, or BadPhoto for a picture that does not open."""
    if data.startswith(b"%PDF-") and b"%%EOF" in data[-TAIL:]:
        return PDF
    kind = next((kind for mark, kind in PICTURES.items() if data.startswith(mark)), None)
    if kind is None:
        raise NotPaper()
    opened(data)
    return kind
