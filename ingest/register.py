"""Registering the devices of a recorded file, so that what they say is taken."""

import secrets
from collections.abc import Sequence
from datetime import date, datetime

from ingest.mapping import Map
from nongso import store
from nongso.errors import InvalidInput
from nongso.mosquitto import password_hash
from nongso.store import admin_units, audit_lines, contacts, devices, places, senders
from nongso.store.admin_units import AdminUnit
from nongso.store.devices import DeviceDraft
from nongso.store.senders import Link

SAMPLE_UNIT = AdminUnit("SAMPLE", date(2025, 7, 1), None, "Nơi thử", "nơi thử", None, None, "")
SHOWN = 5


class UnknownDevices(InvalidInput):
    """Devices of the file that are not registered in this office; `devices` names the first few."""

    code = "replay.unknown_devices"


def check_registered(conn: store.Connection, tenant: str, device_ids: Sequence[str]) -> None:
    """Raises UnknownDevices: what an unregistered device says would only be set aside."""
    known = {entry.device_id for entry in contacts.list_registered(conn, device_ids) if entry.tenant == tenant}
    missing = [device_id for device_id in device_ids if device_id not in known]
    if missing:
        raise UnknownDevices(tenant=tenant, count=len(missing), devices=", ".join(missing[:SHOWN]))


def register(
    conn: store.Connection, tenant: str, mapped: Map, device_ids: Sequence[str], accept_from: datetime
) -> None:
    """Register what is missing, the office too. Nobody is told the secrets: the file is played by one program, not by its devices."""
    with store.transaction(conn):
        office_id = found_office(conn, tenant)
        known = {entry.device_id for entry in contacts.list_registered(conn, device_ids)}
        for device_id in device_ids:
            if device_id not in known:
                hashed = password_hash(secrets.token_urlsafe(32))
                draft = DeviceDraft(device_id, mapped.kind, device_id, mapped.interval_s, hashed)
                devices.insert(conn, office_id, draft, accept_from)
                if mapped.frame is not None:
                    senders.link(conn, device_id, Link(None, mapped.frame.codec, None))
                audit_lines.insert_by_command(conn, office_id, "device.register", device_id)


def found_office(conn: store.Connection, tenant: str) -> int:
    """The office, founded at a sample place when it is not there."""
    office = places.find_office(conn, tenant)
    if office is not None:
        return office.id
    if admin_units.find_unit(conn, SAMPLE_UNIT.code, SAMPLE_UNIT.valid_from) is None:
        admin_units.insert_unit(conn, SAMPLE_UNIT)
    return places.insert_office(conn, tenant, tenant, "", SAMPLE_UNIT.code, SAMPLE_UNIT.valid_from)
