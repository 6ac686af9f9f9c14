"""The office's time zone and day. Everything stored is aware UTC; only people and daily sums meet local time."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

LOCAL = ZoneInfo("Asia/Ho_Chi_Minh")  # UTC+7 all year: no clock change to fear


def utc_now() -> datetime:
    return datetime.now(UTC)


def local_day(at: datetime) -> date:
    return at.astimezone(LOCAL).date()
