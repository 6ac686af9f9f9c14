"""Messages of other dialects through the one way in: whose they are, what is kept beside the readings, and the books."""

import json
from base64 import b64decode
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingest import settle as settling
from ingest.dialects.languages import LANGUAGES
from ingest.messages import Message
from ingest.registry import Registry
from ingest.settle import Settled
from nongso import store
from nongso.clock import utc_now
from nongso.commands.audit import compare
from nongso.mosquitto import password_hash
from nongso.store import integrations, senders
from nongso.store.intake import Counts
from nongso.store.integrations import IntegrationDraft, RootTaken
from nongso.store.rollups import refresh
from nongso.store.senders import Link
from nongso.tokens import token_hash

NOW_US = 1_795_319_110_000_000
GOLDEN = Path(__file__).parents[1] / "unit" / "ingest" / "dialects" / "golden"
EUI = "0101010101010101"


@pytest.fixture
def registry(conn: store.Connection, device_id: str) -> Registry:
    """Every language is on for the office of `probe-1`."""
    for kind, language in LANGUAGES.items():
        switch_on(conn, kind, language.root or "vuon")
    return Registry(ttl_s=0)


def switch_on(conn: store.Connection, kind: str, root: str) -> int:
    draft = IntegrationDraft(kind, root, None, "Asia/Ho_Chi_Minh", token_hash(root), password_hash("x"))
    return integrations.insert(conn, "xa-mot", draft, utc_now())


def name(conn: store.Connection, external_id: str, codec: str | None = None, fields: dict | None = None) -> None:
    """How `probe-1` is called and read elsewhere."""
    senders.link(conn, "probe-1", Link(external_id, codec, fields))


def settle(conn: store.Connection, registry: Registry, *messages: Message) -> Settled:
    return settling.settle(conn, registry, messages, lap=lambda stage: None)


def message(topic: str, body: object, retained: bool = False, received_us: int = NOW_US) -> Message:
    payload = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Message(topic, payload, received_us, retained)


def uplink(at: str = "2026-11-22T03:44:00Z") -> Message:
    """27.2 °C and 61.5 % of a Milesight EM300-TH, by ChirpStack."""
    body = {
        "time": at,
        "deviceInfo": {"devEui": EUI},
        "fPort": 85,
        "data": "A2cQAQRoew==",
        "rxInfo": [{"gatewayId": "g1", "rssi": -90}],
    }
    return message(f"application/a/device/{EUI}/event/up", body)


def test_a_raw_frame_becomes_readings_of_the_device_with_that_eui(conn: store.Connection, registry: Registry) -> None:
    name(conn, EUI, codec="milesight-em300-th")

    first = settle(conn, registry, uplink())
    again = settle(conn, registry, uplink())

    assert Counts(received=4, stored=4, duplicate=0, conflict=0, rejected=0) == first.counts
    assert Counts(received=4, stored=0, duplicate=4, conflict=0, rejected=0) == again.counts
    heard = conn.execute("SELECT gateway_id, device_id, rssi, snr FROM gateway_heard").fetchall()
    assert [("g1", "probe-1", -90.0, 0.0)] == heard


def test_an_older_hearing_does_not_replace_a_newer_one(conn: store.Connection, registry: Registry) -> None:
    name(conn, EUI, codec="milesight-em300-th")
    settle(conn, registry, uplink())
    settle(conn, registry, Message(uplink().topic, uplink().payload.replace(b"-90", b"-50"), NOW_US - 10**6))

    assert [(-90.0,)] == conn.execute("SELECT rssi FROM gateway_heard").fetchall()


def test_a_gateways_message_of_several_devices_is_one_letter_with_all_its_reasons(
    conn: store.Connection, registry: Registry
) -> None:
    name(conn, "Device A")
    body = {"Device A": [{"soil.moisture": 31.5}, 7, {"soil.ph": "acid"}], "Device B": [{"x": 1}], "Device C": {"y": 2}}
    one = message("v1/gateway/telemetry", body)

    settled = settle(conn, registry, one, message(one.topic, body), one)

    assert Counts(received=15, stored=1, duplicate=2, conflict=0, rejected=12) == settled.counts
    letter = conn.execute("SELECT times, rejected, device_id, codec FROM dead_letter").fetchall()
    assert [(3, 12, None)] == [row[:3] for row in letter]
    assert letter[0][3].startswith("thingsboard/")
    reasons = conn.execute("SELECT position, reason, detail FROM rejection ORDER BY position").fetchall()
    assert [
        (1, "not_a_number", "acid"),
        (2, "bad_form", "7"),
        (3, "unknown_device", "Device B"),
        (4, "unknown_device", "Device C"),
    ] == reasons


def test_another_offices_device_of_the_same_name_is_not_meant(conn: store.Connection, registry: Registry) -> None:
    conn.execute(
        "INSERT INTO office (slug, name, unit_code, unit_valid_from) VALUES ('xa-hai', 'Xã Hai', '1', '2025-07-01')"
    )
    conn.execute("UPDATE device SET office_id = (SELECT id FROM office WHERE slug = 'xa-hai')")
    name(conn, "Device A")

    settled = settle(conn, registry, message("v1/gateway/telemetry", {"Device A": {"soil.moisture": 31.5}}))

    assert 1 == settled.counts.rejected
    assert [("unknown_device",)] == conn.execute("SELECT reason FROM rejection").fetchall()


def test_what_home_assistant_announced_is_known_to_the_next_batch_and_the_next_collector(
    conn: store.Connection, registry: Registry
) -> None:
    name(conn, "bedroom")
    config = {"dev_cla": "humidity", "stat_t": "homeassistant/b/state", "dev": {"ids": "bedroom"}}
    settle(conn, registry, message("homeassistant/sensor/b/config", config, retained=True))

    other = Registry(ttl_s=0)
    settled = settle(conn, other, message("homeassistant/b/state", b"43.7"))
    settle(conn, other, message("homeassistant/sensor/b/config", b"", retained=True))
    after = settle(conn, registry, message("homeassistant/b/state", b"44.0"))

    assert (1, 0) == (settled.counts.stored, after.counts.received)
    assert (0,) == conn.execute("SELECT count(*) FROM integration_memory").fetchone()


def test_a_births_aliases_hold_within_the_batch_and_a_gap_is_answered_with_an_order_to_be_born_again(
    conn: store.Connection, registry: Registry
) -> None:
    case = json.loads((GOLDEN / "sparkplug_documented.json").read_text(encoding="utf-8"))
    name(conn, "Sparkplug B Devices/Raspberry Pi/Pump", fields={"level": {"property": "water.level", "unit": "cm"}})
    life = [Message(one["topic"], b64decode(one["base64"]), NOW_US) for one in case["messages"][1:5]]

    settled = settle(conn, registry, *life)

    levels = conn.execute("SELECT r.value FROM reading r ORDER BY r.at").fetchall()
    assert [(1.205,), (1.2075,), (1.21,), (1.22,)] == levels
    assert [("sequence_gap", "2 → 5")] == conn.execute("SELECT kind, detail FROM device_event").fetchall()
    assert ["spBv1.0/Sparkplug B Devices/NCMD/Raspberry Pi"] == [topic for topic, _ in settled.replies]


def test_a_last_will_is_a_state_and_not_the_devices_voice(conn: store.Connection, registry: Registry) -> None:
    name(conn, "bom-1")
    settle(
        conn, registry, message("tele/bom-1/SENSOR", {"Time": "2026-11-22T10:44:00", "DS18B20": {"Temperature": 26.5}})
    )
    heard_at = conn.execute("SELECT heard_at, online FROM device_contact").fetchall()

    settle(conn, registry, message("tele/bom-1/LWT", b"Offline", retained=True, received_us=NOW_US + 10**6))

    assert [(heard_at[0][0], False)] == conn.execute("SELECT heard_at, online FROM device_contact").fetchall()


def test_an_idempotency_mark_makes_a_repeat_without_a_time_a_duplicate(
    conn: store.Connection, registry: Registry
) -> None:
    topic, body = "http/v1/xa-mot/probe-1/native/abc.1", {"soil.moisture": 31.5}

    first = settle(conn, registry, message(topic, body))
    again = settle(conn, registry, message(topic, body, received_us=NOW_US + 10**6))

    assert (1, 0) == (first.counts.stored, first.counts.duplicate)
    assert (0, 1) == (again.counts.stored, again.counts.duplicate)


def test_a_typed_import_is_flagged_and_may_be_older_than_the_device(conn: store.Connection, registry: Registry) -> None:
    body = {"ts": "2012-05-01T00:00:00Z", "m": [{"k": "soil.ph", "v": 6.1}]}

    settle(conn, registry, message("http/v1/xa-mot/probe-1/typed", body))
    live = settle(conn, registry, message("http/v1/xa-mot/probe-1/native", body))

    assert [(512 + 4096,)] == conn.execute("SELECT flags FROM reading").fetchall()
    assert 1 == live.counts.rejected


def test_an_import_does_not_make_a_silent_device_heard(conn: store.Connection, registry: Registry) -> None:
    settle(conn, registry, message("http/v1/xa-mot/probe-1/import", {"ts": NOW_US // 10**6, "soil.ph": 6}))

    assert (0,) == conn.execute("SELECT count(*) FROM device_contact").fetchone()


def test_a_pack_that_cannot_be_read_is_its_devices_letter(conn: store.Connection, registry: Registry) -> None:
    settle(
        conn,
        registry,
        message("ns/v1/xa-mot/probe-1/senml", {"n": "x"}),
        message("ns/v1/xa-mot/probe-1/senml", [], retained=True),
    )

    letters = conn.execute("SELECT device_id, codec FROM dead_letter").fetchall()
    assert 2 == len(letters)
    assert {("probe-1", True)} == {(device_id, codec.startswith("senml/")) for device_id, codec in letters}


def test_topics_of_two_integrations_never_overlap(conn: store.Connection, registry: Registry) -> None:
    with pytest.raises(RootTaken):
        switch_on(conn, "chirpstack", "application/17c8")
    with pytest.raises(RootTaken):
        switch_on(conn, "esphome", "tele")


def test_a_topic_nobody_switched_on_is_refused(conn: store.Connection, device_id: str) -> None:
    settled = settle(conn, Registry(ttl_s=0), uplink())

    assert 1 == settled.counts.rejected
    assert [("bad_topic",)] == conn.execute("SELECT reason FROM rejection").fetchall()


def payload_of(one: dict) -> bytes:
    if "base64" in one:
        return b64decode(one["base64"])
    return one["payload"].encode() if isinstance(one["payload"], str) else json.dumps(one["payload"]).encode()


def golden_messages() -> list[Message]:
    cases = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(GOLDEN.glob("*.json"))]
    return [
        Message(
            one.get("topic", "hook/1/up").replace("device-1", "probe-1"),
            payload_of(one),
            NOW_US,
            one.get("retained", False),
        )
        for case in cases
        for one in case["messages"]
    ]


NAMES = [EUI, "Device A", "tasmota", "probe-1", "Sparkplug B Devices/Raspberry Pi/Pump", "dev1"]
MEANT = {"temperature": {"property": "air.temperature"}, "level": {"property": "water.level"}}
REPLACED = st.sampled_from([None, b"", b"\xff", b"{}", b"[1]", b"nan"])


@settings(derandomize=True, max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.sampled_from(golden_messages()), REPLACED), max_size=25), st.sampled_from(NAMES))
def test_the_books_balance_whatever_comes(
    conn: store.Connection, registry: Registry, batch: list[tuple[Message, bytes | None]], external_id: str
) -> None:
    name(conn, external_id, fields=MEANT)

    settle(conn, registry, *(one if body is None else replace(one, payload=body) for one, body in batch))
    while refresh(conn, 1_000):
        pass

    assert [] == [line for line in compare(conn, None) if not line.balances]
