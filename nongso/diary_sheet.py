"""The diary as a table in the columns that VietGAP records keep; which of them are our reading stands in docs/diary.md."""

import csv
import io
from collections.abc import Sequence

from nongso.diary import Kind, Spray
from nongso.store.diary import Entry
from nongso.text import find, say

M2_PER_HA = 10_000
COLUMNS = (
    "day", "at", "farm", "field", "area_ha", "crop", "kind", "product", "amount", "unit", "per_ha", "waiting_days",
    "harvest_from", "reentry_hours", "volume_m3", "minutes", "cost_vnd", "note", "recorder", "recorded_at", "id", "supersedes",
    "superseded_by",
)  # fmt: skip
MARKS_OF_FORMULA = ("=", "+", "-", "@")


def sheet(lang: str, entries: Sequence[Entry]) -> str:
    """CSV with a header in `lang`; numbers with a dot, days as 2026-11-22, instants in UTC. Begins with the mark by which spreadsheets know UTF-8."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([say(lang, f"diary.column.{column}") for column in COLUMNS])
    writer.writerows([line(lang, entry) for entry in entries])
    return "\ufeff" + out.getvalue()


def line(lang: str, entry: Entry) -> list[object]:
    area_ha = entry.area_m2 / M2_PER_HA if entry.area_m2 else None
    per_ha = round(entry.amount / area_ha, 3) if entry.amount and area_ha and entry.kind != Kind.HARVEST else None
    return [
        entry.day.isoformat(),
        f"{entry.at:%H:%M}" if entry.at else "",
        plain(entry.farm_name),
        plain(entry.field_name),
        area_ha,
        find(lang, f"crop.{entry.crop}") or entry.crop,
        say(lang, f"diary.kind.{entry.kind}"),
        plain(entry.product),
        entry.amount,
        entry.unit,
        per_ha,
        entry.waiting_days,
        harvest_from(entry),
        entry.reentry_hours,
        entry.volume_m3,
        entry.minutes,
        entry.cost_vnd,
        plain(entry.note),
        plain(entry.recorder_name),
        entry.recorded_at.isoformat(),
        entry.id,
        entry.supersedes,
        entry.superseded_by,
    ]


def harvest_from(entry: Entry) -> str:
    if entry.kind != Kind.SPRAY or entry.waiting_days is None:
        return ""
    return Spray(entry.product, entry.day, entry.at, entry.waiting_days, 0).first_day.isoformat()


def plain(text: str) -> str:
    """What somebody typed never becomes a formula in a spreadsheet (OWASP, CSV injection)."""
    return f"'{text}" if text.startswith(MARKS_OF_FORMULA) else text
