"""A diary entry in words: one line that says it back, and what follows from it."""

from nongso.diary import Kind, Spray
from nongso.store.diary import Entry, Stock
from nongso.text import say


def summary(lang: str, entry: Entry) -> str:
    """`Phun thuốc · Regent · 25 ml · cách ly 14 ngày …`: everything that was written, as it was understood."""
    parts = [
        say(lang, f"diary.kind.{entry.kind}"),
        entry.product,
        say(lang, "diary.amount", amount=entry.amount, unit=entry.unit) if entry.amount is not None else "",
        say(lang, "diary.volume", volume=entry.volume_m3) if entry.volume_m3 is not None else "",
        say(lang, "diary.minutes", minutes=entry.minutes) if entry.minutes is not None else "",
        say(lang, "diary.cost", cost=entry.cost_vnd) if entry.cost_vnd is not None else "",
        *after_spray(lang, entry),
        entry.note,
    ]
    return " · ".join(part for part in parts if part)


def after_spray(lang: str, entry: Entry) -> list[str]:
    """From when the field may be harvested and entered; nothing for an entry that is no spray."""
    if entry.kind != Kind.SPRAY or entry.waiting_days is None or entry.reentry_hours is None:
        return []
    spray = Spray(entry.product, entry.day, entry.at, entry.waiting_days, entry.reentry_hours)
    harvest = say(lang, "diary.harvest_from", days=spray.waiting_days, first=spray.first_day)
    if not spray.reentry_hours:
        return [harvest]
    return [harvest, say(lang, "diary.enter_from", hours=spray.reentry_hours, until=spray.open_at)]


def short_stock(lang: str, stock: Stock | None) -> str:
    """Says that more was used than ever came in; empty when that is not so."""
    if stock is None or stock.left_over >= 0:
        return ""
    return say(lang, "diary.stock_short", product=stock.product, short=-stock.left_over, unit=stock.unit)
