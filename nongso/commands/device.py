"""`nongso device`: the register of devices on the command line, and the broker's files made from it."""

import argparse
import json
import os
import sys
from datetime import UTC, datetime
from pathlib import Path

from nongso import store
from nongso.broker_files import bring_up_to_date
from nongso.clock import utc_now
from nongso.commands.database import open_database
from nongso.commands.offices import console, get_office
from nongso.devices import Kind
from nongso.mosquitto import password_hash
from nongso.settings import Settings
from nongso.store import audit_lines, devices, places
from nongso.store.devices import DeviceDraft
from nongso.text import say
from nongso.text.sorting import normal
from nongso.tokens import new_token


def device(argv: list[str]) -> int:
    """Add, list or revoke devices, or write the broker's files. Raises AlreadyThere, NotFound, UnknownOffice, Refused."""
    chosen = _parser().parse_args(argv)
    settings = Settings.from_env(os.environ)
    deed = {"add": add, "list": list_devices, "revoke": revoke, "broker-files": write_broker_files}[chosen.deed]
    with open_database(settings) as url, store.connect(url) as conn, store.transaction(conn):
        return deed(conn, chosen, settings)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="nongso device")
    deeds = parser.add_subparsers(dest="deed", required=True)
    adding = deeds.add_parser("add", help="register a device and print its password, this once")
    adding.add_argument("id")
    adding.add_argument("--office", required=True, help="slug of the office")
    adding.add_argument("--kind", type=Kind, choices=list(Kind), default=Kind.OTHER)
    adding.add_argument("--name", help="what people call it; the id where it is not given")
    adding.add_argument("--interval-s", type=int, default=900, help="seconds between reports")
    adding.add_argument("--accept-from", type=instant, help="take history from this instant on, RFC 3339")
    listing = deeds.add_parser("list", help="list devices and when each was last heard")
    revoking = deeds.add_parser("revoke", help="end a device: password, installations, alerts")
    revoking.add_argument("id")
    revoking.add_argument("--office", required=True, help="slug of the office")
    files = deeds.add_parser("broker-files", help="write Mosquitto's passwd and acl into a folder")
    files.add_argument("folder", type=Path)
    for each in (adding, listing):
        each.add_argument("--json", action="store_true")
    return parser


def instant(text: str) -> datetime:
    at = datetime.fromisoformat(text)
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def add(conn: store.Connection, chosen: argparse.Namespace, settings: Settings) -> int:
    office = get_office(conn, chosen.office)
    secret = new_token()
    name = normal(chosen.name or chosen.id)
    draft = DeviceDraft(chosen.id, chosen.kind, name, chosen.interval_s, password_hash(secret))
    devices.insert(conn, office.id, draft, chosen.accept_from or utc_now())
    detail = {"kind": chosen.kind.value, "name": name}
    audit_lines.insert_by_command(conn, office.id, "device.register", f"device:{chosen.id}", detail)
    if chosen.json:
        sys.stdout.write(json.dumps({"username": chosen.id, "password": secret}) + "\n")
        return 0
    sys.stdout.write(say(settings.lang, "device.added", id=chosen.id, password=secret) + "\n")
    return 0


def list_devices(conn: store.Connection, chosen: argparse.Namespace, settings: Settings) -> int:
    rows = [
        {"office": office.slug, "id": row.id, "kind": row.kind, "name": row.name,
         "heard_at": row.heard_at.isoformat() if row.heard_at else None, "revoked": row.revoked_at is not None}
        for office in places.list_offices(conn)
        for row in devices.list_devices(conn, console(office))
    ]  # fmt: skip
    if chosen.json:
        sys.stdout.write(json.dumps(rows, ensure_ascii=False) + "\n")
        return 0
    for row in rows:
        heard = say(settings.lang, "device.revoked") if row["revoked"] else row["heard_at"] or "-"
        sys.stdout.write(f"{row['office']}  {row['id']:<24}  {row['kind']:<8}  {heard:<32}  {row['name']}\n")
    return 0


def revoke(conn: store.Connection, chosen: argparse.Namespace, settings: Settings) -> int:
    office = get_office(conn, chosen.office)
    devices.revoke(conn, office.id, chosen.id, utc_now())
    audit_lines.insert_by_command(conn, office.id, "device.revoke", f"device:{chosen.id}")
    sys.stdout.write(say(settings.lang, "device.ended", id=chosen.id) + "\n")
    return 0


def write_broker_files(conn: store.Connection, chosen: argparse.Namespace, settings: Settings) -> int:
    """Both files anew; the house's own user joins when NONGSO_MQTT_USERNAME and NONGSO_MQTT_PASSWORD are set."""
    chosen.folder.mkdir(parents=True, exist_ok=True)
    count = bring_up_to_date(conn, chosen.folder, settings.broker_user)
    sys.stdout.write(say(settings.lang, "device.files_written", folder=chosen.folder, count=count) + "\n")
    return 0
