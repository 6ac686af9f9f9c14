"""The wire shape of an error, for programs and for people."""

from datetime import datetime, timedelta

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from fixtures.api import As, World

from api.layers import MAX_BODY_BYTES


def test_problem_is_rfc_9457_with_our_code(client: TestClient) -> None:
    answer = client.get("/api/v1/session")

    assert 401 == answer.status_code
    assert "application/problem+json" == answer.headers["content-type"]
    assert {
        "type": "urn:nong-so:problem:sign_in_needed",
        "title": "Cần đăng nhập",
        "status": 401,
        "code": "sign_in_needed",
        "detail": "Cần đăng nhập",
        "params": {},
    } == answer.json()


def test_unknown_page_is_a_page_in_the_readers_language(client: TestClient) -> None:
    vietnamese = client.get("/nowhere", headers={"accept": "text/html"})
    english = client.get("/nowhere", headers={"accept": "text/html", "accept-language": "en-GB,vi;q=0.5"})

    assert (404, 404) == (vietnamese.status_code, english.status_code)
    assert 'lang="vi"' in vietnamese.text
    assert "Không tìm thấy" in vietnamese.text
    assert "Not found" in english.text


def test_bad_body_names_its_fields(signed_in: As, world: World) -> None:
    answer = signed_in(world.admin).post("/api/v1/accounts", json={"login": "ba tư", "odd": 1})

    assert (422, "invalid_fields") == (answer.status_code, answer.json()["code"])
    assert "body.login (string_pattern_mismatch)" in answer.json()["params"]["fields"]
    assert "body.odd (extra_forbidden)" in answer.json()["params"]["fields"]


def test_unexpected_exception_shows_an_id_and_nothing_else(app: FastAPI, caplog: pytest.LogCaptureFixture) -> None:
    def broken() -> None:
        raise RuntimeError("the secret inside")

    sound = [*app.router.routes]
    app.add_api_route("/api/v1/broken", broken)
    try:
        answer = TestClient(app).get("/api/v1/broken")
    finally:
        app.router.routes[:] = sound  # the app is everybody's

    assert (500, "unexpected") == (answer.status_code, answer.json()["code"])
    assert answer.json()["params"]["id"] in caplog.text
    assert "the secret inside" in caplog.text
    assert "secret" not in answer.text
    assert "nosniff" == answer.headers["x-content-type-options"]


def test_large_body_is_refused(client: TestClient) -> None:
    answer = client.post("/api/v1/session", content=b" " * (MAX_BODY_BYTES + 1))

    assert (413, "body_too_large") == (answer.status_code, answer.json()["code"])


def test_lock_out_says_how_long_to_wait(client: TestClient, app: FastAPI, world: World, now: datetime) -> None:
    wrong = {"login": "farmer", "password": "guess"}
    answers = [client.post("/api/v1/session", json=wrong) for _ in range(11)]

    assert {401} == {answer.status_code for answer in answers[:10]}
    assert (429, "sign_in.too_many") == (answers[10].status_code, answers[10].json()["code"])
    assert str(timedelta(minutes=15) // timedelta(seconds=1)) == answers[10].headers["retry-after"]
