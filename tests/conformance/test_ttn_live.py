"""A message as The Things Stack really sent it: the device's codec and the vendor's own decoder say the same."""

import json
from pathlib import Path

from ingest.dialects import fields, ttn
from ingest.dialects.readout import read_out
from ingest.dialects.uplink import Incoming
from ingest.payload import Frame
from nongso.store.contacts import Registered
from nongso.store.senders import Map, Sender

RECEIVED_US = 1_795_319_110_000_000


def read(shared: Path, codec: str | None, own: Map) -> Frame:
    uplink = json.loads((shared / "farm" / "lorawan" / "ttn_v3_live_uplink_se01.json").read_text(encoding="utf-8"))[0]
    incoming = Incoming("hook/1/up", "up", json.dumps(uplink).encode(), RECEIVED_US, False, "Asia/Ho_Chi_Minh")
    device = Registered("device-1", 1, "xa-mot", 0, False)
    return read_out(ttn.read(incoming)[0], Sender(device, "a84041c891885c21", codec, own), RECEIVED_US)[0]


def test_codec_and_vendor_agree_on_every_value(shared: Path) -> None:
    by_codec = read(shared, "dragino-se01-lb", {})
    by_vendor = read(shared, None, fields.load("dragino_se01_lb"))

    assert [] == by_codec.rejections + by_vendor.rejections
    assert {(one.property, one.at_us): one.value for one in by_codec.samples} == {
        (one.property, one.at_us): one.value for one in by_vendor.samples
    }
    assert 36.19 == next(one.value for one in by_codec.samples if one.property == "soil.moisture")
