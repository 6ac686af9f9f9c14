"""Fields drawn from their own corner points, without a base map: every free outline at hand leaves out Hoàng Sa and Trường Sa."""

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from math import cos, radians

from nongso.boundary import Point
from nongso.rules import Level
from ui.markup import SIGNS

WIDTH, HEIGHT, MARGIN = 420, 260, 16
FILLS = {Level.GOOD: "#bfe0cc", Level.WATCH: "#f6d7a8", Level.ACT: "#efb5b0", Level.STALE: "url(#hatch)"}
INKS = {Level.WATCH: "#9a5200", Level.ACT: "#b3261e"}
HATCH = (
    '<pattern id="hatch" width="8" height="8" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    '<rect width="8" height="8" fill="#eef0ec"/><rect width="4" height="8" fill="#d9ddd6"/></pattern>'
)


@dataclass(frozen=True, slots=True)
class Shape:
    """An outline in WGS 84 and what is said of it."""

    name: str
    corners: Sequence[Point]
    level: Level | None = None


def drawn(shapes: Sequence[Shape], alternative: str) -> str:
    """A picture that holds all shapes, north up; a sign stands in the middle of what asks for work.

    It goes into the page as an image: Streamlit takes inline SVG out of what it is given.
    """
    inner = "".join(_shape(shape, place) for shape, place in zip(shapes, _placed(shapes), strict=True))
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif">'
        f"<defs>{HATCH}</defs>{inner}</svg>"
    )
    packed = base64.b64encode(svg.encode()).decode()
    return f'<img class="ns-map" alt="{escape(alternative)}" src="data:image/svg+xml;base64,{packed}">'


def _placed(shapes: Sequence[Shape]) -> list[list[Point]]:
    """Corners in the picture's pixels; a degree of longitude is shortened as the earth does it."""
    everything = [corner for shape in shapes for corner in shape.corners]
    west, south = min(lon for lon, _ in everything), min(lat for _, lat in everything)
    east, north = max(lon for lon, _ in everything), max(lat for _, lat in everything)
    narrow = cos(radians((south + north) / 2))
    wide, high = max((east - west) * narrow, 1e-9), max(north - south, 1e-9)
    scale = min((WIDTH - 2 * MARGIN) / wide, (HEIGHT - 2 * MARGIN) / high)
    left, top = (WIDTH - wide * scale) / 2, (HEIGHT - high * scale) / 2
    return [
        [(left + (lon - west) * narrow * scale, top + (north - lat) * scale) for lon, lat in shape.corners]
        for shape in shapes
    ]


def _shape(shape: Shape, corners: list[Point]) -> str:
    points = " ".join(f"{x:.1f},{y:.1f}" for x, y in corners)
    level = shape.level or Level.GOOD
    outline = f'<polygon points="{points}" fill="{FILLS[level]}" stroke="#fff" stroke-width="2"/>'
    if level not in INKS:
        return outline
    x, y = sum(x for x, _ in corners) / len(corners), sum(y for _, y in corners) / len(corners)
    sign = f'x="{x:.1f}" y="{y + 8:.1f}" text-anchor="middle" font-size="24" fill="{INKS[level]}"'
    return f"{outline}<text {sign}>{SIGNS[level]}</text>"
