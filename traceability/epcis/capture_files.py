"""Files of events captured on the server's own command line, in the name of an account of the office."""

import argparse
import json
import os
import sys
from pathlib import Path

from nongso import store
from nongso.clock import utc_now
from nongso.commands.database import open_database
from nongso.errors import Conflict, Forbidden
from nongso.people import Viewer
from nongso.settings import Settings
from nongso.store import audit_lines, people
from nongso.store.captures import Behaviour, CaptureJob
from nongso.store.connection import Connection
from nongso.text import say
from traceability.epcis.capture import capture
from traceability.epcis.document import Document


class NotAKeeper(Forbidden):
    """No live account of that login, or one that may not write for its office."""

    code = "epcis.not_a_keeper"


class JobFailed(Conflict):
    """A document of which not everything was stored; `details` names the first errors."""

    code = "epcis.job_failed"


def add_words(parser: argparse.ArgumentParser) -> None:
    """The switches of `nongso epcis capture`."""
    parser.add_argument("file", type=Path, nargs="+", help="EPCIS 2.0 JSON-LD or EPCIS XML")
    parser.add_argument("--login", required=True, help="the officer or admin in whose name the events are captured")
    parser.add_argument("--proceed", action="store_true", help="store what is good although other events are not")
    parser.add_argument("--json", action="store_true", help="one JSON object a file")


def capture_files(documents: dict[Path, Document], login: str, behaviour: Behaviour, as_json: bool) -> None:
    """Capture each document in a transaction of its own and print what became of it. Raises NotAKeeper, JobFailed."""
    settings = Settings.from_env(os.environ)
    with open_database(settings) as url, store.connect(url) as conn:
        viewer = get_keeper(conn, login)
        for path, document in documents.items():
            with store.transaction(conn):
                job = capture(conn, viewer, document, behaviour, utc_now())
                detail = {"stored": job.stored, "duplicates": job.duplicates, "errors": len(job.errors), "login": login}
                audit_lines.insert_by_command(conn, viewer.office_id, "epcis.capture", f"capture_job:{job.id}", detail)
            report(path, job, settings.lang, as_json)
            if job.errors:
                details = "; ".join(f"{fault['instance']} {fault['detail']}" for fault in job.errors[:3])
                raise JobFailed(file=str(path), errors=len(job.errors), stored=job.stored, details=details)


def get_keeper(conn: Connection, login: str) -> Viewer:
    with store.transaction(conn):
        credentials = people.find_credentials(conn, login)
    if credentials is None or not credentials.viewer.writes_office:
        raise NotAKeeper(login=login)
    return credentials.viewer


def report(path: Path, job: CaptureJob, lang: str, as_json: bool) -> None:
    counts = {"stored": job.stored, "duplicates": job.duplicates, "errors": len(job.errors)}
    line = (
        json.dumps({"file": str(path), "job": job.id, **counts})
        if as_json
        else f"{path}: " + say(lang, "epcis.captured.line", **counts)
    )
    sys.stdout.write(line + "\n")
