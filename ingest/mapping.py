"""Maps: how the columns of a recorded file become readings. A TOML file, or the name of one that is shipped."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import cast
from unicodedata import normalize

import msgspec

from ingest import codecs
from nongso.catalogue import find_property
from nongso.errors import InvalidInput
from nongso.readings import Flag
from nongso.units import UnknownUnit, convert


class UnknownMap(InvalidInput):
    """Neither a file nor a map that is shipped."""

    code = "replay.unknown_map"


class BadMap(InvalidInput):
    """`problem` says what in the map cannot be used."""

    code = "replay.bad_map"


class ColumnEntry(msgspec.Struct, forbid_unknown_fields=True):
    """A `[[column]]` as written; with `depths_cm` it stands for one column a depth, `{depth}` in its name."""

    name: str
    property: str
    unit: str
    depths_cm: list[int] = []
    flag: str | None = None
    doubtful: list[str] = []


class FlagEntry(msgspec.Struct, forbid_unknown_fields=True):
    suspect: list[str] = []
    rejected: list[str] = []


class FrameEntry(msgspec.Struct, forbid_unknown_fields=True):
    """A `[frame]` as written: the file holds raw frames in JSON lines, `reports` of a line each with its hexadecimal text in `text`."""

    codec: str
    reports: str
    text: str
    sender_chars: int  # how many characters at the head of the text name the device: {sender} of `device`


class MapEntry(msgspec.Struct, forbid_unknown_fields=True):
    """A map as written. `device` and `time` are filled with the cells of a row; the time must come out as RFC 3339."""

    device: str
    kind: str
    interval_s: int
    time: str
    column: list[ColumnEntry] = []
    frame: FrameEntry | None = None
    missing: list[str] = msgspec.field(default_factory=lambda: [""])
    flags: FlagEntry = msgspec.field(default_factory=FlagEntry)


@dataclass(frozen=True, slots=True)
class Column:
    """One column of the file: a property at a depth. A cell among `doubtful` is sent with an expert's doubt."""

    name: str
    property: str
    unit: str
    depth_cm: int | None
    flag_column: str | None
    doubtful: frozenset[str]


@dataclass(frozen=True, slots=True)
class Map:
    name: str
    device: str
    kind: str
    interval_s: int
    time: str
    missing: frozenset[str]
    columns: tuple[Column, ...]
    flags: Mapping[str, Flag]
    frame: FrameEntry | None = None


def load(name: str) -> Map:
    """The map in the file `name`, or the shipped one of that name. Raises UnknownMap or BadMap."""
    path = Path(name)
    shipped = resources.files("ingest") / "maps" / f"{name}.toml"
    source = path if path.suffix == ".toml" else shipped
    if not source.is_file():
        raise UnknownMap(map=name, shipped=", ".join(names()))
    try:
        written = normalize("NFC", source.read_text(encoding="utf-8"))
        entry = msgspec.convert(tomllib.loads(written), MapEntry)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, msgspec.ValidationError) as fault:
        raise BadMap(map=name, problem=str(fault)) from fault
    return checked(path.stem, entry)


def names() -> list[str]:
    """The maps that are shipped."""
    files = (resources.files("ingest") / "maps").iterdir()
    return sorted(file.name.removesuffix(".toml") for file in files if file.name.endswith(".toml"))


def load_table(name: str) -> Map:
    """As load, for whoever reads a table: a map of raw frames is refused as BadMap."""
    found = load(name)
    if found.frame is not None:
        raise BadMap(map=name, problem="frame")
    return found


def checked(name: str, entry: MapEntry) -> Map:
    if (entry.frame is None) != bool(entry.column):
        raise BadMap(map=name, problem="column, frame")
    if entry.frame is not None and entry.frame.codec not in codecs.BUILT_IN:
        raise BadMap(map=name, problem=entry.frame.codec)
    columns = tuple(column for written in entry.column for column in spread(name, written))
    suspect = dict.fromkeys(entry.flags.suspect, Flag.EXPERT_SUSPECT)
    rejected = dict.fromkeys(entry.flags.rejected, Flag.EXPERT_REJECTED)
    return Map(
        name=name,
        device=entry.device,
        kind=entry.kind,
        interval_s=entry.interval_s,
        time=entry.time,
        missing=frozenset(entry.missing),
        columns=columns,
        flags=cast("dict[str, Flag]", {**suspect, **rejected}),
        frame=entry.frame,
    )


def spread(map_name: str, entry: ColumnEntry) -> list[Column]:
    """The columns an entry stands for. Raises BadMap for a property or a unit that the house does not know."""
    known = find_property(entry.property)
    if known is None:
        raise BadMap(map=map_name, problem=f"{entry.name}: {entry.property}")
    try:
        convert(0.0, entry.unit, known.unit)
    except UnknownUnit as fault:
        raise BadMap(map=map_name, problem=f"{entry.name}: {entry.unit}") from fault
    depths: list[int | None] = [*entry.depths_cm] or [None]
    return [
        Column(
            name=entry.name.format(depth=depth_cm),
            property=entry.property,
            unit=entry.unit,
            depth_cm=depth_cm,
            flag_column=entry.flag,
            doubtful=frozenset(entry.doubtful),
        )
        for depth_cm in depths
    ]
