"""Alternate wetting and drying, and when it must rest."""

import pytest

from nongso.agronomy.paddy import Action, Phase, advise


@pytest.mark.parametrize(
    ("level", "planted", "to_flowering", "action", "phase"),
    [
        (-14.9, 40, 20, Action.KEEP, Phase.DRYING),
        (-15.0, 40, 20, Action.FLOOD, Phase.DRYING),
        (1.0, 10, 50, Action.FLOOD, Phase.YOUNG),
        (3.0, 10, 50, Action.KEEP, Phase.YOUNG),
        (1.0, 60, 7, Action.FLOOD, Phase.FLOWERING),
        (1.0, 60, -7, Action.FLOOD, Phase.FLOWERING),
        (1.0, 60, 8, Action.KEEP, Phase.DRYING),
        (None, 60, 0, Action.UNKNOWN, Phase.FLOWERING),
    ],
)
def test_what_to_do(level: float | None, planted: int, to_flowering: int, action: Action, phase: Phase) -> None:
    found = advise(level, planted, to_flowering)

    assert (action, phase) == (found.action, found.phase)


def test_flooding_fills_to_five_centimetres() -> None:
    assert 50 == advise(-15, 40, 20).flood_mm
    assert 40 == advise(1, 60, 0).flood_mm


def test_an_unknown_flowering_is_said() -> None:
    assert advise(-3, 60, None).flowering_known is False
