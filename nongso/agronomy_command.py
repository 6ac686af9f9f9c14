"""`nongso agro et0 FILE --map MAP`, `nongso agro salinity --ec 7.28`, `nongso agro water ec=1.2`: the formulas of the field on the command line.

Other rooms offer subcommands of their own through the entry points `nongso.agro`: `qc` reads recorded files, which is ingest's work.
"""

import argparse
import csv
import json
import os
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, astuple, fields
from importlib.metadata import entry_points
from pathlib import Path

from nongso.agronomy.et0 import Terms
from nongso.agronomy.salinity import practical_salinity
from nongso.text import say
from nongso.text.format import number
from nongso.water_sample_command import add_water
from nongso.weather_maps import SURFACES, load_map
from nongso.weather_report import Report, daily_report, hourly_report

COLUMNS = ("date", "et0_mm", "method", "estimated", "missing", *(field.name for field in fields(Terms)))


def agro(argv: list[str]) -> int:
    """Runs one subcommand; bad input rises as a NongsoError and becomes one line and exit code 2."""
    offered = {entry.name: entry for entry in entry_points(group="nongso.agro")}
    if argv and argv[0] in offered:
        return offered[argv[0]].load()(argv[1:])
    arguments = _parser(sorted(offered)).parse_args(argv)
    return arguments.run(arguments)


def _parser(offered: list[str]) -> argparse.ArgumentParser:
    top = argparse.ArgumentParser(prog="nongso agro", description="Formulas of the field.")
    commands = top.add_subparsers(required=True, metavar="|".join(["et0", "salinity", "water", *offered]))
    _add_et0(commands.add_parser("et0", help="reference evapotranspiration of a weather file, a line a day"))
    _add_salinity(commands.add_parser("salinity", help="practical salinity of water from its conductivity"))
    add_water(commands.add_parser("water", help="whether a laboratory's sheet of water is fit to irrigate with"))
    return top


def _add_et0(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, help="a CSV file")
    parser.add_argument(
        "--map", required=True, help="how the file is written: a TOML file, or the name of a shipped map"
    )
    step = parser.add_mutually_exclusive_group()
    step.add_argument("--daily", action="store_true", help="daily equation (default); hours are gathered into days")
    step.add_argument("--hourly", action="store_true", help="hourly equation, summed by local day")
    parser.add_argument("--surface", choices=sorted(SURFACES), default="grass", help="reference surface")
    output = parser.add_mutually_exclusive_group()
    output.add_argument("--csv", action="store_true", help="a line a day with every intermediate value")
    output.add_argument("--json", action="store_true", help="the summary as JSON")
    parser.set_defaults(run=_et0)


def _add_salinity(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--ec", type=float, required=True, metavar="MS_CM", help="conductivity in mS/cm")
    parser.add_argument(
        "--temperature", type=float, default=25.0, metavar="C", help="its temperature, 25 °C unless said"
    )
    parser.add_argument("--json", action="store_true", help="every intermediate value as JSON")
    parser.set_defaults(run=_salinity)


def _salinity(arguments: argparse.Namespace) -> int:
    found = practical_salinity(arguments.ec, arguments.temperature)
    if arguments.json:
        _write(json.dumps(asdict(found)))
        return 0
    lang = _lang()
    formula = say(lang, f"agronomy.formula.{found.formula}")
    _write(say(lang, "agronomy.salinity_answer", salinity=number(lang, found.salinity, 3), formula=formula))
    return 0


def _et0(arguments: argparse.Namespace) -> int:
    plan = load_map(arguments.map)
    report_of = hourly_report if arguments.hourly else daily_report
    report = report_of(arguments.file, plan, SURFACES[arguments.surface])
    if arguments.csv:
        _write_csv(report)
    elif arguments.json:
        _write(json.dumps(_summary(report)))
    else:
        for sentence in _sentences(report, _lang()):
            _write(sentence)
    return 0


def _write_csv(report: Report) -> None:
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(COLUMNS)
    for line in report.lines:
        depth = "" if line.et0_mm is None else f"{line.et0_mm:.3f}"
        terms = [""] * len(fields(Terms)) if line.terms is None else [f"{value:.5g}" for value in astuple(line.terms)]
        writer.writerow((line.day, depth, line.method, ";".join(line.estimated), ";".join(line.missing), *terms))


def _summary(report: Report) -> dict[str, object]:
    depths = [line.et0_mm for line in report.lines if line.et0_mm is not None]
    estimated = Counter(estimate for line in report.lines for estimate in line.estimated)
    missing = Counter(name for line in report.lines for name in line.missing)
    return {
        "days": len(report.lines),
        "known_days": len(depths),
        "mean_mm": sum(depths) / len(depths) if depths else None,
        "estimated_days": dict(estimated),
        "missing_days": dict(missing),
        "agreement": [asdict(agreement) for agreement in report.agreements],
    }


def _sentences(report: Report, lang: str) -> Iterator[str]:
    depths = [line.et0_mm for line in report.lines if line.et0_mm is not None]
    mean = number(lang, sum(depths) / len(depths), 2) if depths else "–"
    yield say(lang, "agronomy.et0_answer", days=len(report.lines), known=len(depths), mean=mean)
    for estimate, days in Counter(estimate for line in report.lines for estimate in line.estimated).items():
        yield say(lang, "agronomy.et0_estimated", days=days, how=say(lang, f"agronomy.estimate.{estimate}"))
    for name, days in Counter(name for line in report.lines for name in line.missing).items():
        yield say(lang, "agronomy.et0_missing", days=days, name=name)
    for found in report.agreements:
        figures = {name: number(lang, value, 3) for name, value in asdict(found).items() if name.endswith("_mm")}
        yield say(lang, "agronomy.et0_agreement", column=found.column, days=found.days, **figures)


def _lang() -> str:
    return os.environ.get("NONGSO_LANG", "vi")


def _write(line: str) -> None:
    sys.stdout.write(line + "\n")
