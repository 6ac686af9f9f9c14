"""The one way to the data: requests to the API in the reader's name, answers as frozen data, problems as our own errors."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TypeVar

import httpx2
import msgspec

from nongso.errors import Forbidden, NongsoError, NotFound, SignInNeeded, Unavailable

Answer = TypeVar("Answer")
Param = str | int | float | None | Sequence[str]
Params = Mapping[str, Param]

PATIENCE = httpx2.Timeout(10, connect=3)
PRINTING_S = 60


class Away(Unavailable):
    """The API does not answer."""

    code = "ui.away"


class Refused(NongsoError):
    """The API said no; `sentence` is what it says to the reader, in their language."""

    code = "ui.refused"


@dataclass(frozen=True, slots=True)
class Door:
    """A way to the API for one reader: their token, their language."""

    api_url: str
    origin: str
    token: str
    lang: str

    def get(self, path: str, kind: type[Answer], **params: Param) -> Answer:
        """The JSON answer of `path` as `kind`."""
        asked = {name: value for name, value in params.items() if value is not None}
        return read(self.send("GET", path, params=asked), kind)

    def post(self, path: str, body: object, kind: type[Answer]) -> Answer:
        return read(self.send("POST", path, body), kind)

    def do(self, method: str, path: str, body: object = None, **params: str | int) -> None:
        """A change whose answer says no more than that it was done."""
        self.send(method, path, body, params=params)

    def take(self, method: str, path: str, body: object = None) -> bytes:
        """The bytes of a file."""
        return self.send(method, path, body, patience=httpx2.Timeout(PRINTING_S, connect=3)).content

    def send(
        self, method: str, path: str, body: object = None, *, params: Params | None = None,
        patience: httpx2.Timeout = PATIENCE,
    ) -> httpx2.Response:  # fmt: skip
        """Raises Away, or what the API's problem says: SignInNeeded, Forbidden, NotFound as themselves, the rest as Refused."""
        headers = {"Cookie": f"ns_session={self.token}", "Accept-Language": self.lang, "Origin": self.origin}
        content = None if body is None else msgspec.json.encode(body)
        if content is not None:
            headers["Content-Type"] = "application/json"
        try:
            # Params that are there but empty would take away a question that stands in the path.
            answer = http(self.api_url).request(
                method,
                path,
                params=dict(params) if params else None,
                content=content,
                headers=headers,
                timeout=patience,
            )
        except httpx2.TransportError as fault:
            raise Away() from fault
        if answer.status_code >= 400:
            raise fault_of(answer)
        return answer


@cache
def http(api_url: str) -> httpx2.Client:
    """One pool of connections for all readers of this process."""
    return httpx2.Client(base_url=api_url)


def read(answer: httpx2.Response, kind: type[Answer]) -> Answer:
    """Members that a kind does not name are passed over: the API may say more than a page needs."""
    return msgspec.json.decode(answer.content, type=kind)


@dataclass(frozen=True, slots=True)
class Problem:
    """What the API says when it refuses (RFC 9457)."""

    detail: str


PLAIN: dict[int, type[NongsoError]] = {401: SignInNeeded, 403: Forbidden, 404: NotFound}


def fault_of(answer: httpx2.Response) -> NongsoError:
    """A refusal as an error of ours. Without a problem document the API itself is not well."""
    try:
        problem = msgspec.json.decode(answer.content, type=Problem)
    except msgspec.DecodeError:
        return Away()
    if answer.status_code in PLAIN:
        return PLAIN[answer.status_code]()
    if answer.status_code >= 500:
        return Away()
    return Refused(sentence=problem.detail)
