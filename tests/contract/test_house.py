"""The house's own rules: size of functions and files, names, errors, commands, settings, and what must never be committed."""

import ast
import importlib
import pkgutil
import re
import subprocess
import tomllib
from dataclasses import fields
from importlib.metadata import entry_points
from pathlib import Path

import pytest

from nongso import errors, text
from nongso.settings import Settings

ROOT = Path(__file__).parents[2]
ROOMS = ("nongso", "ingest", "traceability", "worker", "api", "ui", "firmware_sim")
FORBIDDEN_NAMES = {"utils", "helpers", "common", "manager", "base", "util", "helper", "misc"}


def sources() -> list[Path]:
    return [path for room in ROOMS for path in sorted((ROOT / room).rglob("*.py"))]


def functions(path: Path) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]


def all_errors(parent: type[errors.NongsoError] = errors.NongsoError) -> list[type[errors.NongsoError]]:
    for room in ROOMS:
        package = importlib.import_module(room)
        for module in pkgutil.walk_packages(package.__path__, f"{room}."):
            if not re.search(r"__main__|\.views\.|^ui\.app$", module.name):
                importlib.import_module(module.name)
    found, waiting = [], [parent]
    while waiting:
        waiting.extend(kind := waiting.pop().__subclasses__())
        found.extend(kind)
    return list(dict.fromkeys(kind for kind in found if kind.__module__.split(".")[0] in ROOMS))


def test_no_function_is_longer_than_a_screen() -> None:
    long = [
        f"{path.relative_to(ROOT)}:{node.lineno} {node.name} {(node.end_lineno or 0) - node.lineno + 1}"
        for path in sources()
        for node in functions(path)
        if (node.end_lineno or 0) - node.lineno + 1 > 60
    ]

    assert [] == long


def test_no_file_holds_more_than_one_sitting() -> None:
    long = [
        str(path.relative_to(ROOT)) for path in sources() if len(path.read_text(encoding="utf-8").splitlines()) > 400
    ]

    assert [] == long


def test_functions_are_short_in_the_main() -> None:
    sizes = sorted((node.end_lineno or 0) - node.lineno + 1 for path in sources() for node in functions(path))

    assert sizes[len(sizes) // 2] <= 10
    assert sizes[int(len(sizes) * 0.9)] <= 30


def test_modules_are_named_for_what_they_hold() -> None:
    assert [] == [str(path) for path in sources() if path.stem in FORBIDDEN_NAMES]


def test_every_module_says_what_it_is_for() -> None:
    silent = [
        str(path.relative_to(ROOT))
        for path in sources()
        if not ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    ]

    assert [] == silent


def test_only_one_file_knows_timescale() -> None:
    knowing = [
        path.relative_to(ROOT).as_posix()
        for path in sources()
        if re.search(r"timescaledb\.|time_bucket|create_hypertable", path.read_text(encoding="utf-8"))
    ]

    assert ["nongso/store/timescale.py"] == knowing


def test_every_error_has_a_code_of_its_own_and_a_sentence() -> None:
    codes: dict[str, list[str]] = {}
    for kind in all_errors():
        if "code" in vars(kind):
            codes.setdefault(kind.code, []).append(f"{kind.__module__}.{kind.__qualname__}")
    catalogue = text.catalogue("vi")

    assert {} == {code: kinds for code, kinds in codes.items() if len(kinds) > 1}
    assert [] == sorted(code for code in codes if f"error.{code}" not in catalogue)


def test_every_command_loads_and_is_described() -> None:
    commands = entry_points(group="nongso.commands")
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["entry-points"]
    catalogue = text.catalogue("vi")

    assert set(declared["nongso.commands"]) == {entry.name for entry in commands}
    assert all(callable(entry.load()) for entry in commands)
    assert [] == sorted(entry.name for entry in commands if f"command.{entry.name}" not in catalogue)


def test_rooms_packages_and_contracts_name_the_same_folders() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    folders = {path.parent.name for path in ROOT.glob("*/__init__.py")}

    assert folders == set(project["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"])
    assert folders == set(project["tool"]["importlinter"]["root_packages"])


def test_every_setting_is_documented() -> None:
    page = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")

    assert [] == [field.name for field in fields(Settings) if f"NONGSO_{field.name.upper()}" not in page]


def test_no_registry_host_machine_path_or_secret_is_committed() -> None:
    tracked = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    names = [name for name in tracked.split("\0") if name and not name.endswith((".png", ".lock"))]
    pattern = re.compile(r"pypi\.org|registry\.npmjs|deb\.debian\.org|files\.pythonhosted|/work/|/home/\w+/|/root/")
    found = [
        name
        for name in names
        if (ROOT / name).is_file()
        and name != "tests/contract/test_house.py"
        and pattern.search((ROOT / name).read_text(encoding="utf-8", errors="ignore"))
    ]

    assert [] == found


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock"])
def test_lock_files_hold_hashes_and_no_address(lock: str) -> None:
    content = (ROOT / lock).read_text(encoding="utf-8")

    assert "--hash=sha256:" in content
    assert "://" not in content
