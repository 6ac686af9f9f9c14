"""`nongso migrate`: brings the database's schema up to date."""

import argparse
import json
import os
import sys

from nongso import store
from nongso.commands.database import open_database
from nongso.settings import Settings
from nongso.store.migrate import migrate as apply_migrations
from nongso.text import say


def migrate(argv: list[str]) -> int:
    """Apply what is pending, one line each. Raises StoreAway, MigrationChanged or SchemaNewer."""
    parser = argparse.ArgumentParser(prog="nongso migrate")
    parser.add_argument("--json", action="store_true", help="print what was applied as JSON")
    chosen = parser.parse_args(argv)
    settings = Settings.from_env(os.environ)
    with open_database(settings) as url, store.connect(url) as conn:
        applied = apply_migrations(conn)
    if chosen.json:
        sys.stdout.write(json.dumps({"applied": applied}) + "\n")
        return 0
    for name in applied:
        sys.stdout.write(f"{name}\n")
    sys.stdout.write(say(settings.lang, "migrate.done", count=len(applied)) + "\n")
    return 0
