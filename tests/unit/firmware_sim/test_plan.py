"""A plan is read strictly, once."""

from importlib import resources
from pathlib import Path

import pytest

from firmware_sim.plan import BadPlan, Kind, described, load_plan, scaled, series_of
from nongso.catalogue import find_property

CAICOI = (resources.files("firmware_sim") / "plans" / "caicoi.toml").read_text(encoding="utf-8")


def test_the_demonstration_has_every_kind_and_all_three_fields() -> None:
    plan = load_plan("caicoi")
    assert set(Kind) == {device.kind for device in plan.device}
    assert [field.slug for field in plan.field] == ["vuon-buoi", "ruong-ba-tu", "rau-lang"]


def test_every_series_is_a_property_of_the_catalogue() -> None:
    series = [key for device in load_plan("caicoi").device for key, _ in series_of(device)]
    assert all(find_property(key) for key in series)


def test_a_description_tells_a_registrar_what_to_register() -> None:
    told = described(load_plan("caicoi"))
    assert list(told) == ["tenant", "fields", "devices"]
    assert told["tenant"] == "caicoi"


def test_boundaries_close() -> None:
    assert all(
        field.boundary[0] == field.boundary[-1] and len(field.boundary) >= 4 for field in load_plan("caicoi").field
    )


@pytest.mark.parametrize(
    ("here", "there"),
    [
        ('kind = "canal"', 'kind = "submarine"'),
        ('id = "buoi-dat-2"', 'id = "buoi-dat-1"'),
        ('field = "rau-lang"', 'field = "elsewhere"'),
        ("depths_cm = [20, 40]", ""),
        ('property = "soil.moisture"', 'property = "soil.colour"'),
        ('season_start = "04-01"', 'season_start = "spring"'),
        ('tenant = "caicoi"', 'tenant = "caicoi"\nmystery = 1'),
        ('kind = "paddy"', 'kind = "paddy"\nmaster = true'),
        ("[place]", "[place"),
    ],
)
def test_a_plan_that_contradicts_itself_is_refused(tmp_path: Path, here: str, there: str) -> None:
    assert here in CAICOI
    path = tmp_path / "broken.toml"
    path.write_text(CAICOI.replace(here, there, 1), encoding="utf-8")
    with pytest.raises(BadPlan):
        load_plan(str(path))


def test_a_plan_that_is_not_there_is_refused() -> None:
    with pytest.raises(BadPlan):
        load_plan("atlantis")


def test_a_larger_fleet_copies_devices_but_never_a_valve() -> None:
    plan = scaled(load_plan("caicoi"), 1_000)
    ids = {device.id for device in plan.device}
    assert len(ids) == 1_000
    assert [device.id for device in plan.device if device.kind is Kind.VALVE] == ["buoi-van-1", "buoi-van-tong"]


def test_a_smaller_fleet_is_the_plans_first() -> None:
    plan = load_plan("caicoi")
    assert scaled(plan, 3).device == plan.device[:3]
