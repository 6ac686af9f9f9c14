"""`nongso user`: the office, its first accounts and who is forgotten, on the server's own command line."""

import argparse
import getpass
import json
import os
import sys
from datetime import date
from pathlib import Path

from nongso import store
from nongso.clock import local_day, utc_now
from nongso.commands import erasures
from nongso.commands.database import open_database
from nongso.commands.offices import console, get_office
from nongso.errors import InvalidInput, NotFound
from nongso.passwords import hash_password
from nongso.people import Role
from nongso.settings import Settings
from nongso.store import admin_units, audit_lines, people, places
from nongso.store.admin_units import AdminUnit
from nongso.store.people import NewAccount
from nongso.text import say
from nongso.text.sorting import normal


class NoPassword(InvalidInput):
    """The password's file cannot be read, or nobody is there to ask."""

    code = "password.none"


def user(argv: list[str]) -> int:
    """Add an office or an account, list accounts or households, forget a person or a household.

    Raises AlreadyThere, UnknownOffice, NotFound, WeakPassword, NoPassword; what refuses to forget a household; BadList, NoList.
    """
    chosen = _parser().parse_args(argv)
    settings = Settings.from_env(os.environ)
    with open_database(settings) as url, store.connect(url) as conn, store.transaction(conn):
        deeds = {
            "office": add_office,
            "add": add_account,
            "list": list_accounts,
            "erase": erase_account,
            "households": erasures.list_households,
            "erase-household": erasures.erase_household,
            "erase-again": erasures.erase_again,
        }
        return deeds[chosen.deed](conn, chosen, settings.lang)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="nongso user")
    deeds = parser.add_subparsers(dest="deed", required=True)
    office = deeds.add_parser("office", help="create an office, and the unit it belongs to where that is not there")
    office.add_argument("slug", help="short name in MQTT topics, such as cai-coi")
    office.add_argument("--name", required=True)
    office.add_argument("--phone", default="")
    office.add_argument("--unit", required=True, help="code of the administrative unit")
    office.add_argument("--unit-name", required=True)
    office.add_argument("--unit-kind", default="xã")
    office.add_argument("--unit-from", type=date.fromisoformat, default=date(2025, 7, 1), help="day the unit began")
    account = deeds.add_parser("add", help="create an account")
    account.add_argument("login")
    account.add_argument("--role", type=Role, choices=list(Role), required=True)
    account.add_argument("--name", required=True)
    account.add_argument("--office", required=True, help="slug of the office")
    account.add_argument("--password-file", type=Path, help="read the password from a file instead of asking")
    erasing = deeds.add_parser("erase", help="forget a person: name, login, and in the log who recorded what")
    erasing.add_argument("login")
    erasing.add_argument("--office", required=True, help="slug of the office")
    listing = deeds.add_parser("list", help="list all accounts")
    listing.add_argument("--json", action="store_true")
    erasures.add_deeds(deeds)
    return parser


def add_office(conn: store.Connection, chosen: argparse.Namespace, lang: str) -> int:
    unit = admin_units.find_unit(conn, chosen.unit, max(chosen.unit_from, local_day(utc_now())))
    if unit is None:
        kind, name = normal(chosen.unit_kind), normal(chosen.unit_name)
        unit = AdminUnit(chosen.unit, chosen.unit_from, None, name, kind, None, None, "")
        admin_units.insert_unit(conn, unit)
    office_id = places.insert_office(conn, chosen.slug, normal(chosen.name), chosen.phone, unit.code, unit.valid_from)
    audit_lines.insert_by_command(conn, office_id, "office.create", f"office:{chosen.slug}")
    sys.stdout.write(say(lang, "user.office_added", slug=chosen.slug) + "\n")
    return 0


def add_account(conn: store.Connection, chosen: argparse.Namespace, lang: str) -> int:
    office = get_office(conn, chosen.office)
    login = chosen.login.strip().lower()
    new = NewAccount(login, normal(chosen.name), chosen.role, lang, hash_password(read_password(chosen, lang)))
    account_id = people.insert(conn, office.id, new)
    detail = {"role": chosen.role.value}  # no login: a line is kept for ever, a person may be erased
    audit_lines.insert_by_command(conn, office.id, "account.create", f"account:{account_id}", detail)
    sys.stdout.write(say(lang, "user.added", login=login, role=say(lang, f"role.{chosen.role}")) + "\n")
    return 0


def erase_account(conn: store.Connection, chosen: argparse.Namespace, lang: str) -> int:
    """What the person recorded stays, and the tamper-evident log still verifies. Raises NotFound."""
    office = get_office(conn, chosen.office)
    account_id = people.find_id(conn, console(office), chosen.login.strip().lower())
    if account_id is None:
        raise NotFound()
    people.erase(conn, console(office), account_id, utc_now())
    audit_lines.insert_by_command(conn, office.id, "account.erase", f"account:{account_id}")
    sys.stdout.write(say(lang, "user.erased", login=chosen.login) + "\n")
    return 0


def list_accounts(conn: store.Connection, chosen: argparse.Namespace, lang: str) -> int:
    rows = [
        {"office": office.slug, "login": account.login, "role": account.role, "name": account.name,
         "disabled": account.disabled_at is not None}
        for office in places.list_offices(conn)
        for account in people.list_accounts(conn, console(office))
    ]  # fmt: skip
    if chosen.json:
        sys.stdout.write(json.dumps(rows, ensure_ascii=False) + "\n")
        return 0
    for row in rows:
        mark = f"  ({say(lang, 'user.disabled')})" if row["disabled"] else ""
        sys.stdout.write(f"{row['office']}  {row['login']:<20}  {row['role']:<9}  {row['name']}{mark}\n")
    return 0


def read_password(chosen: argparse.Namespace, lang: str) -> str:
    """From the file, else asked for without showing it."""
    try:
        if chosen.password_file is not None:
            return chosen.password_file.read_text(encoding="utf-8").strip("\r\n")
        return getpass.getpass(say(lang, "user.ask_password") + " ")
    except (OSError, UnicodeDecodeError, EOFError) as fault:
        raise NoPassword(reason=type(fault).__name__) from fault
