"""`nongso log verify` without a folder, and `nongso log resume`: this house's database and log, by its own settings."""

import argparse
import json
import os
import sys
from collections.abc import Sequence
from dataclasses import asdict

from nongso import store
from nongso.clock import utc_now
from nongso.commands.database import open_database
from nongso.errors import InvalidInput
from nongso.settings import Settings
from nongso.store import certificate_files
from nongso.store.certificate_files import Altered, Exchanged
from nongso.store.log_watch import Check, CheckFault
from nongso.text import say
from traceability.log.durable import remove
from traceability.log.event_log import RESTORED
from traceability.log.house import PublicLog, find_public
from traceability.log.keys import parse_vkey
from traceability.log.monitor import check_house

DONE, NO = 0, 1


class NoLog(InvalidInput):
    """The settings name no folder with a log in it."""

    code = "log.none_here"


def verify_house(arguments: argparse.Namespace) -> int:
    """Make every record again from the database and hold it against the log, and the scans of certificates against their digests.

    0 when all agrees, 1 when something was changed. Raises NoLog.
    """
    settings = Settings.from_env(os.environ)
    log = pinned(settings, arguments)
    with open_database(settings) as url, store.connect(url) as conn:
        found, papers = check_house(conn, log, utc_now()), check_papers(conn)
    told = check_json(found, papers)
    lines = [*check_lines(settings.lang, log, found), *(paper_sentence(settings.lang, paper) for paper in papers)]
    sys.stdout.write((json.dumps(told) if arguments.json else "\n".join(lines)) + "\n")
    return DONE if told["valid"] else NO


def pinned(settings: Settings, arguments: argparse.Namespace) -> PublicLog:
    """The log in the house's folder, under the keys that were given, or else under those that lie beside it."""
    log = find_public(settings.log_dir)
    if log is None:
        raise NoLog(folder=settings.log_dir)
    key = parse_vkey(arguments.vkey) if arguments.vkey else log.key
    witnesses = tuple(map(parse_vkey, arguments.witness)) or log.witnesses
    return PublicLog(log.folder, key, witnesses)


def resume(arguments: argparse.Namespace) -> int:
    """A person says that the back-up that was restored is the newest, where no witness can."""
    settings = Settings.from_env(os.environ)
    if find_public(settings.log_dir) is None:
        raise NoLog(folder=settings.log_dir)
    remove(settings.log_dir, RESTORED)
    sys.stdout.write((json.dumps({"resumed": True}) if arguments.json else say(settings.lang, "log.resumed")) + "\n")
    return DONE


def check_papers(conn: store.Connection) -> list[Altered | Exchanged]:
    """Scans whose bytes are not those of their digest, and digests that a harvest names and no scan has."""
    return [*certificate_files.list_altered(conn), *certificate_files.list_exchanged(conn)]


def check_json(found: Check, papers: Sequence[Altered | Exchanged]) -> dict[str, object]:
    faults, whole = [asdict(fault) for fault in found.faults], not found.count and not papers
    told = [asdict(paper) for paper in papers]
    return {"valid": whole, "size": found.size, "count": found.count, "faults": faults, "papers": told}


def check_lines(lang: str, log: PublicLog, found: Check) -> list[str]:
    if not found.count:
        return [say(lang, "log.house_whole", origin=log.key.name, size=found.size)]
    return [fault_sentence(lang, fault) for fault in found.faults]


def paper_sentence(lang: str, paper: Altered | Exchanged) -> str:
    """A scan that is not what it was, in words."""
    if isinstance(paper, Exchanged):
        return say(lang, "log.paper_exchanged", number=paper.number, lot=paper.lot, digest=paper.digest)
    return say(lang, "log.paper_altered", number=paper.number, digest=paper.digest)


def fault_sentence(lang: str, fault: CheckFault) -> str:
    """One difference in words."""
    index = "" if fault.leaf_index is None else str(fault.leaf_index)
    text = say(lang, f"log.fault.{fault.kind}", index=index, event=fault.event_id or "", part=", ".join(fault.parts))
    return " ".join(text.split())
