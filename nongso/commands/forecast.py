"""`nongso forecast`: takes a weather forecast from a file, as Open-Meteo writes it or as a table that a map describes."""

import argparse
import json
import os
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from nongso import store
from nongso.clock import utc_now
from nongso.commands.database import open_database
from nongso.commands.offices import get_office
from nongso.forecast import BadForecast, Forecast
from nongso.forecast_files import read_open_meteo, read_table
from nongso.settings import Settings
from nongso.store import audit_lines, forecasts
from nongso.text import say
from nongso.weather_maps import load_map
from nongso.weather_table import NoSuchFile


def forecast(argv: list[str]) -> int:
    """Store a forecast for an office's fields. Raises NoSuchFile, BadForecast, UnknownOffice and what reading a table raises."""
    chosen = _parser().parse_args(argv)
    settings, now = Settings.from_env(os.environ), utc_now()
    told = read(chosen, now)
    with open_database(settings) as url, store.connect(url) as conn, store.transaction(conn):
        office = get_office(conn, chosen.office)
        is_new = forecasts.insert(conn, office.id, told, now)
        detail = {"file": chosen.file.name}
        audit_lines.insert_by_command(conn, office.id, "forecast.import", f"office:{office.slug}", detail)
    answer = {"new": is_new, "issued_at": told.issued_at.isoformat(), "hours": len(told.hours), "days": len(told.days)}
    text = say(settings.lang, "forecast.taken", hours=len(told.hours), issued=told.issued_at)
    sys.stdout.write((json.dumps(answer) if chosen.json else text) + "\n")
    return 0


def read(chosen: argparse.Namespace, now: datetime) -> Forecast:
    """The forecast of the file, issued when the switch says so, else now."""
    if not chosen.file.is_file():
        raise NoSuchFile(file=chosen.file)
    issued_at = chosen.issued or now
    if chosen.map is not None:
        return read_table(chosen.file, load_map(chosen.map), issued_at)
    told = read_open_meteo(chosen.file.read_bytes(), now)
    return (
        replace(told, issued_at=issued_at, expires_at=issued_at + (told.expires_at - told.issued_at))
        if chosen.issued
        else told
    )


def instant(text: str) -> datetime:
    """RFC 3339 with an offset. Raises BadForecast."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError as fault:
        raise BadForecast(reason=f"--issued {text}") from fault
    if at.tzinfo is None:
        raise BadForecast(reason=f"--issued {text}")
    return at.astimezone(UTC)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="nongso forecast", description="Weather forecasts of an office's fields.")
    deeds = parser.add_subparsers(dest="deed", required=True)
    importing = deeds.add_parser("import", help="take a forecast from a file")
    importing.add_argument("file", type=Path, help="Open-Meteo's JSON, or with --map a CSV of hours")
    importing.add_argument("--office", required=True, help="slug of the office")
    importing.add_argument("--map", help="how the CSV is written: a TOML file (docs/agronomy.md)")
    importing.add_argument("--issued", type=instant, help="when it was issued, RFC 3339; now where it is not said")
    importing.add_argument("--json", action="store_true", help="print for a program")
    return parser
