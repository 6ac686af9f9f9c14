"""How old a value is, in words: `5 phút trước`, `2 giờ`."""

from datetime import timedelta

from nongso.text import say
from nongso.text.format import DAY_S, HOUR_S, MINUTE_S


def ago(lang: str, age: timedelta) -> str:
    """`vừa xong`, `5 phút trước`, `2 giờ trước`, `3 ngày trước`."""
    if age.total_seconds() < MINUTE_S:
        return say(lang, "age.now")
    return say(lang, "age.ago", lasting=lasting(lang, age))


def lasting(lang: str, span: timedelta) -> str:
    """The span in its largest whole unit, at least a minute: `5 phút`, `2 giờ`, `3 ngày`."""
    seconds = max(MINUTE_S, int(span.total_seconds()))
    if seconds < HOUR_S:
        return say(lang, "age.minutes", n=seconds // MINUTE_S)
    if seconds < 2 * DAY_S:
        return say(lang, "age.hours", n=seconds // HOUR_S)
    return say(lang, "age.days", n=seconds // DAY_S)
