"""A real Mosquitto over the files made from the register: two secrets of one device, a gateway's children, and an end to it."""

import os
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from queue import Queue

import pytest
from conftest import NOW, free_port
from fixtures.api import World
from fixtures.waiting import LIMIT_S, connect_when_up, wait_until
from paho.mqtt.client import Client, MQTTv5
from paho.mqtt.enums import CallbackAPIVersion

from nongso import store
from nongso.broker_files import bring_up_to_date
from nongso.mosquitto import password_hash
from nongso.store import devices, rotations
from nongso.store.devices import DeviceDraft

HOUSE = ("nongso", "house")
UP = "ns/v1/cai-coi/TN-01/up"


@dataclass(frozen=True, slots=True)
class Broker:
    """Mosquitto and its files, as the worker and deploy/mosquitto.sh keep them."""

    conn: store.Connection
    folder: Path
    port: int
    program: "subprocess.Popen[bytes]"

    def reload(self) -> None:
        bring_up_to_date(self.conn, self.folder, HOUSE)
        self.program.send_signal(signal.SIGHUP)


@pytest.fixture
def broker(conn: store.Connection, world: World, tmp_path: Path) -> Iterator[Broker]:
    program = shutil.which("mosquitto") or shutil.which("mosquitto", path="/usr/sbin")
    if program is None:
        pytest.skip("mosquitto is not installed")
    tmp_path.chmod(0o755)
    for name in ("TN-01", "TN-02"):
        devices.insert(conn, world.office_id, DeviceDraft(name, "soil", name, 600, password_hash("old")), NOW)
    devices.insert(conn, world.office_id, DeviceDraft("TRAM", "gateway", "Trạm", 600, password_hash("gate")), NOW)
    conn.execute("UPDATE device SET gateway_id = 'TRAM' WHERE id = 'TN-01'")
    rotations.begin(conn, world.office_id, "TN-01", password_hash("new"), NOW + timedelta(days=7))
    bring_up_to_date(conn, tmp_path, HOUSE)
    port, config = free_port(), tmp_path / "mosquitto.conf"
    config.write_text(
        f"listener {port} 127.0.0.1\nallow_anonymous false\npassword_file {tmp_path}/passwd\nacl_file {tmp_path}/acl\n"
        f"user {'root' if os.geteuid() == 0 else 'mosquitto'}\nlog_dest none\n"
    )
    running = Broker(conn, tmp_path, port, subprocess.Popen([program, "-c", str(config)]))
    answer(running, *HOUSE)  # it is up: a signal before its handlers stand would end it
    yield running
    running.program.terminate()
    running.program.wait(LIMIT_S)


def answer(broker: Broker, user: str, secret: str, topic: str | None = None) -> str:
    """What the broker says to a connection, or to a message of it."""
    client = Client(CallbackAPIVersion.VERSION2, client_id="probe", protocol=MQTTv5)
    client.username_pw_set(user, secret)
    answers: Queue[str] = Queue()
    client.on_connect = lambda client, data, flags, reason, properties: answers.put(reason.getName())
    client.on_publish = lambda client, data, mid, reason, properties: answers.put(reason.getName())
    connect_when_up(client, broker.port)
    client.loop_start()
    try:
        said = answers.get(timeout=LIMIT_S)
        if topic is not None:
            client.publish(topic, b"{}", qos=1)
            said = answers.get(timeout=LIMIT_S)
        return said
    finally:
        client.disconnect()
        client.loop_stop()


@contextmanager
def connected(broker: Broker, user: str, secret: str) -> Iterator[Client]:
    """A device that stays connected, and does not try again once it is cut."""
    client = Client(CallbackAPIVersion.VERSION2, client_id=user, protocol=MQTTv5, reconnect_on_failure=False)
    client.username_pw_set(user, secret)
    connect_when_up(client, broker.port)
    client.loop_start()
    wait_until(client.is_connected)
    try:
        yield client
    finally:
        client.disconnect()
        client.loop_stop()


def test_both_secrets_come_in_and_speak_for_their_device_only(broker: Broker) -> None:
    accepted = {"Success", "No matching subscribers"}

    assert answer(broker, "TN-01", "old", UP) in accepted
    assert answer(broker, "TN-01!b", "new", UP) in accepted
    assert "Not authorized" == answer(broker, "TN-01!b", "new", "ns/v1/cai-coi/TN-02/up")
    assert "Not authorized" == answer(broker, "TN-01!b", "new", "ns/v1/cai-coi/TN-01/cmd/7")
    assert "Not authorized" == answer(broker, "TN-01", "new")


def test_a_gateway_speaks_for_its_children_and_for_no_others(broker: Broker) -> None:
    assert answer(broker, "TRAM", "gate", UP) in {"Success", "No matching subscribers"}
    assert "Not authorized" == answer(broker, "TRAM", "gate", "ns/v1/cai-coi/TN-02/up")


def test_the_old_secret_is_out_once_the_new_one_was_used(broker: Broker) -> None:
    rotations.use_next(broker.conn, "TN-01")
    broker.reload()

    wait_until(lambda: answer(broker, "TN-01", "old") == "Not authorized")
    assert "Success" == answer(broker, "TN-01!b", "new")


def test_a_revoked_device_is_out_at_the_next_writing(broker: Broker, world: World) -> None:
    """Its connection that stands is cut too; its neighbour's is not."""
    with connected(broker, "TN-01", "old") as cut, connected(broker, "TN-02", "old") as kept:
        devices.revoke(broker.conn, world.office_id, "TN-01", NOW)
        broker.reload()

        wait_until(lambda: not cut.is_connected())
        assert kept.is_connected()
    wait_until(lambda: answer(broker, "TN-01", "old") == "Not authorized")
    assert "Not authorized" == answer(broker, "TN-01!b", "new")
    assert "Success" == answer(broker, "TN-02", "old")
