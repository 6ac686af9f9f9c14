"""Signing in: the cookie, where one is sent afterwards, keys for programs, and what a guesser meets."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from fixtures.api import PASSWORD, As, World

from api import deps
from api.session import destination
from nongso import store
from nongso.settings import Settings
from nongso.store import sessions
from nongso.tokens import token_hash

FORM = {"content-type": "application/x-www-form-urlencoded", "origin": "http://testserver"}


def send_form(client: TestClient, password: str, **more: str) -> str:
    """Where the form leads; the page it shows again when it leads nowhere."""
    answer = client.post("/sign-in", data={"login": "Farmer ", "password": password, **more}, headers=FORM)
    return answer.headers.get("location", answer.text)


def test_farmer_is_sent_to_the_full_app(client: TestClient, world: World, settings: Settings) -> None:
    assert settings.ui_url == send_form(client, PASSWORD)


def test_farmer_who_asked_for_the_light_page_gets_it(client: TestClient, world: World) -> None:
    assert "/m" == send_form(client, PASSWORD, next="/m")
    assert 200 == client.get("/m").status_code


def test_cookie_is_out_of_reach_of_scripts_and_other_sites(client: TestClient, world: World) -> None:
    answer = client.post("/api/v1/session", json={"login": "farmer", "password": PASSWORD})

    cookie = answer.headers["set-cookie"].lower()
    assert 204 == answer.status_code
    assert all(part in cookie for part in ("ns_session=", "httponly", "samesite=lax", "max-age=2592000", "path=/"))


def test_store_keeps_no_token(client: TestClient, conn: store.Connection, world: World) -> None:
    client.post("/api/v1/session", json={"login": "farmer", "password": PASSWORD})

    token = client.cookies[deps.COOKIE]

    assert [(token_hash(token),)] == conn.execute("SELECT token_hash FROM session").fetchall()


def test_wrong_password_shows_the_form_again_without_telling_which_was_wrong(client: TestClient, world: World) -> None:
    page = send_form(client, "guess")

    assert "Tên đăng nhập hoặc mật khẩu chưa đúng" in page
    assert 'value="Farmer "' in page
    assert "guess" not in page


def test_session_ends_after_thirty_days(app: FastAPI, signed_in: As, world: World, now: datetime) -> None:
    client = signed_in(world.farmer)
    app.state.house = replace(app.state.house, now=lambda: now + sessions.LASTS - timedelta(seconds=1))
    last = client.get("/api/v1/home").status_code
    app.state.house = replace(app.state.house, now=lambda: now + sessions.LASTS)

    assert (200, 401) == (last, client.get("/api/v1/home").status_code)


def test_sign_out_ends_the_session_itself(signed_in: As, world: World) -> None:
    client = signed_in(world.farmer)

    client.delete("/api/v1/session")

    assert 401 == client.get("/api/v1/home").status_code


def test_disabled_account_is_out_at_once(signed_in: As, world: World) -> None:
    farmer = signed_in(world.farmer)
    key = farmer.post("/api/v1/keys", json={"name": "bảng tính"}).json()["key"]

    signed_in(world.admin).post(f"/api/v1/accounts/{world.farmer.account_id}/disable")

    by_key = signed_in(None).get("/api/v1/home", headers={"authorization": f"Bearer {key}"})
    again = signed_in(None).post("/api/v1/session", json={"login": "farmer", "password": PASSWORD})
    assert (401, 401, 401) == (farmer.get("/api/v1/home").status_code, by_key.status_code, again.status_code)


def test_key_opens_the_api_until_it_is_revoked(signed_in: As, world: World) -> None:
    owner = signed_in(world.farmer)
    made = owner.post("/api/v1/keys", json={"name": "bảng tính"}).json()
    program = signed_in(None)
    program.headers["authorization"] = f"Bearer {made['key']}"
    before = program.get("/api/v1/fields").status_code

    owner.delete(f"/api/v1/keys/{made['id']}")

    assert made["key"].startswith("nsk_")
    assert (200, 401) == (before, program.get("/api/v1/fields").status_code)


def test_locked_login_opens_again_after_a_quarter_of_an_hour(
    app: FastAPI, client: TestClient, world: World, now: datetime
) -> None:
    right = {"login": "farmer", "password": PASSWORD}
    for _ in range(sessions.TRIES_BY_LOGIN):
        client.post("/api/v1/session", json={**right, "password": "guess"})
    locked = client.post("/api/v1/session", json=right).status_code
    app.state.house = replace(app.state.house, now=lambda: now + sessions.WINDOW)

    assert (429, 204) == (locked, client.post("/api/v1/session", json=right).status_code)


def test_one_address_cannot_go_through_many_logins(client: TestClient, conn: store.Connection, now: datetime) -> None:
    for number in range(sessions.TRIES_BY_ADDRESS):
        sessions.start_try(conn, f"login{number}", "testclient", now)

    assert 429 == client.post("/api/v1/session", json={"login": "another", "password": "guess"}).status_code


@pytest.mark.parametrize(
    "wanted",
    [
        "https://elsewhere.example/m",
        "//elsewhere.example",
        "/\\elsewhere.example",
        "/\t/elsewhere.example",
        "\\/elsewhere.example",
        "javascript:alert(1)",
        "http://localhost:8501.elsewhere.example",
        "http://localhost:8501@elsewhere.example/",
        "",
        "m",
    ],
)
def test_nobody_is_sent_to_a_strangers_address(settings: Settings, wanted: str) -> None:
    assert settings.ui_url == destination(settings, wanted)


def test_own_paths_are_kept(settings: Settings) -> None:
    for wanted in ("/m", "/m?lang=en", settings.ui_url, f"{settings.ui_url}/fields?id=1"):
        assert wanted == destination(settings, wanted)


def test_form_without_origin_or_referer_is_refused(client: TestClient, world: World) -> None:
    answer = client.post("/sign-in", data={"login": "farmer"}, headers={"content-type": FORM["content-type"]})

    assert (403, "foreign_origin") == (answer.status_code, answer.json()["code"])
