"""The demo's way to the API: what an officer can do by hand, done by a program, so that nothing in the demo is made by a back door."""

from collections.abc import Mapping
from types import TracebackType

import httpx2

from nongso.demo.people import Person
from nongso.errors import Unavailable

TIMEOUT_S = 30


class ApiRefused(Unavailable):
    """The API answered a request of the demo with an error: a fault of ours, told with what it said."""

    code = "demo.api_refused"


class Office:
    """A signed-in session of one person."""

    def __init__(self, api_url: str, person: Person) -> None:
        self._client = httpx2.Client(base_url=api_url, timeout=TIMEOUT_S)
        self.post("/api/v1/session", {"login": person.login, "password": person.password})

    def __enter__(self) -> "Office":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._client.close()

    def get(self, path: str) -> dict[str, object]:
        return self._call("GET", path).json()

    def list(self, path: str) -> list[dict[str, object]]:
        return self._call("GET", path).json()

    def post(self, path: str, body: Mapping[str, object]) -> dict[str, object]:
        answer = self._call("POST", path, body)
        return answer.json() if answer.content else {}

    def put(self, path: str, body: Mapping[str, object]) -> None:
        self._call("PUT", path, body)

    def named(self, path: str, name: str, body: Mapping[str, object], create_path: str | None = None) -> int:
        """The id of the row called `name` in the list at `path`; made from `body` when it is not there."""
        for row in self.list(path):
            if row["name"] == name:
                return _id(row)
        return _id(self.post(create_path or path, {"name": name, **body}))

    def _call(self, method: str, path: str, body: Mapping[str, object] | None = None) -> httpx2.Response:
        answer = self._client.request(method, path, json=body)
        if answer.is_error:
            raise ApiRefused(request=f"{method} {path}", status=str(answer.status_code), reason=answer.text[:300])
        return answer


def _id(row: Mapping[str, object]) -> int:
    number = row["id"]
    assert isinstance(number, int)
    return number
