"""Sheets of labels as PDF, ready to print: every code is read back before the bytes are handed out."""

from collections.abc import Callable, Sequence

from traceability.labels import verify
from traceability.labels.press import Label, Press
from traceability.labels.stock import Stock

Progress = Callable[[int, int], None]  # labels done, labels in all


def no_progress(done: int, total: int) -> None:
    """For callers who only wait."""


def render(
    labels: Sequence[Label], stock: Stock, progress: Progress = no_progress, lang: str = "vi", foot: str = ""
) -> bytes:
    """The PDF of `labels` on `stock`, in their order; `progress` is called after every label. `foot` stands below the labels where there is a margin.

    Raises ModuleTooSmall, TextTooLong, UnprintableCharacter, NoRoomForEan, TooLongForCode, NotEan13 or the BadValue of a wrong GTIN; and Unreadable when a code does not
    read back, in which case there is no PDF at all.
    """
    with Press(stock, lang, foot) as press:
        for number, label in enumerate(labels, start=1):
            for printed in press.stamp(number, label):
                verify.check(printed, stock.dpi)
            progress(number, len(labels))
        return press.finish()
