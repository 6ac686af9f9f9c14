"""Every route of the API: nobody passes without signing in, without the role, or across a fence; every deed leaves a line.

A new route fails here until fixtures/calls.py or fixtures/device_calls.py names it: as open, or with a call that works and who may make it.
"""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from conftest import NOW
from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from fixtures import calls, chain_calls
from fixtures.api import As, World, insert_world
from fixtures.calls import Call, Ground
from fixtures.chain_calls import CHAIN_CALLS, CHAIN_OPEN, insert_chain
from fixtures.device_calls import DEVICE_CALLS, DEVICE_OPEN, LOOKS
from fixtures.device_care import insert_care
from fixtures.diary_calls import DIARY_CALLS, insert_entries
from fixtures.doubt_calls import DOUBT_CALLS, FAR_ID, NEAR_ID, insert_doubt
from fixtures.label_calls import LABEL_CALLS, LABEL_OPEN, insert_cases, insert_printed
from fixtures.lots import insert_goods
from fixtures.trace_calls import FAR, NEAR, SOCKETS, TRACE_CALLS, TRACE_OPEN, insert_story
from fixtures.water_calls import WATER_CALLS, insert_waters
from httpx2 import Response
from starlette.testclient import WebSocketDenialResponse

from nongso import store
from nongso.people import Role, Viewer
from nongso.store import admin_units, alerts, devices, people
from nongso.store.admin_units import AdminUnit
from nongso.store.alerts import Target
from nongso.store.devices import DeviceDraft
from nongso.tokens import token_hash

Key = tuple[str, str]
CALLS = {
    **calls.CALLS,
    **DEVICE_CALLS,
    **TRACE_CALLS,
    **DIARY_CALLS,
    **CHAIN_CALLS,
    **LABEL_CALLS,
    **DOUBT_CALLS,
    **WATER_CALLS,
}
OPEN = {**calls.OPEN, **DEVICE_OPEN, **TRACE_OPEN, **CHAIN_OPEN, **LABEL_OPEN}
OUR_FORM = {"origin": "http://testserver", "content-type": "application/x-www-form-urlencoded"}
FENCED = [key for key, call in CALLS.items() if call.foreign is not None]
UNSAFE = [key for key in CALLS if key[0] != "GET"]
REFUSED = {key: [role for role in Role if role not in call.roles] for key, call in CALLS.items()}


@pytest.fixture(scope="module")
def common_conn(database: str) -> Iterator[store.Connection]:
    """One transaction for all cases, rolled back at the end."""
    with closing(store.connect(database)) as connection:
        yield connection


@pytest.fixture(scope="module")
def laid(common_conn: store.Connection) -> Ground:
    """The ground of all cases, laid once: it is a second of work."""
    return lay_ground(common_conn, insert_world(common_conn), NOW)


@pytest.fixture
def conn(common_conn: store.Connection, laid: Ground) -> Iterator[store.Connection]:
    """What a case does on the common ground is undone after it."""
    with common_conn.transaction(force_rollback=True):
        yield common_conn


@pytest.fixture
def ground(laid: Ground, signed_in: As) -> Ground:
    """The common ground, asked through the API as it stands in this case."""
    asked = f"/api/v1/recall-reach?lot={laid.near.lot_id}"
    return replace(laid, dry_run=lambda: signed_in(laid.world.admin).get(asked).json()["digest"])


def unasked() -> str:
    raise AssertionError("the ground of all cases has no API to ask")


def lay_ground(conn: store.Connection, world: World, now: datetime) -> Ground:
    """A device with all that is kept of it, an alert, a key and goods on each side of the fence."""
    admin_units.insert_unit(conn, AdminUnit("90003", date(2026, 8, 1), None, "Xã Mới", "xã", None, None, ""))
    near = _side(conn, world.admin, "GAN-1", world.field_id, world.farmer, now)
    far = _side(conn, world.stranger, "XA-1", world.strangers_field_id, world.stranger, now)
    ours = insert_goods(conn, world.admin, world.field_id, "09520123456788", now)
    theirs = insert_goods(conn, world.stranger, world.strangers_field_id, None, now)
    care = insert_care(conn, world.admin, "GAN-1", now)
    insert_story(conn, world.admin, "near", now)
    insert_story(conn, world.stranger, "far", now)
    insert_entries(conn, world, now)
    insert_waters(conn, world, now)
    insert_chain(conn, world.admin, ours, chain_calls.NEAR, now)
    insert_chain(conn, world.stranger, theirs, chain_calls.FAR, now)
    insert_printed(conn, (world.admin, ours), (world.stranger, theirs), now)
    insert_doubt(conn, world.admin, near[0], NEAR_ID, now)
    insert_doubt(conn, world.stranger, far[0], FAR_ID, now)
    insert_cases(conn, (world.admin, ours), (world.stranger, theirs), now)
    foreign_care = insert_care(conn, world.stranger, "XA-1", now)
    return Ground(world, "GAN-1", *near, *far, ours, theirs, care, foreign_care, unasked)


def _side(
    conn: store.Connection, keeper: Viewer, device: str, field_id: int, owner: Viewer, now: datetime
) -> tuple[int, int, int]:
    draft = DeviceDraft(device, "soil", f"Đầu dò {device}", 600, "$7$hash")
    devices.insert(conn, keeper.office_id, draft, now - timedelta(days=2))
    devices.move(conn, keeper, device, [field_id], now - timedelta(days=2))
    row = conn.execute(
        "INSERT INTO series (device_id, property, kind) VALUES (%s, 'soil.moisture', 'gauge') RETURNING id", (device,)
    ).fetchone()
    assert row is not None
    target = Target("dry", field_id=field_id)
    alerts.open_or_update(conn, target, 2, {"key": "alert.dry", "value": 20, "limit": 26, "crop": "pomelo"}, now)
    alert = conn.execute("SELECT id FROM alert WHERE field_id = %s", (field_id,)).fetchone()
    assert alert is not None
    return row[0], alert[0], people.insert_key(conn, owner, "khoá", token_hash(device))


def test_every_route_is_named(app: FastAPI) -> None:
    routes = {
        (method, route.path or "")
        for route in iter_route_contexts(app.routes)
        for method in route.methods or ("WEBSOCKET",)
    }

    assert {*CALLS, *OPEN, *SOCKETS} == routes - {("HEAD", "/api/v1/openapi.json")}


@pytest.mark.parametrize("key", CALLS, ids=" ".join)
def test_nobody_passes_without_signing_in(key: Key, signed_in: As, ground: Ground) -> None:
    assert 401 == make(signed_in, None, key, ground).status_code


@pytest.mark.parametrize("key", CALLS, ids=" ".join)
def test_whoever_may_gets_an_answer(key: Key, signed_in: As, ground: Ground) -> None:
    for role in sorted(CALLS[key].roles)[:1] if key[0] != "GET" else CALLS[key].roles:
        answer = make(signed_in, viewer(ground.world, role), key, ground)
        assert answer.status_code in (200, 201, 202, 204, 303), answer.text


@pytest.mark.parametrize(("key", "role"), [(key, role) for key, roles in REFUSED.items() for role in roles])
def test_wrong_role_is_refused(key: Key, role: Role, signed_in: As, ground: Ground) -> None:
    answer = make(signed_in, viewer(ground.world, role), key, ground)

    assert answer.status_code in ((403, 404) if key[1].endswith("{key_id}") else (403,))


@pytest.mark.parametrize("key", FENCED, ids=" ".join)
def test_what_lies_behind_the_fence_does_not_exist(key: Key, signed_in: As, ground: Ground) -> None:
    for role in CALLS[key].roles:
        assert 404 == make(signed_in, viewer(ground.world, role), key, ground, across=True).status_code


@pytest.mark.parametrize("key", [key for key in UNSAFE if key not in LOOKS], ids=" ".join)
def test_every_deed_leaves_a_line(key: Key, conn: store.Connection, signed_in: As, ground: Ground) -> None:
    who = viewer(ground.world, next(role for role in (Role.ADMIN, Role.FARMER) if role in CALLS[key].roles))
    before = lines(conn)

    make(signed_in, who, key, ground)

    assert [(who.office_id, who.account_id)] == [(line[1], line[2]) for line in lines(conn)[len(before) :]]


@pytest.mark.parametrize("key", UNSAFE, ids=" ".join)
def test_deed_from_a_foreign_page_is_refused(key: Key, signed_in: As, ground: Ground) -> None:
    answer = make(signed_in, ground.world.admin, key, ground, headers={"origin": "https://elsewhere.example"})

    assert (403, "foreign_origin") == (answer.status_code, answer.json()["code"])


@pytest.mark.parametrize("path", SOCKETS.values())
def test_a_socket_has_the_same_fences(path: str, signed_in: As, ground: Ground) -> None:
    def refusal(role: Role | None, side: str, origin: str) -> int:
        who = viewer(ground.world, role) if role else None
        with (
            pytest.raises(WebSocketDenialResponse) as denied,
            signed_in(who).websocket_connect(path.format(side=side), headers={"origin": origin}),
        ):
            pass
        return denied.value.status_code

    ours = "http://testserver"
    assert 401 == refusal(None, NEAR, ours)
    assert 403 == refusal(Role.FARMER, NEAR, ours)
    assert 403 == refusal(Role.ADMIN, NEAR, "https://elsewhere.example")
    assert {404} == {refusal(role, FAR, ours) for role in (Role.OFFICER, Role.ADMIN, Role.INSPECTOR)}


def lines(conn: store.Connection) -> list[tuple[int, int, int]]:
    return conn.execute("SELECT id, office_id, account_id FROM audit_line ORDER BY id").fetchall()


def viewer(world: World, role: Role) -> Viewer:
    return getattr(world, role.value)


def make(
    signed_in: As,
    who: Viewer | None,
    key: Key,
    ground: Ground,
    *,
    across: bool = False,
    headers: dict[str, str] | None = None,
) -> Response:
    call: Call = CALLS[key]
    path = call.foreign(ground) if across and call.foreign else call.path(ground)
    if call.form:
        return signed_in(who).request(key[0], path, data=call.form(ground), headers={**OUR_FORM, **(headers or {})})
    body = call.body(ground) if call.body else None
    return signed_in(who).request(key[0], path, json=body, headers=headers)
