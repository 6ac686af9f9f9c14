"""What the fields of a message mean: the device's own words first, then the shipped map of its dialect, then the house's names.

A name of the house may be written with underscores and a depth: `soil_moisture_20cm` is soil.moisture at 20 cm.
"""

import re
import tomllib
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import NamedTuple, cast

import msgspec

from ingest.dialects.uplink import Said
from nongso.catalogue import PROPERTIES, find_property
from nongso.errors import InvalidInput
from nongso.store.senders import Map, Meaning
from nongso.units import UnknownUnit, convert

SPELLED = {key.replace(".", "_"): key for key in PROPERTIES}
AT_DEPTH = re.compile(r"(.{1,60}?)[_.@](\d{1,4})cm", re.DOTALL | re.ASCII)


class UnknownFieldMap(InvalidInput):
    """Neither a file nor a map that is shipped."""

    code = "dialect.unknown_map"


class BadFieldMap(InvalidInput):
    """`problem` says what in the map cannot be used."""

    code = "dialect.bad_map"


class Target(NamedTuple):
    """Where a value goes. A property outside the catalogue is refused later, under this name."""

    property: str
    unit: str | None = None
    depth_cm: object = None


class Entry(msgspec.Struct, forbid_unknown_fields=True):
    property: str
    unit: str | None = None
    depth_cm: int | None = None


class Written(msgspec.Struct, forbid_unknown_fields=True):
    """A map as written: `[fields]`, and the names of what is left out on purpose."""

    fields: dict[str, Entry]
    left_out: list[str] = []


def target(said: Said, own: Map, defaults: str | None) -> Target | None:
    """What a value means; None when it is left out on purpose."""
    shipped_map = shipped(defaults) if defaults else {}
    for words, name in ((own, said.field), (own, said.hint), (shipped_map, said.field), (shipped_map, said.hint)):
        if name is not None and name in words:
            return meant(words[name], said)
    named = house_name(said.field) or (house_name(said.hint) if said.hint else None)
    if named is None:
        return Target(said.field, said.unit, said.depth_cm)
    return Target(named.property, said.unit, named.depth_cm if said.depth_cm is None else said.depth_cm)


def meant(meaning: Meaning | None, said: Said) -> Target | None:
    """What the map says goes before what the message says."""
    if meaning is None:
        return None
    unit, depth_cm = meaning.get("unit"), meaning.get("depth_cm")
    return Target(
        str(meaning.get("property")),
        said.unit if unit is None else str(unit),
        said.depth_cm if depth_cm is None else depth_cm,
    )


def house_name(name: str) -> Target | None:
    """A name of the catalogue, however its dots are written, with a depth where it has one."""
    lowered = name.lower().replace(".", "_")
    if lowered in SPELLED:
        return Target(SPELLED[lowered])
    found = AT_DEPTH.fullmatch(lowered)
    key = SPELLED.get(found[1]) if found else None
    return Target(key, None, int(found[2])) if found and key else None


def shipped_names() -> list[str]:
    files = (resources.files("ingest.dialects") / "maps").iterdir()
    return sorted(file.name.removesuffix(".toml") for file in files if file.name.endswith(".toml"))


@cache
def shipped(name: str) -> Map:
    """The shipped map of this name."""
    return read(name, resources.files("ingest.dialects") / "maps" / f"{name}.toml")


def load(name: str) -> Map:
    """The map in the file `name`, or the shipped one of that name. Raises UnknownFieldMap or BadFieldMap."""
    path = Path(name)
    if path.suffix == ".toml" and path.is_file():
        return read(name, path)
    if name not in shipped_names():
        raise UnknownFieldMap(map=name, shipped=", ".join(shipped_names()))
    return shipped(name)


def read(name: str, source: Path | Traversable) -> Map:
    try:
        written = msgspec.convert(tomllib.loads(source.read_text(encoding="utf-8")), Written)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, msgspec.ValidationError) as fault:
        raise BadFieldMap(map=name, problem=str(fault)) from fault
    for field, entry in written.fields.items():
        check(name, field, entry)
    meanings = {field: cast("Meaning", msgspec.to_builtins(entry)) for field, entry in written.fields.items()}
    return {**meanings, **dict.fromkeys(written.left_out)}


def check(name: str, field: str, entry: Entry) -> None:
    """Raises BadFieldMap for a property or a unit that the house does not know."""
    known = find_property(entry.property)
    if known is None:
        raise BadFieldMap(map=name, problem=f"{field}: {entry.property}")
    try:
        convert(0.0, entry.unit, known.unit)
    except UnknownUnit as fault:
        raise BadFieldMap(map=name, problem=f"{field}: {entry.unit}") from fault
