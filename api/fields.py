"""Fields: what they are, their verdict, and the series behind it."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Literal

from fastapi import APIRouter, Query
from pydantic import Field as Limits

from api.accounts import Created
from api.deps import Conn, Lang, Now, OfficeWriter, SignedIn
from api.inputs import Body, Day, Id, Instant, Line, Slug
from api.views import Card, card
from nongso import verdicts
from nongso.agronomy.soils import TEXTURES
from nongso.boundary import MOST, Point, area_m2, checked
from nongso.catalogue import get_property
from nongso.charts import Bucket, Gap, counted, gaps
from nongso.clock import local_day
from nongso.devices import silent_after
from nongso.errors import InvalidInput
from nongso.findings import LimitLine, limit_lines
from nongso.store import alerts, audit_lines, conditions, places, rules
from nongso.store.conditions import Series
from nongso.store.places import Field, FieldDraft

router = APIRouter(prefix="/api/v1", tags=["fields"])

MOST_POINTS = 5000
Step = Literal["raw", "hour", "day"]
LONGEST = {"hour": timedelta(hours=1), "day": timedelta(days=1)}


class TooManyPoints(InvalidInput):
    """The span holds more than `limit` points of this step."""

    code = "readings.too_many"


class BadSpan(InvalidInput):
    code = "readings.bad_span"


class FieldBody(Body):
    """`boundary` is [[lon, lat], …] in WGS 84, drawn without a base map; without `area_m2` its area is taken.

    `soil` is a texture of FAO-56 Table 19; without it there is no water balance.
    """

    name: Line
    crop: Slug
    planted_on: Day | None = None
    area_m2: Annotated[float | None, Limits(gt=0, le=1e9, allow_inf_nan=False)] = None
    boundary: Annotated[list[Point] | None, Limits(max_length=MOST + 1)] = None
    soil: Annotated[str | None, Limits(pattern=f"^({'|'.join(TEXTURES)})$")] = None


@dataclass(frozen=True, slots=True)
class Readings:
    """`points` in order of time and `gaps` between them. Of a counter only `rise` is meant to be drawn."""

    series: Series
    unit: str
    step: str
    points: list[Bucket]
    gaps: list[Gap]


@router.get("/fields")
def list_fields(conn: Conn, viewer: SignedIn, search: Annotated[str, Query(max_length=100)] = "") -> list[Field]:
    """The fields the viewer sees; `search` finds names without marks too."""
    return places.list_fields(conn, viewer, search.replace("\0", ""))


@router.post("/farms/{farm_id}/fields", status_code=201)
def create_field(conn: Conn, viewer: OfficeWriter, farm_id: Id, body: FieldBody) -> Created:
    field_id = places.insert_field(conn, viewer, farm_id, draft(body))
    audit_lines.insert(conn, viewer, "field.create", f"field:{field_id}", {"name": body.name, "farm": farm_id})
    return Created(field_id)


@router.put("/fields/{field_id}", status_code=204)
def update_field(conn: Conn, viewer: OfficeWriter, field_id: Id, body: FieldBody) -> None:
    places.update_field(conn, viewer, field_id, draft(body))
    audit_lines.insert(conn, viewer, "field.update", f"field:{field_id}", {"name": body.name, "crop": body.crop})


@router.get("/fields/{field_id}")
def get_field(conn: Conn, viewer: SignedIn, now: Now, lang: Lang, field_id: Id) -> Card:
    """The field's card."""
    field = conditions.get_conditions(conn, viewer, field_id, now)
    open_rules = alerts.list_open_rules(conn, viewer, field_id)
    return card(lang, field, verdicts.judge(field, now, rules.list_set(conn, viewer), open_rules), local_day(now))


@router.get("/fields/{field_id}/limits")
def list_limits(conn: Conn, viewer: SignedIn, now: Now, field_id: Id) -> list[LimitLine]:
    """The limits in force at the field today, for the line beside a chart's: what the office set, else what is shipped.

    `value` is in the property's canonical unit.
    """
    field = conditions.get_conditions(conn, viewer, field_id, now)
    return limit_lines(field, now, rules.list_set(conn, viewer))


@router.get("/fields/{field_id}/place")
def get_place(conn: Conn, viewer: SignedIn, field_id: Id) -> Field:
    """The field as it was registered, with its boundary."""
    return places.get_field(conn, viewer, field_id)


@router.get("/fields/{field_id}/series")
def list_series(conn: Conn, viewer: SignedIn, field_id: Id) -> list[Series]:
    """Everything that is or was measured for the field."""
    places.get_field(conn, viewer, field_id)
    return conditions.list_series(conn, viewer, field_id)


@router.get("/series/{series_id}/readings")
def list_readings(
    conn: Conn,
    viewer: SignedIn,
    series_id: Id,
    from_at: Annotated[Instant, Query(alias="from")],
    to_at: Annotated[Instant, Query(alias="to")],
    step: Step = "hour",
    field: Annotated[int | None, Query(ge=1, le=2**31 - 1)] = None,
) -> Readings:
    """A chart's points in [from, to): single readings, or whole hours or local days recomputed from them.

    With `field` only what was measured at that field: a moved probe brings no other field's past along.
    """
    if from_at >= to_at:
        raise BadSpan()
    series = conditions.get_series(conn, viewer, series_id)
    listing = {"raw": conditions.list_readings, "hour": conditions.list_hours, "day": conditions.list_days}[step]
    points = listing(conn, viewer, series_id, from_at, to_at, MOST_POINTS + 1, field)
    if len(points) > MOST_POINTS:
        raise TooManyPoints(limit=MOST_POINTS)
    if step == "raw" and series.kind == "counter":
        points = counted(points)
    longest = LONGEST.get(step) or silent_after(series.expected_interval_s)
    return Readings(series, unit_of(series), step, points, gaps(points, longest, from_at, to_at))


def draft(body: FieldBody) -> FieldDraft:
    """The body as the store takes it. Raises BadBoundary."""
    outline = checked(body.boundary) if body.boundary else None
    area = body.area_m2 or (area_m2(outline) if outline else None)
    return FieldDraft(body.name, body.crop, body.planted_on, area, outline, body.soil)


def unit_of(series: Series) -> str:
    return get_property(series.property).unit
