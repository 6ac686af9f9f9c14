"""Dragino distance sensors on NB-IoT (NDDS75, DDS75-NB): a datagram with the last reading and eight older ones.

Source: the vendor's NDDS75 manual; 86 field datagrams of four devices, 2026-05. Big-endian, times in Unix seconds (UTC).
"""

from datetime import datetime

from ingest.codecs.frame import (
    BadFrame,
    Codec,
    Decoded,
    EventKind,
    Field,
    instant,
    integer,
    joined,
    need,
    quantity,
    read_fields,
)

SLOT_BYTES = 6  # distance, time
DEVICE_AT, FIRST_SLOT_AT = 8, 15  # NDDS75: IMEI 8; then version 2, battery 2, signal, mode, interrupt
DEVICE_AT_2, FIRST_SLOT_AT_2 = 16, 24  # DDS75-NB: the IMSI after the IMEI, and one more byte before the first slot

# 0: no echo, or no probe; 20 mm: all that is nearer than the dead zone of 280 mm
DISTANCE = Field(
    "water.distance",
    0,
    ">H",
    "mm",
    faults={0: EventKind.PROBE_MISSING, 20: EventKind.TOO_CLOSE, 0xFFFF: EventKind.READ_FAILED},
)
UNKNOWN_SIGNAL = 99


def read_distance(frame: bytes, fport: int) -> Decoded:
    """The reading of now (slot 0) with battery and signal, then the history, newest first. There is no port: `fport` is not used."""
    need(frame, FIRST_SLOT_AT + SLOT_BYTES)
    device, first = find_header(frame)
    at = instant(integer(frame, first + 2, ">I"))
    return joined(
        (
            quantity("battery.voltage", integer(frame, device + 2, ">H"), "mV", at=at),
            read_signal(frame[device + 4], at),
            *(read_slot(frame, start) for start in range(first, len(frame), SLOT_BYTES)),
        )
    )


def find_header(frame: bytes) -> tuple[int, int]:
    """Where the device's own state and the first slot begin: only one of the two headers leaves whole slots, else BadFrame."""
    if (len(frame) - FIRST_SLOT_AT) % SLOT_BYTES == 0:
        return DEVICE_AT, FIRST_SLOT_AT
    if len(frame) > FIRST_SLOT_AT_2 and (len(frame) - FIRST_SLOT_AT_2) % SLOT_BYTES == 0:
        return DEVICE_AT_2, FIRST_SLOT_AT_2
    raise BadFrame(detail=f"{len(frame)} B")


def read_signal(quality: int, at: datetime) -> Decoded:
    """+CSQ of 3GPP TS 27.007, clause 8.5: 0 to 31 in steps of 2 dB from -113 dBm; 99 is not known."""
    fault = EventKind.NO_SIGNAL if quality >= UNKNOWN_SIGNAL else None
    return quantity("signal.rssi", -113 + 2 * quality, "dBm", at=at, fault=fault)


def read_slot(frame: bytes, start: int) -> Decoded:
    return read_fields((DISTANCE,), frame, start, instant(integer(frame, start + 2, ">I")))


CODECS = (Codec("dragino-nbiot-distance", "Dragino", ("NDDS75", "DDS75-NB"), (), "1", read_distance),)
