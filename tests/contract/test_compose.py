"""The production files: parsed, and held against the settings, the commands and the promises."""

import re
from dataclasses import fields
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

import pytest
import yaml

from nongso.settings import PREFIX, Settings

ROOT = Path(__file__).parents[2]
OURS = ("migrate", "ingest", "worker", "api", "ui")


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    return yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def mosquitto() -> dict[str, str]:
    lines = (ROOT / "deploy" / "mosquitto.conf").read_text(encoding="utf-8").splitlines()
    return dict(line.split(maxsplit=1) for line in lines if line and not line.startswith("#"))


def test_every_part_of_the_house_is_there(compose: dict[str, Any]) -> None:
    assert {"database", "broker", *OURS} == set(compose["services"])


def test_each_of_our_services_runs_a_command_that_exists(compose: dict[str, Any]) -> None:
    commands = {entry.name for entry in entry_points(group="nongso.commands")}

    assert [] == [name for name in OURS if compose["services"][name]["command"][0] not in commands]


def test_every_setting_named_exists(compose: dict[str, Any]) -> None:
    known = {PREFIX + field.name.upper() for field in fields(Settings)}
    used = {name for service in compose["services"].values() for name in service.get("environment", {})}

    assert set() == {name for name in used if name.startswith(PREFIX)} - known - {f"{name}_FILE" for name in known}


def test_what_keeps_running_has_a_health_check_and_comes_back(compose: dict[str, Any]) -> None:
    lasting = {name: service for name, service in compose["services"].items() if name != "migrate"}

    assert [] == [name for name, service in lasting.items() if "test" not in service.get("healthcheck", {})]
    assert [] == [name for name, service in lasting.items() if service.get("restart") != "unless-stopped"]


def test_nothing_starts_before_the_schema_is_ready(compose: dict[str, Any]) -> None:
    for name in ("ingest", "worker", "api"):
        assert "service_completed_successfully" == compose["services"][name]["depends_on"]["migrate"]["condition"]


def test_secrets_come_from_files_and_none_has_a_default(compose: dict[str, Any]) -> None:
    values = [
        (name, str(value))
        for service in compose["services"].values()
        for name, value in service.get("environment", {}).items()
        if re.search(r"PASSWORD|SECRET|DATABASE_URL", name)
    ]

    assert values
    assert [] == [name for name, value in values if not (name.endswith("_FILE") and value.startswith("/run/secrets/"))]
    assert all(secret["file"].startswith("./secrets/") for secret in compose["secrets"].values())
    assert "secrets/" in (ROOT / ".gitignore").read_text(encoding="utf-8")


def test_secrets_that_services_use_are_declared(compose: dict[str, Any]) -> None:
    used = {secret for service in compose["services"].values() for secret in service.get("secrets", [])}

    assert used <= set(compose["secrets"])


def test_data_lives_in_volumes(compose: dict[str, Any]) -> None:
    mounted = {
        volume.split(":")[0]
        for service in compose["services"].values()
        for volume in service.get("volumes", [])
        if not volume.startswith(".")
    }

    assert mounted == set(compose["volumes"])


def test_files_that_are_mounted_exist(compose: dict[str, Any]) -> None:
    mounted = [
        volume.split(":")[0]
        for service in compose["services"].values()
        for volume in service.get("volumes", [])
        if volume.startswith(".")
    ]

    assert [] == [path for path in mounted if not (ROOT / path).is_file()]


def test_our_programs_have_no_more_rights_than_they_need(compose: dict[str, Any]) -> None:
    for name in OURS:
        service = compose["services"][name]
        assert service["read_only"]
        assert ["ALL"] == service["cap_drop"]


def test_only_loopback_is_published_by_default(compose: dict[str, Any]) -> None:
    published = [port for service in compose["services"].values() for port in service.get("ports", [])]

    assert [] == [port for port in published if "127.0.0.1" not in port]


def test_mosquitto_keeps_what_it_acknowledged(mosquitto: dict[str, str]) -> None:
    """The defaults that lose messages (reference: mosquitto.conf(5)) are all set otherwise."""
    assert "true" == mosquitto["persistence"]
    assert 1 >= int(mosquitto["autosave_interval"])
    assert "0" == mosquitto["max_queued_messages"]
    assert 100 * 2**20 <= int(mosquitto["max_queued_bytes"])
    assert 1000 <= int(mosquitto["max_inflight_messages"])


def test_mosquitto_knows_everybody_and_limits_them(mosquitto: dict[str, str]) -> None:
    assert "false" == mosquitto["allow_anonymous"]
    assert {"password_file", "acl_file"} <= set(mosquitto)
    assert 300_000 >= int(mosquitto["max_packet_size"])


def test_the_image_installs_from_the_lock_as_an_unprivileged_user() -> None:
    dockerfile = (ROOT / "Dockerfile").read_text(encoding="utf-8")

    assert "--require-hashes -r /src/requirements.lock" in dockerfile
    assert re.search(r"^USER nongso$", dockerfile, re.MULTILINE)
