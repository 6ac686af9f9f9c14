"""A track as JSON and back: what the store keeps between two turns of the worker."""

from datetime import datetime
from typing import Any

import msgspec

from nongso.alerting.history import Track
from nongso.alerting.machine import State
from nongso.alerting.scene import Point


def to_json(track: Track) -> dict[str, Any]:
    """Plain JSON data; instants are RFC 3339."""
    return {
        "until": track.until.isoformat(),
        "states": {slug: msgspec.to_builtins(state) for slug, state in track.states.items()},
        "recent": {
            str(series): [[point.at.isoformat(), point.value] for point in points]
            for series, points in track.recent.items()
        },
    }


def from_json(body: dict[str, Any]) -> Track:
    """The track that to_json wrote."""
    return Track(
        datetime.fromisoformat(body["until"]),
        {slug: msgspec.convert(state, State) for slug, state in body["states"].items()},
        {
            int(series): tuple(Point(datetime.fromisoformat(at), value) for at, value in points)
            for series, points in body["recent"].items()
        },
    )
