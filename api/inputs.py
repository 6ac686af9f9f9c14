"""The kinds of input that bodies and paths are made of: bounded, normalised text and ids that fit their columns."""

from datetime import UTC, date, datetime
from typing import Annotated

from fastapi import Path
from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints

from nongso.text.sorting import normal

FIRST_YEAR, LAST_YEAR = 1970, 2200
NO_CONTROL = r"^[^\x00-\x1f\x7f]*$"

Line = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=NO_CONTROL), AfterValidator(normal)]
MaybeLine = Annotated[str, StringConstraints(max_length=200, pattern=NO_CONTROL), AfterValidator(normal)]
Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]{0,62}$")]
Login = Annotated[str, StringConstraints(pattern=r"^[a-z0-9._@+-]{2,64}$", to_lower=True)]
Password = Annotated[str, StringConstraints(max_length=1000)]  # its length is judged by nongso.passwords
UnitCode = Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z.-]{1,20}$")]
DeviceId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.:-]{0,63}$")]
Id = Annotated[int, Path(ge=1, le=2**31 - 1)]


class Body(BaseModel):
    """A JSON body: unknown members are refused, so that a misspelt one is noticed."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def _aware(at: datetime) -> datetime:
    """In UTC, within the years a calendar and a time zone can hold. Without an offset it would be a guess, so it is refused."""
    if at.tzinfo is None or not FIRST_YEAR <= at.year <= LAST_YEAR:
        raise ValueError("an instant with an offset, years 1970 to 2200")
    return at.astimezone(UTC)


Instant = Annotated[datetime, AfterValidator(_aware)]


def _sane(day: date) -> date:
    if not 1900 <= day.year <= LAST_YEAR:
        raise ValueError("years 1900 to 2200")
    return day


Day = Annotated[date, AfterValidator(_sane)]
