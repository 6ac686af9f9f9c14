"""A real Mosquitto reads the files we write: right secrets come in, and nobody speaks for another device."""

import os
import shutil
import subprocess
from base64 import b64decode
from collections.abc import Iterator
from pathlib import Path
from queue import Empty, Queue

import pytest
from conftest import free_port
from fixtures.waiting import LIMIT_S, connect_when_up
from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.reasoncodes import ReasonCode

from nongso.mosquitto import password_hash, write_files

SECRETS = {"TN-01": "sesame", "TN-02": "poppy"}
SERVER = ("nongso", "house")
ACCEPTED = ReasonCode(PacketTypes.CONNACK, "Success")


@pytest.fixture
def port(tmp_path: Path) -> Iterator[int]:
    """Mosquitto with our files on a free loopback port."""
    program = shutil.which("mosquitto") or shutil.which("mosquitto", path="/usr/sbin")
    if program is None:
        pytest.skip("mosquitto is not installed")
    tmp_path.chmod(0o755)
    write_files(tmp_path, [(name, password_hash(secret)) for name, secret in SECRETS.items()], SERVER)
    number = free_port()
    config = tmp_path / "mosquitto.conf"
    config.write_text(
        f"listener {number} 127.0.0.1\nallow_anonymous false\npassword_file {tmp_path}/passwd\nacl_file {tmp_path}/acl\n"
        f"user {'root' if os.geteuid() == 0 else 'mosquitto'}\nlog_dest none\n"
    )
    broker = subprocess.Popen([program, "-c", str(config)])
    yield number
    broker.terminate()
    broker.wait(LIMIT_S)


def connect(port: int, user: str, secret: str) -> tuple[Client, ReasonCode]:
    """A client and the broker's answer to it."""
    client = Client(CallbackAPIVersion.VERSION2, client_id=f"{user}-{secret}")
    client.username_pw_set(user, secret)
    answers: Queue[ReasonCode] = Queue()
    client.on_connect = lambda client, data, flags, reason, properties: answers.put(reason)
    connect_when_up(client, port)
    client.loop_start()
    return client, answers.get(timeout=LIMIT_S)


@pytest.mark.parametrize(
    ("user", "secret", "comes_in"), [("TN-01", "sesame", True), ("TN-01", "poppy", False), ("nongso", "house", True)]
)
def test_only_the_right_secret_comes_in(port: int, user: str, secret: str, comes_in: bool) -> None:
    client, answer = connect(port, user, secret)
    client.disconnect()
    client.loop_stop()

    assert comes_in == (answer == ACCEPTED)


def test_device_speaks_for_itself_only(port: int) -> None:
    heard: Queue[str] = Queue()
    house, _ = connect(port, *SERVER)
    house.on_message = lambda client, data, message: heard.put(topic_of(message))
    house.subscribe("ns/v1/#", qos=1)
    device, _ = connect(port, "TN-01", "sesame")
    forbidden = (
        "ns/v1/caicoi/TN-02/up",
        "ns/v1/caicoi/TN-01/cmd/9",
        "ns/v1/caicoi/TN-01/cfg",
        "ns/v1/caicoi/TN-01/rcpt",
    )

    for topic in (*forbidden, "ns/v1/caicoi/TN-01/up"):
        device.publish(topic, b"{}", qos=1).wait_for_publish(LIMIT_S)

    assert ["ns/v1/caicoi/TN-01/up"] == received(heard, "ns/v1/caicoi/TN-01/up")
    for client in (house, device):
        client.disconnect()
        client.loop_stop()


def topic_of(message: MQTTMessage) -> str:
    return message.topic


def received(heard: Queue[str], last: str) -> list[str]:
    """Everything heard up to `last`: the broker keeps the order of one sender."""
    topics: list[str] = []
    while last not in topics:
        try:
            topics.append(heard.get(timeout=LIMIT_S))
        except Empty:
            break
    return topics


def test_hash_is_that_of_mosquittos_own_tool(tmp_path: Path) -> None:
    if shutil.which("mosquitto_passwd") is None:
        pytest.skip("mosquitto_passwd is not installed")
    file = tmp_path / "passwd"
    subprocess.run(["mosquitto_passwd", "-c", "-b", str(file), "TN-01", "sesame"], check=True, capture_output=True)

    theirs = file.read_text().strip().removeprefix("TN-01:")

    assert theirs == password_hash("sesame", b64decode(theirs.split("$")[3]))
