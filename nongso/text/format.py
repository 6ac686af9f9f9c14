"""Numbers, days and instants as people write them: 1.234,5 and 22/11/2026 in Vietnamese, 1,234.5 and 22 Nov 2026 in English."""

import re
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from lunar_vn import solar_to_lunar

from nongso.clock import LOCAL, local_day
from nongso.errors import InvalidInput

WEEKDAYS = {
    "vi": ("Thứ hai", "Thứ ba", "Thứ tư", "Thứ năm", "Thứ sáu", "Thứ bảy", "Chủ nhật"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
MINUTE_S, HOUR_S, DAY_S = 60, 3600, 86400
TYPED_NUMBER = re.compile(r"[+-]?\d{1,15}([.,]\d{1,9})?")


class BadNumber(InvalidInput):
    """A typed number that cannot be read one way only: `1.234` could be a thousand or a little more than one."""

    code = "bad_number"


def number(lang: str, value: float, decimals: int | None = None) -> str:
    """`value` with the language's separators; without `decimals`, at most three significant places and no trailing zeros."""
    places = decimals if decimals is not None else natural_decimals(value)
    text = f"{value:,.{places}f}"
    if decimals is None and "." in text:
        text = text.rstrip("0").rstrip(".")
    if text in ("-0", "-0.0"):
        text = text[1:]
    return text.translate(str.maketrans(",.", ".,")) if lang == "vi" else text


def natural_decimals(value: float) -> int:
    """0 for hundreds, 1 for tens and ones, 2 or 3 for less: what an eye can use."""
    size = abs(value)
    if size >= 100 or size == int(size):
        return 0
    if size >= 1:
        return 1
    return 2 if size >= 0.1 else 3


def parse_number(text: str) -> Decimal:
    """The number somebody typed: `1,5` and `1.5` are both one and a half, never fifteen.

    A dot or comma followed by exactly three digits (`1.234`) is refused with BadNumber: it has two readings. Spaces are allowed around.
    """
    typed = text.strip()
    if not TYPED_NUMBER.fullmatch(typed) or re.fullmatch(r"[+-]?[1-9]\d{0,2}[.,]\d{3}", typed):
        raise BadNumber(text=text)
    try:
        return Decimal(typed.replace(",", "."))
    except InvalidOperation as fault:  # pragma: no cover - the pattern above admits decimals only
        raise BadNumber(text=text) from fault


def day(lang: str, value: date) -> str:
    """22/11/2026, 22 Nov 2026 or 2026年11月22日."""
    if lang == "vi":
        return f"{value:%d/%m/%Y}"
    if lang == "zh":
        return f"{value.year}年{value.month}月{value.day}日"
    return f"{value.day} {MONTHS[value.month - 1]} {value.year}"


def clock_time(at: datetime) -> str:
    """14:35, local time."""
    return f"{at.astimezone(LOCAL):%H:%M}"


def moment(lang: str, at: datetime) -> str:
    """14:35 22/11/2026, or 2026年11月22日 14:35; local time."""
    parts = (clock_time(at), day(lang, local_day(at)))
    return " ".join(reversed(parts) if lang == "zh" else parts)


def weekday(lang: str, value: date) -> str:
    return WEEKDAYS["vi" if lang not in WEEKDAYS else lang][value.weekday()]


def lunar_day(value: date) -> str:
    """14/10: day and month of the Vietnamese lunar calendar."""
    lunar = solar_to_lunar(value)
    return f"{lunar.day}/{lunar.month}"
