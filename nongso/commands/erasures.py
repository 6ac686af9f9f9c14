"""`nongso user households`, `erase-household` and `erase-again`: forgetting a household on the server's own command line."""

import argparse
import json
import os
import sys
from pathlib import Path

from nongso import erasures, store
from nongso.clock import utc_now
from nongso.commands.offices import console, get_office
from nongso.erasures import Applied
from nongso.settings import Settings
from nongso.store import audit_lines, parties, party_erasure
from nongso.text import say

DONE, NO = 0, 1
HOUSEHOLD = "household"


def add_deeds(deeds: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """The words that `nongso user` takes for this."""
    listing = deeds.add_parser("households", help="list an office's households with their numbers")
    listing.add_argument("--office", required=True, help="slug of the office")
    listing.add_argument("--json", action="store_true")
    erasing = deeds.add_parser("erase-household", help="forget a household: name, address, telephone, papers")
    erasing.add_argument("number", type=int, help="its number, as `nongso user households` lists it")
    erasing.add_argument("--office", required=True, help="slug of the office")
    again = deeds.add_parser(
        "erase-again", help="after a restore: forget again whoever was forgotten since the back-up"
    )
    again.add_argument("--list", type=Path, help="the list of erasures, where it is not in the data folder")
    again.add_argument("--json", action="store_true")


def list_households(conn: store.Connection, chosen: argparse.Namespace, lang: str) -> int:
    viewer = console(get_office(conn, chosen.office))
    found = [each for each in parties.list_parties(conn, viewer) if each.kind == HOUSEHOLD]
    if chosen.json:
        rows = [{"number": each.id, "name": each.name, "address": each.address} for each in found]
        sys.stdout.write(json.dumps(rows, ensure_ascii=False) + "\n")
        return DONE
    sys.stdout.write("".join(f"{each.id:>6}  {each.name}  {each.address}".rstrip() + "\n" for each in found))
    return DONE


def erase_household(conn: store.Connection, chosen: argparse.Namespace, lang: str) -> int:
    """Its goods stay, under no name. Raises NotFound, NotAPerson, OwnsBrand or InOpenRecall."""
    viewer = console(get_office(conn, chosen.office))
    party_erasure.erase(conn, viewer, chosen.number, utc_now())
    audit_lines.insert_by_command(conn, viewer.office_id, "party.erase", f"party:{chosen.number}")
    sys.stdout.write(say(lang, "erasure.household", number=str(chosen.number)) + "\n")
    return DONE


def erase_again(conn: store.Connection, chosen: argparse.Namespace, lang: str) -> int:
    """Hold database and list together; 1 when somebody on the list cannot be forgotten yet. Raises BadList, NoList."""
    kept = erasures.list_file(Settings.from_env(os.environ))
    if chosen.list is not None:
        erasures.take_over(kept, chosen.list)
    applied = erasures.keep(conn, kept, utc_now())
    sys.stdout.write((json.dumps(applied_json(applied)) if chosen.json else applied_lines(lang, applied)) + "\n")
    return NO if applied.refused else DONE


def applied_json(applied: Applied) -> dict[str, object]:
    again = [{"kind": one.kind, "number": one.id} for one in applied.again]
    refused = [{"kind": one.kind, "number": one.id, "code": code} for one, code in applied.refused]
    return {"listed": applied.listed, "again": again, "refused": refused}


def applied_lines(lang: str, applied: Applied) -> str:
    counted = say(lang, "erasure.applied", listed=applied.listed, again=len(applied.again))
    refused = [
        say(lang, "erasure.refused", number=str(one.id), reason=say(lang, f"error.{code}"))
        for one, code in applied.refused
    ]
    return "\n".join([counted, *refused])
