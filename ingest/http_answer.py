"""What HTTP ingest answers when it took something: a result for every record, 207 when not all of it went in."""

from collections.abc import Sequence

from starlette.responses import JSONResponse, Response

from ingest.outcomes import Outcome

OK, MULTI_STATUS = 200, 207


def answer_of(outcomes: Sequence[Outcome]) -> Response:
    """200 when everything was stored or known already, 207 when something was refused or contradicts what stands."""
    clean = all(not one.conflict and not one.rejected for one in outcomes)
    body = {
        "received": len(outcomes),
        "stored": sum(one.stored for one in outcomes),
        "duplicate": sum(one.duplicate for one in outcomes),
        "conflict": sum(one.conflict for one in outcomes),
        "rejected": sum(len(one.rejected) for one in outcomes),
        "records": [record(index, one) for index, one in enumerate(outcomes)],
    }
    return JSONResponse(body, OK if clean else MULTI_STATUS)


def record(index: int, one: Outcome) -> dict[str, object]:
    """`outcome` is the one word for a record when all its items fared alike, else `mixed`."""
    counts = {
        "stored": one.stored,
        "duplicate": one.duplicate,
        "conflict": one.conflict,
        "rejected": len(one.rejected),
    }
    words = [word for word, count in counts.items() if count] or ["empty"]
    reasons = [
        {"position": each.position, "property": each.property, "reason": each.reason, "detail": each.detail}
        for each in one.rejected
    ]
    return {"index": index, "outcome": words[0] if len(words) == 1 else "mixed", **counts, "reasons": reasons}
