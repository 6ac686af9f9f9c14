"""What HTTP ingest answers when it does not take something: problem+json (RFC 9457) in the reader's language."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from nongso.errors import InvalidInput, NongsoError, SignInNeeded, TooMany, Unavailable
from nongso.text import say

MEDIA_TYPE = "application/problem+json"
RETRY_S = 5


class BadKey(SignInNeeded):
    """No such device or integration, or not its secret: which of the two is not told."""

    code = "http.bad_key"


class BodyTooLarge(InvalidInput):
    code = "http.too_large"
    status = 413


class TooManyRecords(InvalidInput):
    code = "http.too_many"
    status = 413


class BadBody(InvalidInput):
    code = "http.bad_body"


class Busy(Unavailable):
    """As many requests wait as may wait."""

    code = "http.busy"


class TooOften(TooMany):
    """One sender asks more often than it may; `wait_s` until the next one."""

    code = "http.too_often"


class NotKept(Unavailable):
    """Neither the database nor the spool took it: whoever sent it must keep it."""

    code = "http.not_kept"


def answer(request: Request, fault: Exception) -> Response:
    assert isinstance(fault, NongsoError)
    lang = "en" if request.headers.get("accept-language", "").lower().startswith("en") else "vi"
    detail = say(lang, f"error.{fault.code}", **fault.values)
    body = {"type": f"urn:nong-so:problem:{fault.code}", "title": detail, "status": fault.status, "code": fault.code}
    return JSONResponse(body, fault.status, headers=headers(fault), media_type=MEDIA_TYPE)


def headers(fault: NongsoError) -> dict[str, str]:
    if isinstance(fault, SignInNeeded):
        return {"WWW-Authenticate": 'Basic realm="nongso", charset="UTF-8"'}
    wait_s = RETRY_S if isinstance(fault, Unavailable) else fault.values.get("wait_s")
    return {"Retry-After": str(wait_s)} if wait_s else {}
