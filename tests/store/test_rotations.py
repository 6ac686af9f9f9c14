"""Two secrets for a while, never for ever; and the broker's files say exactly who may speak."""

from datetime import timedelta
from pathlib import Path

import pytest
from conftest import NOW
from fixtures.api import World

from nongso import store
from nongso.broker_files import bring_up_to_date
from nongso.errors import NotFound
from nongso.store import devices, rotations
from nongso.store.devices import DeviceDraft
from nongso.store.rotations import NoRotation

LATER = NOW + timedelta(days=7)


@pytest.fixture
def device(conn: store.Connection, world: World) -> str:
    devices.insert(conn, world.office_id, DeviceDraft("TN-01", "soil", "Đầu dò", 600, "$7$old"), NOW)
    return "TN-01"


def users(conn: store.Connection) -> list[tuple[str, str]]:
    return [(user.slot, user.secret_hash) for user in rotations.list_broker_users(conn)]


def test_both_secrets_are_good_until_the_new_one_is_used(conn: store.Connection, world: World, device: str) -> None:
    assert "TN-01!b" == rotations.begin(conn, world.office_id, device, "$7$new", LATER)
    assert [("a", "$7$old"), ("b", "$7$new")] == users(conn)

    assert rotations.use_next(conn, device)

    assert [("b", "$7$new")] == users(conn)
    assert not rotations.use_next(conn, device)


def test_names_take_turns(conn: store.Connection, world: World, device: str) -> None:
    rotations.begin(conn, world.office_id, device, "$7$second", LATER)
    rotations.finish(conn, world.office_id, device)

    assert "TN-01" == rotations.begin(conn, world.office_id, device, "$7$third", LATER)
    assert [("a", "$7$third"), ("b", "$7$second")] == users(conn)


def test_the_old_secret_ends_when_its_time_is_up(conn: store.Connection, world: World, device: str) -> None:
    rotations.begin(conn, world.office_id, device, "$7$new", LATER)

    assert 0 == rotations.end_due(conn, LATER - timedelta(seconds=1))
    assert 1 == rotations.end_due(conn, LATER)

    assert [("b", "$7$new")] == users(conn)


def test_a_secret_given_at_once_ends_all_others(conn: store.Connection, world: World, device: str) -> None:
    rotations.begin(conn, world.office_id, device, "$7$new", LATER)

    devices.update_secret(conn, world.office_id, device, "$7$now")

    assert [("a", "$7$now")] == users(conn)


def test_a_revoked_device_has_no_secret_and_gets_none(conn: store.Connection, world: World, device: str) -> None:
    rotations.begin(conn, world.office_id, device, "$7$new", LATER)

    devices.revoke(conn, world.office_id, device, NOW)

    assert [] == users(conn)
    with pytest.raises(NotFound):
        rotations.begin(conn, world.office_id, device, "$7$again", LATER)


def test_nothing_to_finish_is_said(conn: store.Connection, world: World, device: str) -> None:
    with pytest.raises(NoRotation):
        rotations.finish(conn, world.office_id, device)
    with pytest.raises(NotFound):
        rotations.finish(conn, world.stranger.office_id, device)


def test_files_name_what_the_pattern_does_not_give(
    conn: store.Connection, world: World, device: str, tmp_path: Path
) -> None:
    """A second name gets its device's topics, a gateway those of its children; others have the pattern only."""
    devices.insert(conn, world.office_id, DeviceDraft("TRAM", "gateway", "Trạm", 600, "$7$g"), NOW)
    conn.execute("UPDATE device SET gateway_id = 'TRAM' WHERE id = 'TN-01'")
    rotations.begin(conn, world.office_id, device, "$7$new", LATER)

    assert 3 == bring_up_to_date(conn, tmp_path, ("nongso", "house"))

    names = [line.split(":")[0] for line in (tmp_path / "passwd").read_text().splitlines()]
    assert ["TN-01", "TN-01!b", "TRAM", "nongso"] == names
    rules = (tmp_path / "acl").read_text()
    assert 2 == rules.count("topic write ns/v1/cai-coi/TN-01/up\n")
    assert "user TN-01!b\ntopic write ns/v1/cai-coi/TN-01/up\n" in rules
    assert "user TRAM\ntopic write ns/v1/cai-coi/TN-01/up\n" in rules


@pytest.mark.parametrize("name", ["nongso", "a:b"])
def test_a_name_that_would_break_in_is_left_out(
    conn: store.Connection, world: World, tmp_path: Path, name: str
) -> None:
    """A device called like the house's own user would have its rights; a colon would end the name in the file."""
    devices.insert(conn, world.office_id, DeviceDraft(name, "soil", "Đầu dò", 600, "$7$x"), NOW)

    bring_up_to_date(conn, tmp_path, ("nongso", "house"))

    [line] = (tmp_path / "passwd").read_text().splitlines()
    assert line.startswith("nongso:$7$101$")
