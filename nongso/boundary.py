"""The outline of a field as it was drawn: checked, and its area. Pure; WGS 84 degrees in, square metres out."""

from math import cos, radians

from nongso.errors import InvalidInput

Point = tuple[float, float]  # longitude, latitude in degrees

EARTH_RADIUS_M = 6_371_008.8  # mean radius, IUGG
FEWEST, MOST = 3, 200
WIDEST_DEG = 0.5  # some 50 km: a field is smaller, a slipped finger is not


class BadBoundary(InvalidInput):
    """`reason` is points, range, size, crossing or area."""

    code = "boundary"


def checked(points: list[Point]) -> list[Point]:
    """The outline without a closing copy of its first point. Raises BadBoundary."""
    corners = points[:-1] if len(points) > 1 and points[0] == points[-1] else list(points)
    if not FEWEST <= len(corners) <= MOST or len(set(corners)) != len(corners):
        raise BadBoundary(reason="points")
    if not all(-180 <= lon <= 180 and -90 <= lat <= 90 for lon, lat in corners):
        raise BadBoundary(reason="range")
    for axis in (0, 1):
        along = [corner[axis] for corner in corners]
        if max(along) - min(along) > WIDEST_DEG:
            raise BadBoundary(reason="size")
    if _crosses(corners):
        raise BadBoundary(reason="crossing")
    if area_m2(corners) < 1:
        raise BadBoundary(reason="area")
    return corners


def area_m2(corners: list[Point]) -> float:
    """The shoelace formula on a plane that touches the earth at the outline's middle: exact to 0.1 % for a field."""
    flat = _flat(corners)
    pairs = zip(flat, flat[1:] + flat[:1], strict=True)
    return abs(sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in pairs)) / 2


def _flat(corners: list[Point]) -> list[Point]:
    """Metres east and north of the first corner."""
    lon_0, lat_0 = corners[0]
    middle = radians(sum(lat for _, lat in corners) / len(corners))
    return [
        (radians(lon - lon_0) * cos(middle) * EARTH_RADIUS_M, radians(lat - lat_0) * EARTH_RADIUS_M)
        for lon, lat in corners
    ]


def _crosses(corners: list[Point]) -> bool:
    """True when two sides that are not neighbours meet."""
    count = len(corners)
    sides = [(corners[place], corners[(place + 1) % count]) for place in range(count)]
    return any(
        _meet(*sides[one], *sides[other])
        for one in range(count)
        for other in range(one + 2, count)
        if (one, other) != (0, count - 1)
    )


def _meet(a: Point, b: Point, c: Point, d: Point) -> bool:
    turns = (_turn(a, b, c), _turn(a, b, d), _turn(c, d, a), _turn(c, d, b))
    if turns[0] * turns[1] < 0 and turns[2] * turns[3] < 0:
        return True
    touching = ((a, b, c), (a, b, d), (c, d, a), (c, d, b))
    return any(turn == 0 and _between(*three) for turn, three in zip(turns, touching, strict=True))


def _turn(a: Point, b: Point, c: Point) -> float:
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


def _between(a: Point, b: Point, c: Point) -> bool:
    """For three points on one line: c lies on the stretch from a to b."""
    return min(a[0], b[0]) <= c[0] <= max(a[0], b[0]) and min(a[1], b[1]) <= c[1] <= max(a[1], b[1])
