import pytest

from ingest import codecs
from ingest.codecs.frame import BadFrame, Event, EventKind, decode
from nongso.readings import Flag


def test_teros_12_moisture_is_in_per_cent_and_its_ec_in_microsiemens() -> None:
    got = decode(codecs.get("decentlab-dl-trs12"), bytes.fromhex("0210d3000346be813d00640c80"), 1)
    values = {one.property: one.value for one in got.measurements}
    assert pytest.approx((0.6887, 31.7, 100.0, 3.2), abs=0.001) == tuple(
        values[key] for key in ("soil.moisture", "soil.temperature", "soil.ec", "battery.voltage")
    )


def test_the_bottom_of_an_offset_code_is_a_missing_probe() -> None:
    got = decode(codecs.get("decentlab-dl-ctd10"), bytes.fromhex("0207d9000190880000006400 00"), 1)
    assert [("water.temperature", Flag.SENTINEL)] == [
        (one.property, one.flags) for one in got.measurements if one.flags
    ]
    assert (Event(EventKind.PROBE_MISSING, "water.temperature"),) == got.events


def test_ice_at_the_probe_is_an_event() -> None:
    got = decode(codecs.get("decentlab-dl-ctd10"), bytes.fromhex("0207d9000190888081006400 01"), 1)
    assert (Event(EventKind.FREEZING, detail="1"),) == got.events


def test_a_formula_without_an_answer_is_an_event_and_no_number() -> None:
    got = decode(codecs.get("decentlab-dl-blg"), bytes.fromhex("0230c5000100000080"), 1)
    assert ((), (Event(EventKind.READ_FAILED, "air.globe_temperature"),)) == (got.measurements, got.events)


@pytest.mark.parametrize(
    "frame",
    [
        pytest.param("0102910003 80690c60", id="another version"),
        pytest.param("0202910007 80690c600000", id="an unknown group"),
        pytest.param("0202910003 80690c6000", id="a byte left over"),
    ],
)
def test_a_frame_that_is_not_ours_is_refused(frame: str) -> None:
    with pytest.raises(BadFrame):
        decode(codecs.get("decentlab-dl-par"), bytes.fromhex(frame), 1)
