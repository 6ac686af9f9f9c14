"""Every GS1 application identifier (AI): its format, its checks, what it needs beside it and its place in a Digital Link.

The table is identifiers.toml; docs/gs1.md says where its facts come from and what proves them.
"""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import resources
from itertools import combinations

from nongso.errors import InvalidInput
from traceability.gs1.faults import BadValue, WrongLength
from traceability.gs1.linters import CHARACTER_SETS, LINTERS, Linter

COMPONENT = re.compile(r"(?P<optional>\[?)(?P<set>[NXYZ])(?P<up_to>\.\.)?(?P<length>\d+)\]?(?P<checks>(:\w+)*)")


class UnknownIdentifier(InvalidInput):
    code = "gs1.unknown_ai"


@dataclass(frozen=True, slots=True)
class Component:
    """One stretch of a value: `low` to `high` characters that pass every check."""

    is_number: bool
    low: int
    high: int
    optional: bool
    checks: tuple[Linter, ...]


@dataclass(frozen=True, slots=True)
class Identifier:
    """An application identifier.

    `fixed`: scanners know its length, so no separator follows. `attribute`: allowed in the query of a Digital Link. `paths`: for a
    primary key, every legal sequence of qualifiers after it, shortest first; empty for all others. `needs`: alternatives, each of which
    must be there as a whole. `needs` and `never_with` hold patterns in which n is any digit.
    """

    ai: str
    title: str
    components: tuple[Component, ...]
    fixed: bool
    attribute: bool
    paths: tuple[tuple[str, ...], ...]
    needs: tuple[tuple[str, ...], ...]
    never_with: tuple[str, ...]

    @property
    def longest(self) -> int:
        return sum(component.high for component in self.components)


def get_identifier(ai: str) -> Identifier:
    """The identifier, or UnknownIdentifier with its `ai`."""
    found = table().get(ai)
    if found is None:
        raise UnknownIdentifier(ai=ai)
    return found


def find_identifier(ai: str) -> Identifier | None:
    return table().get(ai)


def check(ai: str, value: str) -> None:
    """Raises UnknownIdentifier, or the narrowest BadValue with `ai` and `value`, when `value` may not follow `ai`."""
    fault = find_fault(get_identifier(ai), value)
    if fault is not None:
        raise fault(ai=ai, value=value)


def find_fault(identifier: Identifier, value: str) -> type[BadValue] | None:
    """The first thing wrong with `value`, component by component from the left, or None."""
    if not value or len(value) > identifier.longest:
        return WrongLength
    rest = value
    for component in identifier.components:
        if not rest and component.optional:
            return None
        piece, rest = rest[: component.high], rest[component.high :]
        if len(piece) < component.low:
            return WrongLength
        fault = next(filter(None, (passes(piece) for passes in component.checks)), None)
        if fault is not None:
            return fault
    return None


@cache
def table() -> dict[str, Identifier]:
    """All identifiers by AI; a range such as 3100-3105 is one row in the file and six here."""
    text = (resources.files("traceability.gs1") / "identifiers.toml").read_text(encoding="utf-8")
    rows: dict[str, dict] = tomllib.loads(text)
    return {ai: read_row(ai, row) for span, row in rows.items() for ai in expand(span)}


def expand(span: str) -> list[str]:
    first, _, last = span.partition("-")
    return [str(ai).zfill(len(first)) for ai in range(int(first), int(last or first) + 1)]


def read_row(ai: str, row: dict) -> Identifier:
    roles = row.get("is", [])
    return Identifier(
        ai=ai,
        title=row["title"],
        components=tuple(read_component(word) for word in row["form"].split()),
        fixed="fixed" in roles,
        attribute="attribute" in roles,
        paths=tuple(legal_paths(row["key"])) if "key" in row else (),
        needs=tuple(tuple(group.split("+")) for group in row.get("needs", [])),
        never_with=tuple(row.get("never_with", [])),
    )


def read_component(word: str) -> Component:
    read = COMPONENT.fullmatch(word)
    if read is None:
        raise ValueError(word)
    high = int(read["length"])
    names = read["checks"].split(":")[1:]
    return Component(
        is_number=read["set"] == "N",
        low=1 if read["up_to"] else high,
        high=high,
        optional=bool(read["optional"]),
        checks=(CHARACTER_SETS[read["set"]], *(LINTERS[name] for name in names)),
    )


def legal_paths(alternatives: list[str]) -> Iterator[tuple[str, ...]]:
    """Every qualifier may be left out, none may change places: 22,10,21 gives (), (22), (10), (21), (22, 10) and so on."""
    yield ()
    for alternative in alternatives:
        qualifiers = alternative.split(",")
        for count in range(1, len(qualifiers) + 1):
            yield from combinations(qualifiers, count)


def matches(pattern: str, ai: str) -> bool:
    """True when `ai` is `pattern`, in which n stands for any digit: 310n matches 3103."""
    return len(pattern) == len(ai) and all(sign in ("n", digit) for sign, digit in zip(pattern, ai, strict=True))
