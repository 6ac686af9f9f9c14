"""Calibrations of a series, in versions: what was found against a reference, by whom, from when on."""

from typing import Annotated

from fastapi import APIRouter
from pydantic import Field

from api.accounts import Created
from api.deps import Conn, Now, OfficeWriter, SignedIn
from api.inputs import Body, Id, Instant, MaybeLine
from nongso.store import audit_lines, calibrations
from nongso.store.calibrations import Calibration, CalibrationDraft

router = APIRouter(prefix="/api/v1", tags=["calibrations"])

Factor = Annotated[float, Field(allow_inf_nan=False, ge=-1e6, le=1e6)]


class CalibrationBody(Body):
    """value = gain · raw + shift from `valid_from` on; `shift` in the canonical unit. Gain 1 and shift 0 end a correction."""

    valid_from: Instant
    gain: Factor = 1.0
    shift: Factor = 0.0
    note: MaybeLine = ""


@router.get("/series/{series_id}/calibrations")
def list_calibrations(conn: Conn, viewer: SignedIn, series_id: Id) -> list[Calibration]:
    """All that was ever recorded, the newest first."""
    return calibrations.list_calibrations(conn, viewer, series_id)


@router.post("/series/{series_id}/calibrations", status_code=201)
def record(conn: Conn, viewer: OfficeWriter, now: Now, series_id: Id, body: CalibrationBody) -> Created:
    """Correct a series from a day on: newest values at once, sums of hours and days within seconds, raw readings never."""
    draft = CalibrationDraft(body.valid_from, body.gain, body.shift, body.note)
    calibration_id = calibrations.insert(conn, viewer, series_id, draft, now)
    detail = {"valid_from": body.valid_from.isoformat(), "gain": body.gain, "shift": body.shift}
    audit_lines.insert(conn, viewer, "series.calibrate", f"series:{series_id}", detail)
    return Created(calibration_id)
