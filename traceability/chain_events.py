"""The EPCIS 2.0 events of a lot's way from the packing house to the shop: merged, split, worked up, put into crates, sent, sold, inspected.

Patterns: GS1 US's for fresh produce (FSMA 204), CBV 2.0 §7.1 and §7.3. Places are parties of ours where no GLN is on record.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from nongso.store.epcis_events import EventDraft
from traceability.event_body import event, sealed
from traceability.lot_events import amount, reference


@dataclass(frozen=True, slots=True)
class Goods:
    """So much of a lot, or a single thing such as a crate; `epc` is its name in events. A class without `kg` was not weighed."""

    epc: str
    kg: float | None = None
    weighed: bool = True

    @property
    def is_class(self) -> bool:
        return self.kg is not None or not self.weighed


def changed(inputs: Sequence[Goods], outputs: Sequence[Goods], at: datetime, place: str) -> EventDraft:
    """Lots become other lots: a merge, a split and working up differ only in how many there are on each side."""
    return sealed(
        {
            **event("TransformationEvent", at, None, "creating_class_instance"),
            "disposition": "active",
            "inputQuantityList": quantities(inputs),
            "outputQuantityList": quantities(outputs),
            **standing_at(place),
        }
    )


def put_in(container: str, contents: Sequence[Goods], at: datetime, place: str) -> EventDraft:
    return sealed(
        {
            **event("AggregationEvent", at, "ADD", "packing"),
            "disposition": "in_progress",
            "parentID": container,
            **children(contents),
            **standing_at(place),
        }
    )


def taken_out(container: str, contents: Sequence[Goods], at: datetime) -> EventDraft:
    """What is taken out is always named with its amount: without names the standard means everything."""
    return sealed(
        {
            **event("AggregationEvent", at, "DELETE", "unpacking"),
            "disposition": "in_progress",
            "parentID": container,
            **children(contents),
        }
    )


def shipped(goods: Sequence[Goods], at: datetime, source: str, destination: str, paper: str | None) -> EventDraft:
    return sealed(
        {
            **event("ObjectEvent", at, "OBSERVE", "shipping"),
            "disposition": "in_transit",
            **things(goods),
            "readPoint": {"id": source},
            **between(source, destination),
            **transaction("desadv", paper),
        }
    )


def received(goods: Sequence[Goods], at: datetime, source: str, destination: str, paper: str | None) -> EventDraft:
    return sealed(
        {
            **event("ObjectEvent", at, "OBSERVE", "receiving"),
            "disposition": "in_progress",
            **things(goods),
            **standing_at(destination),
            **between(source, destination),
            **transaction("recadv", paper),
        }
    )


def sold(goods: Sequence[Goods], at: datetime, place: str) -> EventDraft:
    return sealed(
        {
            **event("ObjectEvent", at, "OBSERVE", "retail_selling"),
            "disposition": "retail_sold",
            **things(goods),
            **standing_at(place),
        }
    )


def inspected(goods: Goods, at: datetime, conformant: bool, inspector: str, paper: str | None) -> EventDraft:
    """The goods stay fit for sale; what a laboratory used up is `sampled`."""
    return sealed(
        {
            **event("ObjectEvent", at, "OBSERVE", "inspecting"),
            "disposition": "conformant" if conformant else "non_conformant",
            **things([goods]),
            "readPoint": {"id": inspector},
            **transaction("testres", paper),
        }
    )


def sampled(goods: Goods, at: datetime, inspector: str, paper: str | None) -> EventDraft:
    """Goods that a laboratory took and used up (CBV 2.0: sampling)."""
    return sealed(
        {
            **event("ObjectEvent", at, "DELETE", "sampling"),
            **things([goods]),
            "readPoint": {"id": inspector},
            **transaction("testres", paper),
        }
    )


def told_of_recall(goods: Sequence[Goods], at: datetime, party: str, recall: str) -> EventDraft:
    """A party was told that goods it got are recalled; CBV has no step for that, so it is `other`."""
    return sealed(
        {
            **event("ObjectEvent", at, "OBSERVE", "other"),
            **things(goods),
            "destinationList": [{"type": "possessing_party", "destination": party}],
            **reference(recall),
        }
    )


def answered_recall(goods: Sequence[Goods], at: datetime, party: str, recall: str) -> EventDraft:
    """A party counted what it still has of recalled goods and holds it back."""
    return sealed(
        {
            **event("ObjectEvent", at, "OBSERVE", "stock_taking"),
            "disposition": "non_sellable_other",
            **things(goods),
            "readPoint": {"id": party},
            "sourceList": [{"type": "possessing_party", "source": party}],
            **reference(recall),
        }
    )


def noted(goods: Sequence[Goods], at: datetime, recall: str) -> EventDraft:
    """A drill begins, or a recall ends: the goods are named and nothing is said against them."""
    return sealed({**event("ObjectEvent", at, "OBSERVE", "other"), **things(goods), **reference(recall)})


def destroyed(goods: Goods, at: datetime, recall: str) -> EventDraft:
    return sealed(
        {
            **event("ObjectEvent", at, "DELETE", "destroying"),
            "disposition": "destroyed",
            **things([goods]),
            **reference(recall),
        }
    )


def mended(goods: Goods, at: datetime, recall: str) -> EventDraft:
    """Put right: relabelled or its fault repaired."""
    return sealed(
        {
            **event("ObjectEvent", at, "OBSERVE", "repairing"),
            "disposition": "conformant",
            **things([goods]),
            **reference(recall),
        }
    )


def given_other_use(goods: Goods, at: datetime, recall: str) -> EventDraft:
    """To another use than eating; CBV has no step for that."""
    return sealed(
        {
            **event("ObjectEvent", at, "DELETE", "other"),
            "disposition": "disposed",
            **things([goods]),
            **reference(recall),
        }
    )


def sent_back(goods: Goods, at: datetime, recall: str) -> EventDraft:
    """Re-exported to whoever it came from."""
    return sealed(
        {
            **event("ObjectEvent", at, "OBSERVE", "departing"),
            "disposition": "returned",
            **things([goods]),
            **reference(recall),
        }
    )


def quantities(goods: Sequence[Goods]) -> list[dict[str, object]]:
    return [{"epcClass": each.epc} if each.kg is None else amount(each.epc, each.kg) for each in goods if each.is_class]


def things(goods: Sequence[Goods]) -> dict[str, object]:
    return named("epcList", "quantityList", goods)


def children(goods: Sequence[Goods]) -> dict[str, object]:
    return named("childEPCs", "childQuantityList", goods)


def named(single: str, classes: str, goods: Sequence[Goods]) -> dict[str, object]:
    """Single things and amounts of classes stand in two lists; an empty one is left out."""
    alone = [each.epc for each in goods if not each.is_class]
    return {name: found for name, found in ((single, alone), (classes, quantities(goods))) if found}


def standing_at(place: str) -> dict[str, object]:
    return {"readPoint": {"id": place}, "bizLocation": {"id": place}}


def between(source: str, destination: str) -> dict[str, object]:
    return {
        "sourceList": [{"type": "owning_party", "source": source}],
        "destinationList": [{"type": "owning_party", "destination": destination}],
    }


def transaction(kind: str, paper: str | None) -> dict[str, object]:
    return {"bizTransactionList": [{"type": kind, "bizTransaction": paper}]} if paper else {}
