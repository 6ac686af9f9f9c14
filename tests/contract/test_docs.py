"""The pages: every link leads somewhere, every command they name exists, decisions are numbered once."""

import re
import subprocess
from collections import Counter
from importlib.metadata import entry_points
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")
COMMAND = re.compile(r"^\s*(?:\$ )?(?:\./ns|nongso) ([a-z][a-z0-9-]*)", re.MULTILINE)
BLOCK = re.compile(r"```(?:sh|bash|console)?\n(.*?)```", re.DOTALL)


def pages() -> list[Path]:
    tracked = subprocess.run(["git", "ls-files", "*.md"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [ROOT / name for name in tracked.splitlines() if (ROOT / name).exists()]


def test_links_between_pages_lead_somewhere() -> None:
    broken = [
        f"{page.relative_to(ROOT)}: {target}"
        for page in pages()
        for target in LINK.findall(page.read_text(encoding="utf-8"))
        if "://" not in target and not (page.parent / target).exists()
    ]

    assert [] == broken


def test_commands_on_the_pages_exist() -> None:
    known = {entry.name for entry in entry_points(group="nongso.commands")}
    named = {
        (page.relative_to(ROOT).as_posix(), word)
        for page in pages()
        for block in BLOCK.findall(page.read_text(encoding="utf-8"))
        for word in COMMAND.findall(block)
    }

    assert [] == sorted(use for use in named if use[1] not in known)


def test_a_decision_has_a_number_of_its_own() -> None:
    numbers = Counter(page.name[:4] for page in (ROOT / "docs" / "decisions").glob("*.md"))

    assert [] == [number for number, times in numbers.items() if times > 1]


def test_readme_names_the_two_commands() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")

    assert "./ns demo" in readme
    assert "./ns test" in readme


@pytest.mark.parametrize("name", ["farm", "ingest", "proof"])
def test_what_proves_a_promise_exists(name: str) -> None:
    """docs/farm.md, docs/ingest.md and docs/proof.md name files and tests; a test that is renamed takes its line along."""
    page = (ROOT / "docs" / f"{name}.md").read_text(encoding="utf-8")
    named = re.findall(r"`((?:\w+/)+(?:\w+\.py)?)(?:::(\w+))?`", page)
    golden = re.findall(r"`(\w+_\*|\w+_documented)`", page)
    folder = ROOT / "tests" / "unit" / "ingest" / "dialects" / "golden"

    assert 60 < len(named)
    assert [] == [path for path, _ in named if not (ROOT / path).exists()]
    assert [] == [
        f"{path}::{test}"
        for path, test in named
        if test and f"def {test}(" not in (ROOT / path).read_text(encoding="utf-8")
    ]
    assert [] == [pattern for pattern in golden if not list(folder.glob(f"{pattern}.json"))]
