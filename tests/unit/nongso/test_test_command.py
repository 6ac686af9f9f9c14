"""The one command that proves the house: what failed once is said, what fails twice fails."""

import sys
from pathlib import Path

import pytest

from nongso.commands.test import Step, overheard, write_table

SLIPS_ONCE = """
from pathlib import Path

def test_slips_once():
    seen = Path(__file__).with_name("seen")
    first = not seen.exists()
    seen.touch()
    assert not first
"""
FAILS = """
def test_fails():
    assert False
"""
FAILS_OFTEN = """
import pytest

@pytest.mark.parametrize("number", range(4))
def test_fails(number):
    assert False
"""


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without plugins pytest starts in a tenth of the time."""
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")


def step(folder: Path, *texts: str) -> Step:
    for number, text in enumerate(texts):
        (folder / f"test_{number}.py").write_text(text)
    cache = folder / "cache"
    return Step("plain", (sys.executable, "-m", "pytest", "-q", "-o", f"cache_dir={cache}", "-c", "/dev/null", str(folder)), cache)  # fmt: skip


def test_what_slips_once_passes_and_is_named(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    result, said = overheard(step(tmp_path, SLIPS_ONCE))
    write_table([result])

    assert result.passed
    assert ["test_0.py::test_slips_once"] == [name.rpartition("/")[2] for name in result.slipped]
    assert "once more" in said
    assert "failed once, passed by itself" in capfd.readouterr().out


@pytest.mark.parametrize("texts", [(FAILS,), (FAILS, SLIPS_ONCE), (FAILS_OFTEN,)])
def test_what_fails_twice_or_often_fails(tmp_path: Path, texts: tuple[str, ...]) -> None:
    result, said = overheard(step(tmp_path, *texts))

    assert not result.passed
    assert not result.slipped
    assert ("once more" in said) is (texts != (FAILS_OFTEN,))


def test_a_step_that_is_no_test_runs_once(tmp_path: Path) -> None:
    failing = Step("style", (sys.executable, "-c", "import sys; sys.exit(1)"))

    result, said = overheard(failing)

    assert not result.passed
    assert "once more" not in said
