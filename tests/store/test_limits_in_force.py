"""What an office sets holds everywhere at once: the card, its why, the light page, the chart's line, the valve."""

from datetime import datetime, timedelta

import pytest
from fixtures.api import As, World
from fixtures.farm import observe, place_device
from fixtures.water import insert_zone

from nongso import store

HTML = {"accept": "text/html"}
MINUTES = timedelta(minutes=5)


@pytest.fixture
def canal(conn: store.Connection, world: World, now: datetime) -> None:
    """A pomelo orchard (2 g/L) beside a canal of 0.8 g/L."""
    place_device(conn, world.admin, "KENH", "canal", [world.field_id], now)
    observe(conn, "KENH", "water.salinity", (now - MINUTES, 0.8))


def put(signed_in: As, world: World, rule: str, body: dict[str, object]) -> None:
    assert 204 == signed_in(world.officer).put(f"/api/v1/rules/{rule}/setting", json=body).status_code


def limits(signed_in: As, world: World) -> dict[str, float]:
    answer = signed_in(world.farmer).get(f"/api/v1/fields/{world.field_id}/limits").json()
    return {each["property"]: each["value"] for each in answer}


def why_line(signed_in: As, world: World, key: str) -> dict[str, object]:
    workings = signed_in(world.farmer).get(f"/api/v1/fields/{world.field_id}/why").json()["workings"]
    return next(line for working in workings for line in working["lines"] if line["key"] == key)


@pytest.mark.usefixtures("canal")
def test_a_changed_limit_is_followed_by_card_why_light_page_and_chart(signed_in: As, world: World) -> None:
    farmer = signed_in(world.farmer)
    card, page = f"/api/v1/fields/{world.field_id}", f"/m/why/{world.field_id}"
    assert ("good", 2.0, 2.0) == (
        farmer.get(card).json()["level"],
        why_line(signed_in, world, "salt_limit")["value"],
        limits(signed_in, world)["water.salinity"],
    )

    put(signed_in, world, "salt", {"crop": "pomelo", "limits": {"limit": 0.5}})

    [home] = farmer.get("/api/v1/home").json()["cards"]
    assert ("act", "verdict.salt.act") == (home["level"], home["say"]["key"])
    assert home["say"] == farmer.get(card).json()["say"]
    assert {"salt": "quá ngưỡng bưởi 0,5"} == {each["key"]: each["note"] for each in home["numbers"]}
    assert "Kênh mặn 0,8 g/L, quá mức bưởi chịu được." in farmer.get("/m", headers=HTML).text
    line = why_line(signed_in, world, "salt_limit")
    assert (0.5, "", "Cơ quan đã đặt") == (line["value"], line["source"], line["note"])
    told = farmer.get(page, headers=HTML).text
    assert "0,5 <small>g/L</small>" in told
    assert "Cơ quan đã đặt" in told
    assert 0.5 == limits(signed_in, world)["water.salinity"]


@pytest.mark.usefixtures("canal")
def test_what_was_set_for_another_crop_or_stage_or_field_changes_nothing(signed_in: As, world: World) -> None:
    for scope in ({"crop": "rice"}, {"crop": "pomelo", "stage": "late"}, {"field_id": world.neighbours_field_id}):
        put(signed_in, world, "salt", {**scope, "limits": {"limit": 0.5}})

    assert "good" == signed_in(world.farmer).get(f"/api/v1/fields/{world.field_id}").json()["level"]
    assert 2.0 == limits(signed_in, world)["water.salinity"]


@pytest.mark.usefixtures("canal")
def test_a_rule_that_was_reset_judges_as_shipped_again(signed_in: As, world: World) -> None:
    put(signed_in, world, "salt", {"limits": {"limit": 0.5}})
    signed_in(world.officer).delete("/api/v1/rules/salt/setting")

    assert "good" == signed_in(world.farmer).get(f"/api/v1/fields/{world.field_id}").json()["level"]
    assert 2.0 == limits(signed_in, world)["water.salinity"]


@pytest.mark.usefixtures("canal")
def test_a_valve_is_held_to_the_limit_of_its_office(
    conn: store.Connection, signed_in: As, world: World, now: datetime
) -> None:
    place_device(conn, world.admin, "van-1", "valve", [world.field_id], now)
    observe(conn, "van-1", "valve.state", (now, 0.0))
    zone = insert_zone(conn, world.admin, world.farm_id, world.field_id, "van-1", now, saline=True)
    path = f"/api/v1/irrigation/zones/{zone}"
    before = [each["why"] for each in signed_in(world.farmer).get(path).json()["against"]]

    put(signed_in, world, "salt", {"limits": {"limit": 0.5}})

    against = {each["why"]: each["text"] for each in signed_in(world.farmer).get(path).json()["against"]}
    assert "salt" not in before
    assert "Nước mặn 0,8 g/L, cây chịu được 0,5 g/L" == against["salt"]
