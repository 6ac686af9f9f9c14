"""The first events of a lot, made from what sensors, the field's diary and the harvest's form say; nobody types an event."""

from datetime import datetime

from api.deps import House
from nongso import store
from nongso.agronomy.crop_table import CROPS
from nongso.papers import Validity, validity
from nongso.people import Viewer
from nongso.store import certificates, diary, events, lots, passports, places
from nongso.store.certificates import Certificate
from nongso.store.epcis_events import EventDraft
from nongso.store.lots import Lot, Share
from traceability import lot_events
from traceability.event_body import start_of
from traceability.growing import MEASURES, by_stage, diary_summary, season
from traceability.lot_links import place_uri


def begin_story(conn: store.Connection, viewer: Viewer, house: House, lot: Lot, now: datetime) -> None:
    """A new lot from a harvest: how it grew, that it was harvested, and packed when that was said."""
    grown = growing_event(conn, viewer, house, lot)
    if grown is not None:
        events.insert_event(conn, viewer, lot.id, grown, now)
    for share in lots.list_shares(conn, lot.id):
        tell_harvest(conn, viewer, house, lot, share, now)
    if lot.packed_on is not None:
        events.insert_event(conn, viewer, lot.id, lot_events.packed(lot, start_of(lot.packed_on)), now)


def growing_event(conn: store.Connection, viewer: Viewer, house: House, lot: Lot) -> EventDraft | None:
    field = places.get_field(conn, viewer, lot.field_id)
    first, last = season(field.planted_on, lot.harvested_on)
    days = passports.list_days(conn, lot.field_id, tuple(MEASURES), first, last)
    counts = diary.count_kinds(conn, lot.field_id, first, lot.harvested_on)
    told = diary_summary(counts, diary.list_sprays(conn, lot.field_id), lot.harvested_on)
    stages = by_stage(days, field.planted_on, lot.harvested_on, CROPS.get(lot.crop))
    return lot_events.grown(lot, stages, told, house.settings.public_url)


def certificate_uri(paper: Certificate, public_url: str) -> str:
    """With the digest of its scan, where there is one: so the log holds what the paper was on that day."""
    mark = f"#sha256-{paper.file_digest}" if paper.file_digest else ""
    return place_uri("certificate", paper.id, public_url) + mark


def tell_harvest(conn: store.Connection, viewer: Viewer, house: House, lot: Lot, share: Share, now: datetime) -> None:
    held = [
        certificate_uri(each, house.settings.public_url)
        for each in certificates.list_of_lot(conn, lot.id)
        if validity(each.valid_from, each.valid_to, each.withdrawn_on, share.harvested_on) is Validity.IN_FORCE
    ]
    event = lot_events.harvested(lot, share, held, house.settings.public_url)
    events.insert_event(conn, viewer, lot.id, event, now)
