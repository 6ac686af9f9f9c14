"""The body of a request: within bounds, unpacked, and cut into the records it consists of."""

import asyncio
import json
import zlib

import msgspec
from starlette.requests import ClientDisconnect, Request

from ingest.http_faults import BadBody, BodyTooLarge, TooManyRecords
from ingest.payload import MAX_BYTES

BATCH_BYTES = 1024 * 1024
BATCH_RECORDS = 1_000
READ_S = 30.0
GZIP = 16 + zlib.MAX_WBITS


async def read(request: Request) -> bytes:
    """All of it, unpacked. Raises BodyTooLarge, before more than the limit was read or unpacked, and BadBody."""
    try:
        async with asyncio.timeout(READ_S):
            return await unpack(request)
    except (TimeoutError, ClientDisconnect) as fault:
        raise BadBody(problem=type(fault).__name__) from fault


async def unpack(request: Request) -> bytes:
    encoding = request.headers.get("content-encoding", "identity").lower()
    if encoding not in ("identity", "gzip"):
        raise BadBody(problem=encoding)
    inflater = zlib.decompressobj(GZIP) if encoding == "gzip" else None
    found = bytearray()
    async for chunk in request.stream():
        found += inflate(inflater, chunk, BATCH_BYTES + 1 - len(found)) if inflater else chunk
        if len(found) > BATCH_BYTES:
            raise BodyTooLarge(limit=BATCH_BYTES)
    if inflater and not inflater.eof:
        raise BadBody(problem="gzip")
    return bytes(found)


def inflate(inflater: "zlib._Decompress", chunk: bytes, most: int) -> bytes:
    """What comes out of a chunk, `most` bytes of it: a small body may unpack to a huge one."""
    try:
        return inflater.decompress(chunk, most)
    except zlib.error as fault:
        raise BadBody(problem="gzip") from fault


def records(body: bytes) -> list[bytes]:
    """The elements of an array, else the body itself. Raises BadBody, BodyTooLarge, TooManyRecords."""
    if not body.lstrip().startswith(b"["):
        return [whole(body)]
    found = elements(body)
    if len(found) > BATCH_RECORDS:
        raise TooManyRecords(limit=BATCH_RECORDS)
    return found


def whole(body: bytes) -> bytes:
    """A body that is one record. Raises BodyTooLarge."""
    if len(body) > MAX_BYTES:
        raise BodyTooLarge(limit=MAX_BYTES)
    return body


def elements(body: bytes) -> list[bytes]:
    try:
        return [bytes(element) for element in msgspec.json.decode(body, type=list[msgspec.Raw])]
    except msgspec.DecodeError:
        return reread(body)


def reread(body: bytes) -> list[bytes]:
    """The bare NaN of a microcontroller spoils its item, not the batch."""
    try:
        found = json.loads(body)
    except (ValueError, RecursionError) as fault:
        raise BadBody(problem=str(fault)[:80]) from fault
    return [json.dumps(element).encode() for element in found]
