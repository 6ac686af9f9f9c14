"""`nongso decode`: a raw frame read by a built-in codec, or by a vendor's JavaScript whose test vectors pass."""

import argparse
import json
import os
from datetime import datetime
from pathlib import Path

from ingest import codecs
from ingest.codecs import frame as frames
from ingest.codecs import script as scripts
from ingest.codecs.frame import Codec, CodecError, Decoded, Event, Measurement
from nongso.catalogue import get_property
from nongso.readings import Flag
from nongso.text import find, say
from nongso.text.format import moment, number


class BadHex(CodecError):
    """The frame is not pairs of hexadecimal digits."""

    code = "codec.bad_hex"


class NoFrame(CodecError):
    """Neither a frame nor --list was given."""

    code = "codec.no_frame"


def decode(argv: list[str]) -> int:
    """The command. Raises CodecError or UnknownCodec."""
    asked = parser().parse_args(argv)
    if asked.list:
        print(listed(as_json=asked.json))
        return 0
    codec = scripts.activate(scripts.load(asked.script)) if asked.script else codecs.get(asked.codec or "")
    if not asked.hex:
        raise NoFrame
    fport = asked.fport if asked.fport is not None else (codec.fports or (1,))[0]
    decoded = frames.decode(codec, frame_of("".join(asked.hex)), fport)
    if asked.json:
        print(json.dumps(record(codec, decoded), ensure_ascii=False, indent=2))
    else:
        print("\n".join(lines(os.environ.get("NONGSO_LANG", "vi"), decoded)))
    return 0


def parser() -> argparse.ArgumentParser:
    options = argparse.ArgumentParser(prog="nongso decode")
    source = options.add_mutually_exclusive_group()
    source.add_argument("--codec", metavar="NAME", help="a built-in codec, see --list")
    source.add_argument("--script", metavar="FILE", type=Path, help="TOML description of a vendor's JavaScript decoder")
    options.add_argument("--fport", type=int, help="LoRaWAN port (default: the codec's first)")
    options.add_argument("--list", action="store_true", help="the built-in codecs")
    options.add_argument("--json", action="store_true", help="for programs")
    options.add_argument("hex", nargs="*", metavar="HEX", help="the frame; spaces are allowed")
    return options


def frame_of(text: str) -> bytes:
    try:
        return bytes.fromhex(text)
    except ValueError as fault:
        raise BadHex(text=text[:40]) from fault


def listed(*, as_json: bool) -> str:
    """Every built-in codec: a line each, or JSON."""
    known = codecs.list_codecs()
    if as_json:
        rows = [
            {"name": one.name, "vendor": one.vendor, "models": one.models, "fports": one.fports, "version": one.version}
            for one in known
        ]
        return json.dumps(rows, ensure_ascii=False, indent=2)
    width = max(len(one.name) for one in known)
    return "\n".join(f"{one.name:<{width}}  {one.vendor}  {', '.join(one.models)}" for one in known)


def record(codec: Codec, decoded: Decoded) -> dict[str, object]:
    """The answer for programs: units are canonical, times are RFC 3339 in UTC."""
    return {
        "codec": codec.name,
        "version": codec.version,
        "measurements": [measurement_record(one) for one in decoded.measurements],
        "events": [event_record(one) for one in decoded.events],
    }


def measurement_record(one: Measurement) -> dict[str, object]:
    return {
        "property": one.property,
        "depth_cm": one.depth_cm,
        "value": one.value,
        "unit": get_property(one.property).unit,
        "at": written_at(one.at),
        "flags": [flag.name for flag in Flag if flag & one.flags],
    }


def event_record(one: Event) -> dict[str, object]:
    return {
        "kind": one.kind,
        "property": one.property,
        "depth_cm": one.depth_cm,
        "at": written_at(one.at),
        "detail": one.detail,
    }


def written_at(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat().replace("+00:00", "Z")


def lines(lang: str, decoded: Decoded) -> list[str]:
    """The answer for people: a line a measurement, then a line an event."""
    values = [measurement_line(lang, one) for one in decoded.measurements]
    events = [event_line(lang, one) for one in decoded.events]
    return [*values, *events] or [say(lang, "decode.nothing")]


def measurement_line(lang: str, one: Measurement) -> str:
    places = len(f"{one.value:.6f}".rstrip("0").partition(".")[2])
    unit = get_property(one.property).unit
    value = number(lang, one.value, places) + ("" if unit == "1" else f" {unit}")
    doubt = say(lang, "decode.doubt") if one.flags else ""
    return " ".join(filter(None, (f"{named(lang, one.property, one.depth_cm, one.at)}:", value, doubt)))


def event_line(lang: str, one: Event) -> str:
    subject = named(lang, one.property, one.depth_cm, one.at) if one.property else ""
    words = say(lang, f"codec_event.{one.kind}")
    return " · ".join(filter(None, (f"! {words}", subject, one.detail)))


def named(lang: str, key: str, depth_cm: int | None, at: datetime | None) -> str:
    """A property with its depth and time, as far as they are known."""
    depth = f"{depth_cm} cm" if depth_cm is not None else ""
    when = moment(lang, at) if at is not None else ""
    return ", ".join(filter(None, (find(lang, f"property.{key}") or key, depth, when)))
