"""Where the parts of a label go: the code at the left with its caption under it, the words in a column at the right. Millimetres."""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from nongso.errors import InvalidInput
from traceability.labels import ean
from traceability.labels.qr import QUIET_ZONE
from traceability.labels.stock import Stock

MIN_MODULE, MAX_MODULE = 0.396, 0.990  # GS1 General Specifications, retail point of sale
USUAL_MODULE = 0.72  # a code of 21 mm: on a small label more would only take room from the words
SHARE = 1 / 90  # of the width of a wide label, which may have larger modules
EAN_MODULE, MIN_EAN_MODULE = 0.33, 0.264  # 100 % and 80 % magnification
EAN_HEIGHT, EAN_DIGITS = 8.5, 2.6
CAPTION_BASELINE = 2.4  # below the quiet zone
MM_PER_POINT = 25.4 / 72
LEADING = 1.22  # height of a line, of the size of its type
BASELINE = 0.8  # of the height of a line
CAPITALS = 0.7  # height of a capital of Be Vietnam Pro, of the size of its type
SMALLEST_POINTS = 4.5
SHRINK, LEVEL_STEPS, SHRINK_STEPS = 0.96, 15, 30


class ModuleTooSmall(InvalidInput):
    """The code would need modules below 0.396 mm on this stock: a shorter URI or a larger label is needed."""

    code = "label.module_too_small"


class TextTooLong(InvalidInput):
    """Words that do not fit the label even in its smallest type. They are never cut."""

    code = "label.text_too_long"


class NoRoomForEan(InvalidInput):
    code = "label.no_room_for_ean"


class Face(StrEnum):
    REGULAR = "regular"
    SEMIBOLD = "semibold"
    BOLD = "bold"


class Shade(StrEnum):
    DARK = "dark"
    QUIET = "quiet"


Measure = Callable[[str, Face, float], float]  # text, face, points -> millimetres


@dataclass(frozen=True, slots=True)
class Box:
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Words of one kind: `points` at full size, at most so many lines, and the space `before` them in parts of a line."""

    text: str
    face: Face
    points: float
    most_lines: int
    before: float
    shade: Shade = Shade.DARK


@dataclass(frozen=True, slots=True)
class Line:
    """One line of type, `x` and baseline `y` from the label's corner."""

    text: str
    face: Face
    points: float
    x: float
    y: float
    shade: Shade = Shade.DARK


@dataclass(frozen=True, slots=True)
class Layout:
    """`code` is the square of modules without its quiet zone; `ean` the area of the bars without theirs.

    `caption` is as wide as its words may be, and its lower edge is their baseline; so is the lower edge of `column`, which is level with
    the code, and of `tall`, which takes the height of the label.
    """

    code: Box
    module: float
    caption: Box
    column: Box
    tall: Box
    ean: Box | None


def arrange(stock: Stock, modules: int, has_ean: bool) -> Layout:
    """The places on a label of `stock` for a code of `modules` a side. Raises ModuleTooSmall or NoRoomForEan."""
    module = largest_module(stock, modules)
    quiet, side = QUIET_ZONE * module, modules * module
    block = side + quiet + CAPTION_BASELINE
    left = snap(max(stock.padding, quiet), stock.dot)
    top = snap(max(stock.padding, quiet, (stock.height - block) / 2), stock.dot)
    code = Box(left, top, side, side)
    caption = Box(left - quiet / 2, top + side + quiet, side + quiet, CAPTION_BASELINE)
    words = left + side + quiet + module
    column = Box(words, top, stock.width - stock.padding - words, block)
    tall = Box(words, stock.padding, column.width, stock.height - 2 * stock.padding)
    if not has_ean:
        return Layout(code, module, caption, column, tall, None)
    bars = place_ean(stock, tall)
    above = replace(tall, height=bars.y - tall.y - EAN_DIGITS / 2)
    return Layout(code, module, caption, above, above, bars)


def largest_module(stock: Stock, modules: int) -> float:
    """The largest module of whole printer dots that leaves room for the rest. Raises ModuleTooSmall."""
    most = min(MAX_MODULE, max(USUAL_MODULE, stock.width * SHARE))
    for dots in range(int(most / stock.dot), 0, -1):
        module = dots * stock.dot
        if module < MIN_MODULE:
            break
        if fits(stock, modules, module):
            return module
    raise ModuleTooSmall(stock=stock.name, modules=modules)


def fits(stock: Stock, modules: int, module: float) -> bool:
    """True when code, quiet zone and caption fit the height, and leave the words half of the width."""
    extent = max(stock.padding, QUIET_ZONE * module) + (modules + QUIET_ZONE) * module
    return extent + CAPTION_BASELINE + min(stock.padding, 1.0) <= stock.height and extent <= stock.width / 2


def snap(length: float, dot: float) -> float:
    """Up to a whole dot, so that every module of a thermal label falls on the printer's own grid."""
    return math.ceil(length / dot - 1e-9) * dot


def place_ean(stock: Stock, column: Box) -> Box:
    """The bars at the foot of the column, modules in whole dots."""
    room = column.width / (ean.WIDTH + ean.QUIET_LEFT + ean.QUIET_RIGHT)
    sizes = [dots * stock.dot for dots in range(1, int(room / stock.dot + 1e-9) + 1)]
    readable = [module for module in sizes if module >= MIN_EAN_MODULE]
    if not readable or column.height < 3 * EAN_HEIGHT:
        raise NoRoomForEan(stock=stock.name)
    module = min(readable, key=lambda module: abs(module - EAN_MODULE))
    foot = column.y + column.height - EAN_DIGITS
    return Box(snap(column.x + ean.QUIET_LEFT * module, stock.dot), foot - EAN_HEIGHT, ean.WIDTH * module, EAN_HEIGHT)


def set_words(paragraphs: Sequence[Paragraph], layout: Layout, measure: Measure, stock: str) -> tuple[Line, ...]:
    """All paragraphs under each other from the top, the last one at the foot of the column.

    They shrink together, so the order of sizes stays: a little to stay level with the code, then over the whole height of the label, down
    to the smallest type. Raises TextTooLong with the longest text.
    """
    for column, steps in ((layout.column, LEVEL_STEPS), (layout.tall, SHRINK_STEPS)):
        for step in range(steps):
            scaled = [
                replace(paragraph, points=max(paragraph.points * SHRINK**step, SMALLEST_POINTS))
                for paragraph in paragraphs
            ]
            wrapped = [wrap(paragraph, column.width, measure) for paragraph in scaled]
            if all(wrapped) and height_of(scaled, wrapped) <= column.height:
                return tuple(set_lines(scaled, wrapped, column))
    raise TextTooLong(text=max((paragraph.text for paragraph in paragraphs), key=len), stock=stock)


def wrap(paragraph: Paragraph, width: float, measure: Measure) -> list[str]:
    """The lines of a paragraph, broken at its commas or else evenly; [] when a word is too wide or there are too many lines."""
    lines = fill(paragraph, width, measure)
    if not lines or len(lines) > paragraph.most_lines:
        return []
    phrases = paragraph.text.replace(", ", ",\n").split("\n")
    if len(phrases) == len(lines) and all(
        measure(phrase, paragraph.face, paragraph.points) <= width for phrase in phrases
    ):
        return phrases
    for narrower in (width * part / 20 for part in range(10, 20)):
        even = fill(paragraph, narrower, measure)
        if even and len(even) == len(lines):
            return even
    return lines


def fill(paragraph: Paragraph, width: float, measure: Measure) -> list[str]:
    """Each line as full as it gets; [] when a word is wider than `width`."""
    lines: list[str] = []
    for word in paragraph.text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and measure(longer, paragraph.face, paragraph.points) <= width:
            lines[-1] = longer
        elif measure(word, paragraph.face, paragraph.points) <= width:
            lines.append(word)
        else:
            return []
    return lines


def height_of(paragraphs: Sequence[Paragraph], wrapped: Sequence[Sequence[str]]) -> float:
    """From the top of the first capitals to the last baseline."""
    stacked = sum(
        (len(lines) + paragraph.before) * line_height(paragraph)
        for paragraph, lines in zip(paragraphs, wrapped, strict=True)
    )
    return stacked - above_capitals(paragraphs[0]) - (1 - BASELINE) * line_height(paragraphs[-1])


def set_lines(paragraphs: Sequence[Paragraph], wrapped: Sequence[Sequence[str]], column: Box) -> Iterator[Line]:
    y = column.y - above_capitals(paragraphs[0])
    for paragraph, lines in zip(paragraphs, wrapped, strict=True):
        height = line_height(paragraph)
        y += paragraph.before * height
        if paragraph is paragraphs[-1]:
            y = column.y + column.height - (len(lines) - 1 + BASELINE) * height
        for line in lines:
            yield Line(line, paragraph.face, paragraph.points, column.x, y + BASELINE * height, paragraph.shade)
            y += height


def line_height(paragraph: Paragraph) -> float:
    return paragraph.points * MM_PER_POINT * LEADING


def above_capitals(paragraph: Paragraph) -> float:
    """The white between the top of a line and the top of its capitals."""
    return BASELINE * line_height(paragraph) - CAPITALS * paragraph.points * MM_PER_POINT
