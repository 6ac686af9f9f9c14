"""The units for a server without containers: held against the commands, their options, the settings and the containers."""

from importlib.metadata import entry_points
from pathlib import Path

import pytest
import yaml

from ingest.command import parse
from nongso.settings import Settings

ROOT = Path(__file__).parents[2]
UNITS = ROOT / "deploy" / "systemd"
PROGRAMS = ("ingest", "worker", "api", "ui")
NONGSO = "/opt/nongso/bin/nongso"


def service(program: str) -> dict[str, str]:
    """What systemd makes of the template and the files dropped in for one program: the last word on each key stands."""
    found: dict[str, str] = {}
    for file in (UNITS / "nongso@.service", *sorted((UNITS / f"nongso@{program}.service.d").glob("*.conf"))):
        lines = file.read_text(encoding="utf-8").splitlines()
        pairs = [line.split("=", 1) for line in lines if "=" in line and not line.startswith("#")]
        found |= {key: value.replace("%i", program) for key, value in pairs}
    return found


def words(program: str) -> list[str]:
    return service(program)["ExecStart"].split()


@pytest.mark.parametrize("program", PROGRAMS)
def test_each_unit_runs_a_command_that_exists(program: str) -> None:
    commands = {entry.name for entry in entry_points(group="nongso.commands")}

    assert [NONGSO, program] == words(program)[:2]
    assert program in commands


def test_only_programs_that_there_are_have_files_dropped_in() -> None:
    assert [] == [
        path.name for path in UNITS.glob("*.d") if path.name not in {f"nongso@{p}.service.d" for p in PROGRAMS}
    ]


def test_a_dropped_in_command_takes_the_place_of_the_templates() -> None:
    """Without the empty line systemd refuses a second ExecStart."""
    for file in UNITS.glob("*.d/*.conf"):
        starts = [line for line in file.read_text(encoding="utf-8").splitlines() if line.startswith("ExecStart=")]
        assert [] == starts or ["ExecStart=", starts[-1]] == starts


def test_the_collector_answers_its_health_and_takes_http_as_in_the_containers() -> None:
    containers = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))["services"]["ingest"]
    unit, container = parse(words("ingest")[2:]), parse(containers["command"][1:])

    assert "127.0.0.1" == unit.metrics_host
    assert (unit.metrics_port, unit.http) == (container.metrics_port, container.http.replace("0.0.0.0", "127.0.0.1"))
    assert f":{unit.metrics_port}/health" in containers["healthcheck"]["test"][-1]
    assert f":{unit.metrics_port}/health" in (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("program", PROGRAMS[1:])
def test_the_others_need_no_option(program: str) -> None:
    assert 2 == len(words(program))


def test_what_a_program_keeps_lies_where_the_unit_lets_it_write() -> None:
    unit = service("ingest")
    state = Path("/var/lib") / unit["StateDirectory"]
    default = Settings.from_env({}).data_dir.relative_to(Path.cwd())

    assert "strict" == unit["ProtectSystem"]
    assert str(state) == unit["WorkingDirectory"]
    assert (state / default).is_relative_to(state)


def test_everybody_is_told_how() -> None:
    page = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")

    assert service("api")["EnvironmentFile"] in page
    assert "deploy/systemd/" in page
    assert NONGSO.removesuffix("/bin/nongso") in page
