"""What a recall reaches, told from events: it may reach too far, never too short."""

from datetime import UTC, datetime, timedelta
from itertools import count

import pytest

from traceability.epcis.vocabulary import CBV
from traceability.recall import Reach, reach, source_keys
from traceability.story import Part, Step

START = datetime(2026, 11, 1, tzinfo=UTC)
NUMBERS = count(1)
SHOP, DEPOT, PACKER = "party:shop", "party:depot", "party:packer"


def step(day: int, kind: str, action: str | None, work: str, *parts: Part, place: str | None = None) -> Step:
    number = next(NUMBERS)
    at = START + timedelta(days=day)
    return Step(number, f"e{number}", at, f"{kind}Event", action, f"{CBV}BizStep-{work}", None, place, None, parts)


def kg(role: str, key: str, amount: float | None) -> Part:
    return Part(role, key, True, amount, "KGM" if amount is not None else None)


def box(role: str, key: str) -> Part:
    return Part(role, key, False, None, None)


def harvest(key: str, amount: float = 100) -> Step:
    return step(0, "Object", "ADD", "creating_class_instance", kg("epc", key, amount))


def send(day: int, *parts: Part) -> Step:
    return step(day, "Object", "OBSERVE", "shipping", *parts)


def found(seed: str, steps: list[Step], *journeys: tuple[Step, str, str], both_ways: bool = False) -> Reach:
    parties = {
        each.event_id: [("source_owning_party", source), ("destination_owning_party", target)]
        for each, source, target in journeys
    }
    sources = source_keys([seed], steps)
    return reach([seed], sources if both_ways else [seed], sources, steps, parties)


def change(day: int, inputs: dict[str, float], outputs: dict[str, float]) -> Step:
    parts = [kg("input", key, amount) for key, amount in inputs.items()]
    parts += [kg("output", key, amount) for key, amount in outputs.items()]
    return step(day, "Transformation", None, "creating_class_instance", *parts)


def pack(day: int, container: str, *parts: Part) -> Step:
    return step(day, "Aggregation", "ADD", "packing", box("parent", container), *parts)


def unpack(day: int, container: str, *parts: Part) -> Step:
    return step(day, "Aggregation", "DELETE", "unpacking", box("parent", container), *parts)


def test_what_was_split_merged_and_split_again_is_reached() -> None:
    story = [
        harvest("A"),
        harvest("B"),
        change(1, {"A": 50}, {"A1": 30, "A2": 20}),
        change(2, {"A1": 30, "B": 40}, {"M": 70}),
        change(3, {"M": 70}, {"M1": 30, "M2": 40}),
    ]

    assert {"A", "A1", "A2", "M", "M1", "M2"} == set(found("A", story).things)


def test_both_ways_also_reaches_what_else_was_made_of_the_same_goods() -> None:
    story = [harvest("A"), change(1, {"A": 50}, {"A1": 30, "A2": 20})]

    assert {"A1"} == set(found("A1", story).things)
    assert {"A", "A1", "A2"} == set(found("A1", story, both_ways=True).things)


def test_a_crate_sent_after_the_goods_were_taken_out_is_not_reached_by_its_journey() -> None:
    before, after = send(2, box("epc", "BOX")), send(5, box("epc", "BOX"))
    story = [harvest("A"), pack(1, "BOX", kg("child", "A", 40)), before, unpack(4, "BOX", kg("child", "A", 40)), after]

    reached = found("A", story, (before, PACKER, DEPOT), (after, DEPOT, SHOP))

    assert {DEPOT: 40} == reached.receivers


def test_a_part_taken_out_leaves_the_rest_in_the_crate_that_travels_on() -> None:
    later = send(5, box("epc", "BOX"))
    story = [harvest("A"), pack(1, "BOX", kg("child", "A", 40)), unpack(3, "BOX", kg("child", "A", 15)), later]

    assert SHOP in found("A", story, (later, DEPOT, SHOP)).receivers


def test_goods_in_a_crate_on_a_pallet_are_weighed() -> None:
    journey = send(3, box("epc", "PALLET"))
    story = [
        harvest("A"),
        harvest("B"),
        pack(1, "BOX", kg("child", "A", 40), kg("child", "B", 60)),
        pack(2, "PALLET", box("child", "BOX")),
        journey,
    ]

    assert {SHOP: 40} == found("A", story, (journey, PACKER, SHOP)).receivers


def test_what_was_sent_on_counts_with_whoever_has_it_now() -> None:
    first, second = send(1, kg("epc", "A", 60)), send(2, kg("epc", "A", 25))

    reached = found("A", [harvest("A"), first, second], (first, PACKER, DEPOT), (second, DEPOT, SHOP))

    assert {DEPOT: 35, SHOP: 25} == reached.receivers


def test_a_journey_told_twice_weighs_once() -> None:
    sent = send(1, kg("epc", "A", 60))
    came = step(2, "Object", "OBSERVE", "receiving", kg("epc", "A", 60))

    reached = found("A", [harvest("A"), sent, came], (sent, PACKER, SHOP), (came, PACKER, SHOP))

    assert {SHOP: 60} == reached.receivers


def test_an_arrival_that_names_nobody_is_known_by_its_place() -> None:
    came = step(2, "Object", "OBSERVE", "receiving", kg("epc", "A", 60), place="place:shop")

    assert {"place:shop": 60} == found("A", [harvest("A"), came]).receivers


@pytest.mark.parametrize("amount", [None, 5.0])
def test_where_nobody_weighed_the_weight_is_unknown_not_nothing(amount: float | None) -> None:
    journey = send(2, box("epc", "BOX"))
    inside = [kg("child", "A", None), *([kg("child", "A", amount)] if amount else [])]
    story = [harvest("A"), pack(1, "BOX", *inside), journey]

    assert {SHOP: None} == found("A", story, (journey, PACKER, SHOP)).receivers


def test_whoever_supplied_the_goods_is_told_too() -> None:
    came = send(0, kg("epc", "A", 60))

    assert ("party:farm",) == found(
        "A1", [came, change(1, {"A": 50}, {"A1": 50})], (came, "party:farm", PACKER)
    ).suppliers
