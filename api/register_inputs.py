"""Inputs that the registers of the office share: a search, the id of another row, a quantity."""

from typing import Annotated

from fastapi import Query
from pydantic import Field

from api.inputs import NO_CONTROL

Search = Annotated[str, Query(max_length=100, pattern=NO_CONTROL)]
RowId = Annotated[int, Field(ge=1, le=2**31 - 1)]
Kilograms = Annotated[float, Field(gt=0, le=10_000_000, allow_inf_nan=False)]
