"""The self-check tells a broker that keeps its word from one that does not, by trying."""

import json
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from conftest import free_port
from fixtures.waiting import LIMIT_S, wait_until

from ingest import mosquitto_conf
from ingest.broker_check import broker
from ingest.broker_probe import BrokerAway, BrokerRefuses, reachable
from ingest.mosquitto_conf import Verdict
from nongso.mosquitto import password_hash, write_files

OURS = Path(__file__).parents[2] / "deploy" / "mosquitto.conf"
Start = Callable[[str], int]


@pytest.fixture
def mosquitto(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Start]:
    """Starts Mosquitto with a configuration; the settings then point to it."""
    program = shutil.which("mosquitto") or shutil.which("mosquitto", path="/usr/sbin")
    if program is None:
        pytest.skip("mosquitto is not installed")
    tmp_path.chmod(0o755)
    write_files(tmp_path, [("TN-01", password_hash("sesame"))], ("nongso", "house"))
    (tmp_path / "device").write_text("sesame\n")
    started: list[subprocess.Popen[bytes]] = []

    def start(config: str) -> int:
        port = free_port()
        file = tmp_path / "mosquitto.conf"
        user = "root" if os.geteuid() == 0 else "mosquitto"
        file.write_text(f"listener {port} 127.0.0.1\n{config}\nuser {user}\nlog_dest none\n")
        started.append(subprocess.Popen([program, "-c", str(file)]))
        monkeypatch.setenv("NONGSO_MQTT_URL", f"mqtt://127.0.0.1:{port}")
        monkeypatch.setenv("NONGSO_MQTT_USERNAME", "nongso")
        monkeypatch.setenv("NONGSO_MQTT_PASSWORD", "house")
        monkeypatch.setenv("NONGSO_DATA_DIR", str(tmp_path))
        wait_until(lambda: reachable(f"mqtt://127.0.0.1:{port}"))
        return port

    yield start
    for running in started:
        running.terminate()
        running.wait(LIMIT_S)


def our_config(folder: Path) -> str:
    """deploy/mosquitto.conf with its folders here and the listener left to the fixture."""
    lines = OURS.read_text(encoding="utf-8").splitlines()
    kept = [line for line in lines if not line.startswith(("listener", "protocol", "log_"))]
    return "\n".join(kept).replace("/mosquitto/auth", str(folder)).replace("/mosquitto/data", str(folder))


def check(capsys: pytest.CaptureFixture[str], folder: Path, *words: str) -> tuple[int, dict[str, str]]:
    """The exit code, and the verdict of each finding."""
    device = ["--device", "TN-01", "--device-password-file", str(folder / "device")]
    code = broker(["check", "--json", *device, *words])
    return code, {found["name"]: found["verdict"] for found in json.loads(capsys.readouterr().out)["findings"]}


def test_the_broker_we_ship_is_safe(mosquitto: Start, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    mosquitto(our_config(tmp_path))

    code, verdicts = check(capsys, tmp_path, "--config", str(tmp_path / "mosquitto.conf"))

    assert (0, {"safe"}) == (code, set(verdicts.values())), verdicts


def test_a_broker_with_its_own_defaults_is_not(
    mosquitto: Start, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Strangers come in, a queue of 1000 drops the rest, packets of any size, and a device may order others about.

    Mosquitto 2.0 hands an MQTT 5 client as many at once as its Receive Maximum says, whatever max_inflight_messages is.
    """
    mosquitto("allow_anonymous true")

    code, verdicts = check(capsys, tmp_path)

    unsafe = {name for name, verdict in verdicts.items() if verdict == "unsafe"}
    assert (1, {"stranger", "queue", "packet", "trespass"}) == (code, unsafe)


def test_a_wrong_password_is_one_clear_error(mosquitto: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mosquitto(our_config(tmp_path))
    monkeypatch.setenv("NONGSO_MQTT_PASSWORD", "wrong")

    with pytest.raises(BrokerRefuses):
        broker(["check"])


def test_nobody_at_the_address_is_one_clear_error(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("NONGSO_MQTT_URL", f"mqtt://127.0.0.1:{free_port()}")
    monkeypatch.setenv("NONGSO_DATA_DIR", str(tmp_path))

    with pytest.raises(BrokerAway):
        broker(["check"])


def test_every_unsafe_default_is_named_with_the_line_to_write() -> None:
    findings = mosquitto_conf.judge(mosquitto_conf.parse("listener 1883\nallow_anonymous true # for now\n"))

    assert {rule.option for rule in mosquitto_conf.RULES} == {
        found.name for found in findings if found.verdict is Verdict.UNSAFE and found.line
    }


def test_what_may_stand_in_another_file_is_not_known() -> None:
    findings = mosquitto_conf.judge(mosquitto_conf.parse("include_dir /etc/mosquitto/conf.d\npersistence true\n"))

    verdicts = {found.name: found.verdict for found in findings}
    assert (Verdict.SAFE, Verdict.UNKNOWN) == (verdicts["persistence"], verdicts["acl_file"])
