"""The trunk of the one tree of errors: a code, an HTTP status and values; sentences live in text/.

A room grows its own leaves beside the code that raises them:

    NongsoError
    ├── InvalidInput        the reader can mend it            400 · exit 2
    │   └── … e.g. nongso.settings.BadSettings, ingest.payload.BadPayload
    ├── SignInNeeded        who are you?                      401 · exit 2
    ├── Forbidden           not yours to see or change        403 · exit 2
    ├── NotFound            no such thing, or not for you     404 · exit 2
    ├── Conflict            true, but not with what is there  409 · exit 2
    ├── TooMany             slow down                         429 · exit 2
    └── Unavailable         a part of the house is away       503 · exit 2

Every class has a `code` of its own; the sentence for a reader is the text key `error.<code>` in both languages, filled with `values`.
"""

from typing import ClassVar


class NongsoError(Exception):
    """An error that a person or a program can meet. `values` fill the sentence `error.<code>`."""

    code: ClassVar[str] = "unexpected"
    status: ClassVar[int] = 500

    def __init__(self, **values: object) -> None:
        super().__init__(values)
        self.values = values

    def __str__(self) -> str:
        return " ".join([self.code, *(f"{name}={value!r}" for name, value in self.values.items())])


class InvalidInput(NongsoError):
    code = "invalid_input"
    status = 400


class SignInNeeded(NongsoError):
    code = "sign_in_needed"
    status = 401


class Forbidden(NongsoError):
    code = "forbidden"
    status = 403


class NotFound(NongsoError):
    code = "not_found"
    status = 404


class Conflict(NongsoError):
    code = "conflict"
    status = 409


class TooMany(NongsoError):
    code = "too_many"
    status = 429


class Unavailable(NongsoError):
    code = "unavailable"
    status = 503
