"""`nongso audit`: counts everything again and holds it against the books. Exit 1 when something does not balance."""

import argparse
import json
import os
import sys
from dataclasses import asdict, dataclass

from nongso import store
from nongso.commands.database import open_database
from nongso.settings import Settings
from nongso.store import intake, recounts, rollups
from nongso.text import say

SAMPLE_HOURS = 20_000


@dataclass(frozen=True, slots=True)
class Line:
    """What should be and what is. `key` names it: the text `audit.<key>`."""

    key: str
    expected: int
    found: int

    @property
    def balances(self) -> bool:
        return self.expected == self.found


def audit(argv: list[str]) -> int:
    """Print what was compared; 0 when all of it balances, else 1."""
    parser = argparse.ArgumentParser(prog="nongso audit")
    parser.add_argument("--all", action="store_true", help="recount every hour, not only the newest ones")
    parser.add_argument("--json", action="store_true", help="print the lines as JSON")
    chosen = parser.parse_args(argv)
    settings = Settings.from_env(os.environ)
    with open_database(settings) as url, store.connect(url) as conn:
        conn.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")  # one moment for all the counts
        conn.execute(
            "SET LOCAL statement_timeout = 0"
        )  # counting a year of readings takes longer than answering anybody may
        lines = compare(conn, None if chosen.all else SAMPLE_HOURS)
        waiting = rollups.dirty(conn)
    balances = all(line.balances for line in lines)
    if chosen.json:
        rows = [{**asdict(line), "balances": line.balances} for line in lines]
        sys.stdout.write(json.dumps({"balances": balances, "dirty_hours": waiting, "lines": rows}) + "\n")
    else:
        sys.stdout.write(table(settings.lang, lines, waiting))
    return 0 if balances else 1


def compare(conn: store.Connection, hours: int | None) -> list[Line]:
    """Every line of the audit, within the caller's transaction. `hours` bounds how many hours are recounted, None is all."""
    books = intake.totals(conn)
    compared, wrong_hours = recounts.wrong_hours(conn, hours)
    in_hours, in_days, in_raw = recounts.summed_readings(conn)
    return [
        Line("received", books.received, books.stored + books.duplicate + books.conflict + books.rejected),
        Line("stored", books.stored, recounts.readings(conn)),
        Line("conflict", books.conflict, recounts.conflicts(conn)),
        Line("rejected", books.rejected, recounts.rejections(conn)),
        Line("latest", 0, recounts.wrong_latest(conn)),
        Line("hours", compared, compared - wrong_hours),
        Line("in_hours", in_raw, in_hours),
        Line("in_days", in_raw, in_days),
    ]


def table(lang: str, lines: list[Line], waiting: int) -> str:
    """The lines under each other, a sign and a word for each."""
    names = [say(lang, f"audit.{line.key}") for line in lines]
    width = max(map(len, names))
    rows = [
        f"{'✓' if line.balances else '✗'} {name:<{width}}  {line.expected:>12}  {line.found:>12}"
        for name, line in zip(names, lines, strict=True)
    ]
    verdict = say(lang, "audit.balances" if all(line.balances for line in lines) else "audit.differs")
    return "\n".join([*rows, say(lang, "audit.waiting", count=waiting), verdict, ""])
