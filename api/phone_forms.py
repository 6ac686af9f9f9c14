"""What a phone's form brought: its words, the body they make, and what is shown again when they make none."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from pydantic import ValidationError
from starlette.datastructures import FormData

from api.inputs import Body
from api.problems import InvalidFields

B = TypeVar("B", bound=Body)


@dataclass(frozen=True, slots=True)
class Filled:
    """What a form brought, and what is wrong with it."""

    values: dict[str, str] = field(default_factory=dict)
    problem: str = ""
    status: int = 200


def words_of(form: FormData) -> dict[str, str]:
    """The fields that are text."""
    return {name: value for name, value in form.items() if isinstance(value, str)}


def read(kind: type[B], words: Mapping[str, str]) -> B:
    """The body that the filled fields make. Raises InvalidFields."""
    try:
        return kind.model_validate({name: value for name, value in words.items() if value != ""})
    except ValidationError as fault:
        names = sorted({str(each["loc"][0]) if each["loc"] else "" for each in fault.errors()})
        raise InvalidFields(fields=", ".join(names)) from fault
