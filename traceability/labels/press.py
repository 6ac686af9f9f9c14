"""The press: one PDF document that labels are stamped on, codes as vectors, words in Be Vietnam Pro; the only importer of fpdf."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Self

import fontpkg

from nongso.errors import InvalidInput
from nongso.text import say
from traceability.labels import ean, qr
from traceability.labels.layout import (
    EAN_DIGITS,
    SMALLEST_POINTS,
    Box,
    Face,
    Layout,
    Line,
    Paragraph,
    Shade,
    TextTooLong,
    arrange,
    set_words,
)
from traceability.labels.stock import Stock
from traceability.labels.verify import Printed, Symbology

FAMILY = "Be Vietnam Pro"
WEIGHTS = {Face.REGULAR: 400, Face.SEMIBOLD: 600, Face.BOLD: 700}
INK = {Shade.DARK: (21, 36, 28), Shade.QUIET: (74, 90, 81)}  # --ink and --ink-2 of the pages' look
BLACK = (0, 0, 0)  # thermal printers know no grey
CROP_MARK, CROP_WIDTH, CROP_GREY = 1.6, 0.1, 0.78
NORMAL_HEIGHT = 37.0  # millimetres of a label for which the type sizes below are meant
LARGEST_SCALE = 1.8
CAPTION_POINTS = 8.0
GOOD_POINTS = 5.5
FOOT_POINTS, FOOT_MARGIN, FOOT_SIDE = 6.0, 8.0, 10.0  # a printer leaves some 4 mm white at every edge
EAN_POINTS = 7.5


class UnprintableCharacter(InvalidInput):
    """A character our typeface does not have: it would leave a hole in the label."""

    code = "label.unprintable"


@dataclass(frozen=True, slots=True)
class Label:
    """What one label says.

    `uri` is what the code holds; in capitals it takes the fewest modules. `text` is the short code a person can read out and type, or "";
    `lot` is its number, or "" on what is no goods; `office` is the line at the foot, or ""; `gtin` asks for EAN-13 bars beside the code.
    """

    uri: str
    product: str
    producer: str
    lot: str
    harvested_on: date | None
    text: str
    office: str
    gtin: str | None = None


class Press:
    """Owns the growing document and what labels of one sheet share: places, and columns of words that most labels have in common."""

    def __init__(self, stock: Stock, lang: str, foot: str = "") -> None:
        self.stock = stock
        self.foot = foot
        self.lang = lang
        self.scale = min(stock.height / NORMAL_HEIGHT, LARGEST_SCALE)
        self.origins = list(stock.origins())
        self.columns: dict[tuple[object, ...], tuple[Layout, tuple[Line, ...]]] = {}
        # Half of what the worker and a third of what the API would import before they are up; most never print.
        from fpdf import FPDF
        from fpdf.fonts import TTFFont

        self.pdf = FPDF(unit="mm", format=(stock.page_width, stock.page_height))
        self.pdf.set_auto_page_break(auto=False)
        self.pdf.set_title(say(lang, "label.document"))
        for face, weight in WEIGHTS.items():
            self.pdf.add_font(face, fname=fontpkg.path(FAMILY, weight=weight))
        self.fonts = [font for font in self.pdf.fonts.values() if isinstance(font, TTFFont)]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for font in self.fonts:
            font.close()

    def stamp(self, number: int, label: Label) -> Iterator[Printed]:
        """Draws label `number` (from 1) on the next free place and yields the codes it drew."""
        place = (number - 1) % self.stock.per_page
        if place == 0:
            self.open_page()
        x, y = self.origins[place]
        code = qr.encode(label.uri)
        layout, lines = self.composed(label, code.size)
        for line in lines:
            self.write(line, x, y)
        if label.text:
            self.write_caption(label.text, layout, x, y)
        modules = tuple(self.code_boxes(code, layout, x, y))
        self.blacken(modules)
        yield Printed(number, label.uri, Symbology.QR, modules, qr.QUIET_ZONE * layout.module)
        if label.gtin is not None and layout.ean is not None:
            yield self.stamp_ean(number, ean.ean_13(label.gtin), layout.ean, x, y)

    def finish(self) -> bytes:
        return bytes(self.pdf.output())

    def open_page(self) -> None:
        self.pdf.add_page()
        if not self.stock.is_roll:
            self.mark_corners()
        if self.foot and self.stock.top >= FOOT_MARGIN:
            self.write_foot()

    def write_foot(self) -> None:
        """Below all labels, in the middle of the margin that stocks leave, no wider than the page allows."""
        self.check_letters(self.foot)
        room = self.stock.page_width - 2 * FOOT_SIDE
        points = FOOT_POINTS * min(1, room / self.measure(self.foot, Face.REGULAR, FOOT_POINTS))
        left = (self.stock.page_width - self.measure(self.foot, Face.REGULAR, points)) / 2
        self.write(Line(self.foot, Face.REGULAR, points, left, self.stock.page_height - self.stock.top / 2), 0, 0)

    def check_letters(self, *texts: str) -> None:
        letters = self.fonts[0].cmap
        for text in texts:
            strange = next((letter for letter in text if ord(letter) not in letters), None)
            if strange is not None:
                raise UnprintableCharacter(character=strange, text=text)

    def composed(self, label: Label, modules: int) -> tuple[Layout, tuple[Line, ...]]:
        """Where everything goes and the lines of words, worked out once for all labels that differ in nothing but their code."""
        key = (label.product, label.producer, label.lot, label.harvested_on, label.office, modules, label.gtin is None)
        if key not in self.columns:
            self.check_letters(label.product, label.producer, label.lot, label.office)
            layout = arrange(self.stock, modules, has_ean=label.gtin is not None)
            self.columns[key] = layout, set_words(self.paragraphs(label), layout, self.measure, self.stock.name)
        return self.columns[key]

    def paragraphs(self, label: Label) -> list[Paragraph]:
        small = 7.6 * self.scale
        facts = [say(self.lang, "label.lot", lot=label.lot)] if label.lot else []
        if label.harvested_on is not None:
            facts.append(say(self.lang, "label.harvested", day=label.harvested_on))
        words = [
            Paragraph(label.product, Face.BOLD, 11.5 * self.scale, 5, 0),
            Paragraph(label.producer, Face.REGULAR, small, 3, 0.35),
            *(Paragraph(fact, Face.SEMIBOLD, small, 1, 0.7) for fact in facts[:1]),
            *(Paragraph(fact, Face.REGULAR, small, 1, 0) for fact in facts[1:]),
            Paragraph(label.office, Face.REGULAR, 6 * self.scale, 3, 0.5, Shade.QUIET),
        ]
        return [paragraph for paragraph in words if paragraph.text.strip()]

    def measure(self, text: str, face: Face, points: float) -> float:
        self.pdf.set_font(face, size=points)
        return self.pdf.get_string_width(text)

    def write(self, line: Line, x: float, y: float) -> None:
        self.pdf.set_font(line.face, size=line.points)
        self.pdf.set_text_color(*(BLACK if self.stock.is_roll else INK[line.shade]))
        self.pdf.text(x + line.x, y + line.y, line.text)

    def write_caption(self, text: str, layout: Layout, x: float, y: float) -> None:
        """The short code centred under the modules and no wider than they are, unless it would be hard to read."""
        self.check_letters(text)
        full = CAPTION_POINTS * self.scale
        natural = self.measure(text, Face.SEMIBOLD, full)
        points = full * min(
            1, max(layout.code.width / natural, min(GOOD_POINTS / full, layout.caption.width / natural))
        )
        if points < SMALLEST_POINTS:
            raise TextTooLong(text=text, stock=self.stock.name)
        left = layout.code.x + (layout.code.width - self.measure(text, Face.SEMIBOLD, points)) / 2
        self.write(Line(text, Face.SEMIBOLD, points, left, layout.caption.y + layout.caption.height), x, y)

    def code_boxes(self, code: qr.Code, layout: Layout, x: float, y: float) -> Iterator[Box]:
        left, top, module = x + layout.code.x, y + layout.code.y, layout.module
        for row, start, length in code.runs():
            yield Box(left + start * module, top + row * module, length * module, module)

    def stamp_ean(self, number: int, digits: str, area: Box, x: float, y: float) -> Printed:
        module = area.width / ean.WIDTH
        left, top = x + area.x, y + area.y
        bars = tuple(Box(left + start * module, top, width * module, area.height) for start, width in ean.runs(digits))
        self.blacken(bars)
        baseline = area.y + area.height + EAN_DIGITS
        places = ((digits[:1], -ean.QUIET_LEFT / 2), (digits[1:7], 24.5), (digits[7:], 70.5))  # middles, in modules
        for text, middle in places:
            start = area.x + middle * module - self.measure(text, Face.REGULAR, EAN_POINTS) / 2
            self.write(Line(text, Face.REGULAR, EAN_POINTS, start, baseline), x, y)
        return Printed(number, digits, Symbology.EAN_13, bars, ean.QUIET_LEFT * module)

    def blacken(self, boxes: Sequence[Box]) -> None:
        """One path for all boxes: small, fast, and no hairlines between rows as single rectangles would show.

        fpdf2 has no public call for a path of many rectangles, so the operators of PDF 32000-1 §8.5 are written as they are.
        """
        k, height = self.pdf.k, self.stock.page_height
        path = "\n".join(
            f"{box.x * k:.3f} {(height - box.y - box.height) * k:.3f} {box.width * k:.3f} {box.height * k:.3f} re"
            for box in boxes
        )
        self.pdf._out(f"q 0 g\n{path}\nf Q")

    def mark_corners(self) -> None:
        """Light crop marks at every corner of every label, for plain paper and a knife."""
        k, top = self.pdf.k, self.stock.page_height
        strokes = [f"q {CROP_WIDTH * k:.3f} w {CROP_GREY} G"]
        for x, y in self.origins:
            for corner_x, inward_x in ((x, CROP_MARK), (x + self.stock.width, -CROP_MARK)):
                for corner_y, inward_y in ((y, CROP_MARK), (y + self.stock.height, -CROP_MARK)):
                    at = f"{corner_x * k:.3f} {(top - corner_y) * k:.3f} m"
                    strokes.append(f"{at} {(corner_x + inward_x) * k:.3f} {(top - corner_y) * k:.3f} l S")
                    strokes.append(f"{at} {corner_x * k:.3f} {(top - corner_y - inward_y) * k:.3f} l S")
        self.pdf._out("\n".join([*strokes, "Q"]))
