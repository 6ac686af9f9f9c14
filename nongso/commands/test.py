"""`nongso test`: everything that proves the house, in one command: style, types, architecture, tests on three stores, browser."""

import argparse
import importlib.util
import json
import os
import shutil
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryFile
from typing import TextIO

from nongso.errors import Unavailable

ROOT = Path(__file__).parents[2]
APT_PACKAGES = {
    "chromium": "chromium",
    "mmdebstrap": "mmdebstrap",
    "mosquitto": "mosquitto",
}  # program -> Debian package
AT_ONCE = 2  # what a small machine has processors for
PROGRAMS = ("tests/e2e", "tests/browser")  # whole programs that are started, killed and waited for
SOME_FAILED = 1  # pytest's exit code for "tests ran, some failed"
SLIPS = 3  # so many failures may be a slow moment of the machine; more are not


class NotDevelopment(Unavailable):
    """The development libraries are not installed here: `./ns test` installs them, `nongso test` alone cannot."""

    code = "test.not_development"


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to run. Its exit code 0 is a pass. `cache`: where pytest keeps what failed, for a step that is tests."""

    name: str
    command: tuple[str, ...]
    cache: Path | None = None
    alone: bool = False  # nothing runs beside it: PROGRAMS have limits of time


@dataclass(frozen=True, slots=True)
class Result:
    """`slipped` are tests that failed once and passed by themselves afterwards."""

    step: Step
    passed: bool
    seconds: float
    slipped: tuple[str, ...] = ()


def test(argv: list[str]) -> int:
    """Run all steps (or those named), print a table at the end; 0 when all passed, 1 otherwise."""
    known = steps()
    parser = argparse.ArgumentParser(prog="nongso test")
    parser.add_argument("step", nargs="*", choices=[*(step.name for step in known), []], help="only these steps")
    parser.add_argument("--no-install", action="store_true", help="do not install missing Debian packages as root")
    chosen = parser.parse_args(argv)
    if importlib.util.find_spec("pytest") is None:
        raise NotDevelopment()
    if not chosen.no_install:
        install_missing_programs()
    wanted = [step for step in known if not chosen.step or step.name in chosen.step]
    beside = run_beside([step for step in wanted if not step.alone])
    results = [*beside, *(run(step, sys.stdout) for step in wanted if step.alone)]
    write_table(results)
    return 0 if all(result.passed for result in results) else 1


def steps() -> list[Step]:
    python = sys.executable
    tool = str(Path(python).parent)
    return [
        Step("style", (f"{tool}/ruff", "check", ".")),
        Step("format", (f"{tool}/ruff", "format", "--check", "--quiet", ".")),
        Step("imports", (f"{tool}/lint-imports", "--no-cache")),
        Step("types", (f"{tool}/basedpyright",)),
        # The longest first: the two other stores take about as long as all tests on the plain one.
        tests("plain", "tests", *(f"--ignore={folder}" for folder in PROGRAMS)),
        tests("community", "tests/store", "--store", "community"),
        tests("apache", "tests/store", "--store", "apache"),
        replace(tests("programs", *PROGRAMS), alone=True),
    ]


def tests(name: str, *words: str) -> Step:
    """A step of pytest with a memory of its own."""
    cache = ROOT / ".cache" / "tests" / name
    return Step(name, (sys.executable, "-m", "pytest", "-q", "-o", f"cache_dir={cache}", *words), cache)


def run_beside(steps: list[Step]) -> list[Result]:
    """Two steps at a time; what each said is shown as a whole, in their order."""
    results = []
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for result, said in pool.map(overheard, steps):
            sys.stdout.write(said)
            sys.stdout.flush()
            results.append(result)
    return results


def overheard(step: Step) -> tuple[Result, str]:
    """A step, and all that was said."""
    with TemporaryFile("w+", encoding="utf-8", errors="replace") as out:
        result = run(step, out)
        out.seek(0)
        return result, out.read()


def run(step: Step, out: TextIO) -> Result:
    """A step, and up to SLIPS failed tests once more by themselves: whole programs run against the clock here (docs/decisions/0264)."""
    started = time.monotonic()
    if step.cache:
        shutil.rmtree(step.cache, ignore_errors=True)
    code = call(step.name, step.command, out)
    failed = last_failed(step.cache) if step.cache and code == SOME_FAILED else ()
    if not 0 < len(failed) <= SLIPS:
        return Result(step, code == 0, time.monotonic() - started)
    code = call(f"{step.name}, once more", (*step.command, "--last-failed"), out)
    return Result(step, code == 0, time.monotonic() - started, failed if code == 0 else ())


def call(title: str, command: tuple[str, ...], out: TextIO) -> int:
    out.write(f"\n── {title} " + "─" * (70 - len(title)) + "\n")
    out.flush()
    return subprocess.run(command, cwd=ROOT, stdout=out, stderr=subprocess.STDOUT, check=False).returncode


def last_failed(cache: Path) -> tuple[str, ...]:
    """Node ids of what failed in the newest run."""
    file = cache / "v" / "cache" / "lastfailed"
    return tuple(json.loads(file.read_text())) if file.exists() else ()


def write_table(results: list[Result]) -> None:
    sys.stdout.write("\n")
    for result in results:
        sys.stdout.write(f"  {'ok  ' if result.passed else 'FAIL'}  {result.step.name:<10} {result.seconds:6.1f} s\n")
        for name in result.slipped:
            sys.stdout.write(f"        failed once, passed by itself: {name}\n")
    passed = sum(result.passed for result in results)
    sys.stdout.write(f"\nsteps: {passed} passed, {len(results) - passed} failed\n")


def install_missing_programs() -> None:
    """As root on Debian or Ubuntu, install what the tests of browser, TimescaleDB and broker need; elsewhere say what will be left out."""
    places = os.environ.get("PATH", os.defpath) + ":/usr/sbin"  # where a plain user's PATH does not look
    missing = [package for program, package in APT_PACKAGES.items() if shutil.which(program, path=places) is None]
    if not missing:
        return
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        sys.stdout.write(f"not installed, so their tests are left out: {', '.join(missing)}\n")
        return
    sys.stdout.write(f"installing {', '.join(missing)} ...\n")
    sys.stdout.flush()
    environ = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (("apt-get", "update", "-qq"), ("apt-get", "install", "-y", "-qq", *missing)):
        done = subprocess.run(
            command, env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, check=False
        )
        if done.returncode != 0:
            sys.stdout.write(f"{' '.join(command)} failed, tests are left out: {done.stderr.strip()[-300:]}\n")
            return
