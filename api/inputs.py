"""The kinds of input that bodies and paths are made of: bounded, normalised text and ids that fit their columns."""

from typing import Annotated

from fastapi import Path
from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints

from nongso.text.sorting import normal

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
