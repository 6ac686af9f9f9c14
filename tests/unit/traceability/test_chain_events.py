"""Events of the chain: right by the rules of EPCIS 2.0, with the steps and dispositions of CBV 2.0."""

import json
from datetime import UTC, datetime

import pytest

from nongso.store.epcis_events import EventDraft
from traceability import chain_events as events
from traceability.chain_events import Goods
from traceability.epcis.check import check
from traceability.epcis.json_reader import read_json
from traceability.epcis.vocabulary import BIZ_STEP, DISPOSITION
from traceability.sscc import unit_name

AT = datetime(2026, 11, 22, 3, 45, tzinfo=UTC)
LOT = Goods("https://id.gs1.org/01/09520123456788/10/BX-261118-01", 60.0)
OTHER = Goods("https://id.gs1.org/01/09520123456788/10/BX-261118-02", 40.0)
CRATE = Goods("https://id.gs1.org/00/095212340000000017")
HERE, THERE = "https://id.nongso.example/id/party/1", "https://id.nongso.example/id/party/2"
PAPER, RECALL = "https://id.nongso.example/id/paper/PX-1", "https://id.nongso.example/id/recall/1"
STORY = {
    "changed": (events.changed([LOT], [OTHER], AT, HERE), "creating_class_instance", "active"),
    "put_in": (events.put_in(CRATE.epc, [LOT], AT, HERE), "packing", "in_progress"),
    "taken_out": (events.taken_out(CRATE.epc, [LOT], AT), "unpacking", "in_progress"),
    "shipped": (events.shipped([LOT, CRATE], AT, HERE, THERE, PAPER), "shipping", "in_transit"),
    "received": (events.received([LOT, CRATE], AT, HERE, THERE, PAPER), "receiving", "in_progress"),
    "sold": (events.sold([LOT], AT, HERE), "retail_selling", "retail_sold"),
    "inspected": (events.inspected(LOT, AT, True, THERE, PAPER), "inspecting", "conformant"),
    "found wanting": (events.inspected(LOT, AT, False, THERE, None), "inspecting", "non_conformant"),
    "sampled": (events.sampled(LOT, AT, THERE, PAPER), "sampling", None),
    "told": (events.told_of_recall([LOT], AT, THERE, RECALL), "other", None),
    "answered": (events.answered_recall([LOT], AT, THERE, RECALL), "stock_taking", "non_sellable_other"),
    "noted": (events.noted([Goods(LOT.epc, weighed=False), CRATE], AT, RECALL), "other", None),
    "destroyed": (events.destroyed(LOT, AT, RECALL), "destroying", "destroyed"),
    "mended": (events.mended(LOT, AT, RECALL), "repairing", "conformant"),
    "given other use": (events.given_other_use(LOT, AT, RECALL), "other", "disposed"),
    "sent back": (events.sent_back(LOT, AT, RECALL), "departing", "returned"),
}


@pytest.mark.parametrize(("event", "step", "state"), STORY.values(), ids=list(STORY))
def test_event_keeps_the_rules_and_words_of_the_standard(event: EventDraft, step: str, state: str | None) -> None:
    assert [] == check(read_json(json.dumps(event.body).encode()))
    assert BIZ_STEP.expand(step) == event.biz_step
    assert (None if state is None else DISPOSITION.expand(state)) == event.disposition


def test_all_say_something_else() -> None:
    assert len(STORY) == len({event.hash_id for event, _, _ in STORY.values()})


def test_amounts_and_single_things_stand_in_their_own_lists() -> None:
    roles = {(part.epc, part.is_class, part.quantity) for part in STORY["shipped"][0].epcs}

    assert {(LOT.epc, True, 60.0), (CRATE.epc, False, None)} == roles


def test_what_comes_out_of_a_crate_is_always_weighed() -> None:
    """A DELETE without an amount would mean all of it, and a recall would lose what is still inside."""
    assert [60.0] == [part.quantity for part in STORY["taken_out"][0].epcs if part.role == "child"]


@pytest.mark.parametrize(
    ("taken", "sscc"),
    [
        (("9521234", 1), "095212340000000015"),
        (("9521234", 10**9 + 7), "195212340000000077"),
        (("952123400001", 12), "095212340000100125"),
    ],
)
def test_a_crate_carries_an_sscc_of_its_packers_own_prefix(taken: tuple[str, int], sscc: str) -> None:
    code, epc = unit_name(taken, "https://id.nongso.example")

    assert (18, f"https://id.gs1.org/00/{code}") == (len(code), epc)
    assert sscc[:17] == code[:17]


def test_without_a_prefix_no_number_is_made_up() -> None:
    code, epc = unit_name(None, "https://id.nongso.example")

    assert f"https://id.nongso.example/id/unit/{code}" == epc
