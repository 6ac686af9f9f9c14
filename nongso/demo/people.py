"""The sample people of the demo: made once, with passwords drawn for this data folder and kept in a file only its owner can read."""

import json
import secrets
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from nongso.people import Role

WORDS = (
    "lua",
    "buoi",
    "mit",
    "xoai",
    "dua",
    "tra",
    "mia",
    "bap",
    "sen",
    "cam",
    "oi",
    "chuoi",
    "khoai",
    "dau",
    "me",
    "gung",
)


@dataclass(frozen=True, slots=True)
class Person:
    """A demo account. `name` as it stands on the screen."""

    login: str
    password: str
    name: str
    role: Role


NAMES = (
    ("quantri", "Quản trị", Role.ADMIN),
    ("canbo", "Lê Thị Hoa", Role.OFFICER),
    ("batu", "Nguyễn Văn Ba Tư", Role.FARMER),
    ("thanhtra", "Trần Minh Tâm", Role.INSPECTOR),
)


def load_people(file: Path) -> list[Person]:
    """The people of `file`; drawn and written when it is not there."""
    if file.exists():
        return [Person(**{**row, "role": Role(row["role"])}) for row in json.loads(file.read_text(encoding="utf-8"))]
    people = [Person(login, new_password(), name, role) for login, name, role in NAMES]
    file.parent.mkdir(parents=True, exist_ok=True)
    unfinished = file.with_suffix(".new")
    unfinished.touch(mode=0o600)
    unfinished.write_text(json.dumps([asdict(person) for person in people], ensure_ascii=False), encoding="utf-8")
    unfinished.replace(file)
    return people


def of_role(crew: Sequence[Person], role: Role) -> Person:
    return next(person for person in crew if person.role is role)


def new_password() -> str:
    """Easy to type on a phone; about 36 bits, behind a rate limit and on loopback."""
    return "-".join(
        [secrets.choice(WORDS), secrets.choice(WORDS), secrets.choice(WORDS), str(10**7 + secrets.randbelow(9 * 10**7))]
    )
