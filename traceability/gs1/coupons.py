"""The two North American coupon codes, AI 8110 and 8112, as patterns: almost every field begins with a digit that tells its length."""

import re
from datetime import date

from traceability.gs1.faults import BadValue, WrongCoupon


def counted(indicators: range, extra: int) -> str:
    """A pattern: an indicator digit, then as many digits as it says plus `extra`."""
    return "(?:" + "|".join(rf"{indicator}\d{{{indicator + extra}}}" for indicator in indicators) + ")"


COMPANY = counted(range(7), 6)
SERIAL = counted(range(10), 6)
AMOUNT = counted(range(1, 6), 0)
PURCHASE = AMOUNT + r"[0-49]\d{3}"  # how much, of what kind, of which family
OTHER_COMPANY = f"(?:{COMPANY}|9)"  # 9: the same company again

# North American Coupon Application Guideline Using GS1 DataBar Expanded Symbols, fields in their order.
COUPON = re.compile(
    COMPANY + r"\d{6}" + AMOUNT + PURCHASE
    + f"(?:1[0-3]{PURCHASE}{OTHER_COMPANY})?"  # a second purchase
    + f"(?:2{PURCHASE}{OTHER_COMPANY})?"  # a third one
    + r"(?:3(?P<expires>\d{6}))?"
    + r"(?:4(?P<starts>\d{6}))?"
    + f"(?:5{SERIAL})?"
    + f"(?:6{counted(range(1, 8), 6)})?"  # the retailer
    + r"(?:9[01256][0-2]\d[01])?"
)  # fmt: skip
OFFER = re.compile(r"[01]" + COMPANY + r"\d{6}" + SERIAL)


def coupon(value: str) -> type[BadValue] | None:
    """AI 8110: the fields fit, both dates exist, and the coupon does not end before it starts."""
    fields = COUPON.fullmatch(value) if value.isascii() else None
    if fields is None:
        return WrongCoupon
    days = [fields["starts"], fields["expires"]]
    if any(day is not None and not is_day(day) for day in days):
        return WrongCoupon
    return WrongCoupon if None not in days and fields["expires"] < fields["starts"] else None


def coupon_offer(value: str) -> type[BadValue] | None:
    """AI 8112: a format digit, the funder, the offer and a serial number."""
    return None if value.isascii() and OFFER.fullmatch(value) else WrongCoupon


def is_day(text: str) -> bool:
    """True when YYMMDD is a day of this century."""
    try:
        date(2000 + int(text[:2]), int(text[2:4]), int(text[4:]))
    except ValueError:
        return False
    return True
