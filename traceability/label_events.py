"""The EPCIS 2.0 events of labelled pieces: commissioned when the labels are on the goods, sold, decommissioned when a label is taken back (CBV 2.0 §7.1)."""

from collections.abc import Sequence
from datetime import datetime

from nongso.store.epcis_events import EventDraft
from nongso.store.lots import Lot
from traceability.event_body import event, sealed


def commissioned(lot: Lot, epcs: Sequence[str], at: datetime) -> EventDraft:
    """Single pieces get their names. The lot they belong to stands in the master data."""
    body = {**event("ObjectEvent", at, "ADD", "commissioning"), "disposition": "active", "epcList": sorted(epcs)}
    return sealed({**body, "ilmd": {"cbvmda:lotNumber": lot.number}})


def decommissioned(epcs: Sequence[str], at: datetime) -> EventDraft:
    """Labels that were on goods are void: what carries such a name from now on is not ours."""
    body = event("ObjectEvent", at, "DELETE", "decommissioning")
    return sealed({**body, "disposition": "inactive", "epcList": sorted(epcs)})


def sold(epcs: Sequence[str], at: datetime) -> EventDraft:
    body = event("ObjectEvent", at, "OBSERVE", "retail_selling")
    return sealed({**body, "disposition": "retail_sold", "epcList": sorted(epcs)})
