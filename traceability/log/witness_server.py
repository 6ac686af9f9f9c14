"""A witness over HTTP on the standard library: POST /add-checkpoint, GET /<SHA-256 of origin>/checkpoint, and its memory in one file."""

import json
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from nongso.clock import utc_now
from nongso.errors import Conflict, InvalidInput, NongsoError, NotFound
from traceability.log.checkpoint import parse_checkpoint
from traceability.log.durable import replace
from traceability.log.keys import SignerKey, VerifierKey
from traceability.log.note import MAX_NOTE_BYTES, Note, parse_note, verify
from traceability.log.witness import SUBMIT, NotTheLatest, add_checkpoint, parse_request

PLAIN, SIZE = "text/plain; charset=utf-8", "text/x.tlog.size"
MAX_BODY_BYTES = MAX_NOTE_BYTES + 4096
QUIET_S = 10  # a connection that says nothing for so long is closed


class StateDamaged(Conflict):
    """The witness's memory cannot be believed. Starting without it would let a log roll back: a person must decide."""

    code = "log.witness_state_damaged"


class NoSuchPage(NotFound):
    code = "log.no_such_page"


class BadLength(InvalidInput):
    """No Content-Length, or more than a request can need."""

    code = "log.bad_length"
    status = 413


class BodyShort(InvalidInput):
    code = "log.body_short"


@dataclass(slots=True)
class Witness:
    """One witness: its key, the logs it watches by origin, and the last note it cosigned for each, kept in `state`."""

    signer: SignerKey
    logs: Mapping[str, VerifierKey]
    state: Path
    notes: dict[str, Note] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def submit(self, body: bytes) -> str:
        """The cosignature line for an add-checkpoint body; remembered durably before it is returned."""
        request = parse_request(body)
        with self._lock:  # checking the old size and keeping the new one is one step
            seen = {origin: parse_checkpoint(note.text) for origin, note in self.notes.items()}
            cosigned = add_checkpoint(request, self.logs, seen, self.signer, utc_now())
            notes = self.notes | {cosigned.checkpoint.origin: cosigned.note}
            text = json.dumps([str(note) for note in notes.values()], ensure_ascii=False, indent=1)
            replace(self.state.parent, self.state.name, text.encode())
            self.notes = notes
        return str(cosigned.line)

    def find(self, path: str) -> str | None:
        """The newest cosigned checkpoint for a monitoring path, or None."""
        pages = {f"/{sha256(origin.encode()).hexdigest()}/checkpoint": note for origin, note in self.notes.items()}
        return str(pages[path]) if path in pages else None


def load_witness(signer: SignerKey, logs: Mapping[str, VerifierKey], state: Path) -> Witness:
    """A witness that goes on from its state file, or from nothing when there is no such file.

    StateDamaged when the file cannot be read, or holds a note that this witness did not sign.
    """
    if not state.exists():
        return Witness(signer, logs, state)
    try:
        notes = [parse_note(text.encode()) for text in json.loads(state.read_bytes())]
        for note in notes:
            verify(note, [signer.verifier])
        return Witness(signer, logs, state, {parse_checkpoint(note.text).origin: note for note in notes})
    except (ValueError, TypeError, AttributeError, NongsoError) as fault:
        raise StateDamaged(path=str(state)) from fault


def serve_witness(witness: Witness, host: str, port: int) -> ThreadingHTTPServer:
    """A bound server, not yet serving; port 0 lets the system choose."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"  # keep-alive, as C2SP tlog-witness asks
        timeout = QUIET_S

        def do_POST(self) -> None:
            try:
                body = self._body()
                if self.path != SUBMIT:
                    raise NoSuchPage(path=self.path)
                self._answer(200, PLAIN, witness.submit(body))
            except NotTheLatest as fault:
                self._answer(fault.status, SIZE, f"{fault.values['size']}\n")
            except NongsoError as fault:
                self._answer(fault.status, PLAIN, f"{fault.code}\n")

        def do_GET(self) -> None:
            note = witness.find(self.path)
            self._answer(200 if note else 404, PLAIN, note or f"{NoSuchPage.code}\n")

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's own name
            """Say nothing: what was cosigned is in the state file."""

        def _body(self) -> bytes:
            length = self.headers.get("Content-Length", "")
            if not (length.isascii() and length.isdigit()) or int(length) > MAX_BODY_BYTES:
                self.close_connection = True  # what follows cannot be told from a next request
                raise BadLength(most=MAX_BODY_BYTES)
            body = self.rfile.read(int(length))
            if len(body) != int(length):
                raise BodyShort()
            return body

        def _answer(self, status: int, content_type: str, text: str) -> None:
            body = text.encode()
            self.send_response(status)
            self.send_header("Content-Type", content_type)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    return ThreadingHTTPServer((host, port), Handler)
