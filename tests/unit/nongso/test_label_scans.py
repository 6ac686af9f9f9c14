"""What scans say against a label: what honest labels do is no sign, what one label cannot do is one; the simulated traffic is told truly."""

import json
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nongso.bench_scans import BEGIN, STORIES, bench_scans, measure
from nongso.label_scans import (
    AREA_DEGREES,
    CaseKind,
    Channel,
    Limits,
    Seen,
    Sign,
    SignKind,
    coarse,
    distance_km,
    judge,
)

NOW = datetime(2026, 11, 22, 3, 45, tzinfo=UTC)
SAIGON, HA_NOI, CAN_THO = coarse(10.78, 106.7), coarse(21.03, 105.85), coarse(10.03, 105.78)
LIMITS = Limits()


def seen(day: float, area: tuple[float, float] | None = SAIGON, channel: Channel = Channel.CODE) -> Seen:
    return Seen(NOW + timedelta(days=day), f"{day} {area}", area, channel)


def signs(scans: list[Seen], sold_at: datetime | None = None, home: tuple = ()) -> dict[SignKind, int]:
    return {sign.kind: sign.count for sign in judge(scans, sold_at, home, LIMITS).signs}


def test_ha_noi_is_1144_km_from_saigon_as_the_crow_flies() -> None:
    assert 1144 == round(distance_km((10.7769, 106.7009), (21.0285, 105.8542)))


@given(st.floats(-90, 90), st.floats(-180, 180))
@settings(derandomize=True, deadline=None)
def test_an_area_holds_its_position_and_forgets_it(latitude: float, longitude: float) -> None:
    area = coarse(latitude, longitude)

    assert area == coarse(*area)
    assert abs(area[0] - latitude) <= AREA_DEGREES / 2 + 1e-9
    assert abs(area[1] - longitude) <= AREA_DEGREES / 2 + 1e-9


def test_two_towns_at_once_for_three_days_are_a_copy() -> None:
    scans = [seen(day + hour, town) for day in range(4) for hour, town in ((0, SAIGON), (0.1, HA_NOI))]

    found = judge(scans, None, (), LIMITS)

    assert Sign(SignKind.PLACES, 2) in found.signs
    assert CaseKind.CLONE is found.kind
    assert (8, 2, False) == (found.people, found.places, found.is_burst)


def test_goods_that_moved_on_are_no_copy() -> None:
    scans = [seen(day) for day in range(5)] + [seen(day, HA_NOI) for day in range(7, 20)]

    assert judge(scans, None, (), LIMITS).kind is None


def test_neighbouring_towns_are_one_place() -> None:
    scans = [seen(day + hour, town) for day in range(9) for hour, town in ((0, SAIGON), (0.1, CAN_THO))]

    assert (1, None) == (judge(scans, None, (), LIMITS).places, judge(scans, None, (), LIMITS).kind)


def test_a_post_that_goes_round_in_a_day_is_a_burst() -> None:
    scans = [seen(number / 1000, town) for number in range(100) for town in (SAIGON, HA_NOI)]
    scans += [seen(day, town) for day in range(1, 6) for town in (SAIGON, HA_NOI)]

    found = judge(scans, None, (), LIMITS)

    assert (True, None) == (found.is_burst, found.kind)


def test_links_count_for_nothing() -> None:
    scans = [seen(day, town, Channel.LINK) for day in range(9) for town in (SAIGON, HA_NOI)]

    assert (0, ()) == (judge(scans, None, (), LIMITS).people, judge(scans, None, (), LIMITS).signs)


def test_a_sold_label_that_ten_people_look_at_is_a_sign_and_nine_are_none() -> None:
    after = [seen(day / 2 + 0.1) for day in range(1, 11)]

    assert {SignKind.AFTER_SALE: 10} == signs(after, NOW)
    assert {} == signs(after[1:], NOW)
    assert {} == signs(after, NOW + timedelta(days=30))


def test_strays_are_told_only_where_home_is_known() -> None:
    scans = [seen(day / 4, HA_NOI) for day in range(5)]

    assert {SignKind.STRAYS: 5} == signs(scans, home=(SAIGON,))
    assert {} == signs(scans)
    assert {} == signs(scans, home=(SAIGON, HA_NOI))
    assert CaseKind.DIVERSION is judge(scans, None, (SAIGON,), LIMITS).kind


def test_scans_without_an_area_still_count_people() -> None:
    scans = [seen(day / 10, None) for day in range(250)]

    assert {SignKind.CROWD: 250} == signs(scans)


@given(
    st.lists(
        st.tuples(
            st.floats(0, 40),
            st.integers(0, 9),
            st.sampled_from([None, SAIGON, HA_NOI, CAN_THO]),
            st.sampled_from(Channel),
        ),
        max_size=60,
    ),
    st.booleans(),
)
@settings(derandomize=True, max_examples=100, deadline=None)
def test_any_scans_in_any_order_are_judged_alike(scans: list[tuple], sold: bool) -> None:
    told = [Seen(NOW + timedelta(days=day), str(who), area, way) for day, who, area, way in scans]
    shuffled = sorted(told, key=lambda scan: Random(str(scan)).random())

    first, second = (judge(each, NOW if sold else None, (SAIGON,), LIMITS) for each in (told, shuffled))

    assert (first.people, first.places, first.is_burst) == (second.people, second.places, second.is_burst)
    assert json.dumps(first.as_evidence())


@pytest.mark.parametrize("story", [story for story in STORIES if story.name in ("household", "shelf", "journey", "gift", "post")], ids=lambda story: story.name)  # fmt: skip
def test_honest_labels_of_the_simulated_traffic_hardly_ever_alarm(story: object) -> None:
    result = measure(story, 40, 7, LIMITS)  # type: ignore[arg-type]

    assert result.alarmed <= 1


def test_copies_far_apart_are_found() -> None:
    story = next(story for story in STORIES if story.name == "copied far")

    result = measure(story, 40, 7, LIMITS)

    assert result.alarmed >= 39
    assert result.median_day is not None
    assert result.median_day <= 12


def test_the_bench_tells_every_story_in_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert 0 == bench_scans(["--labels", "2", "--json"])

    told = json.loads(capsys.readouterr().out)
    assert [story.name for story in STORIES] == [row["story"] for row in told]
    assert BEGIN.tzinfo is UTC
