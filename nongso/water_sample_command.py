"""`nongso agro water ec=1.2 sodium=90 calcium=40 magnesium=12 --crop tomato`: a laboratory's sheet of irrigation water, judged."""

import argparse
import json
import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from math import isfinite

from nongso.agronomy.crop_table import get_crop
from nongso.agronomy.water_quality import Finding, Fitness
from nongso.agronomy.water_sample import (
    QUANTITIES,
    USUAL_LEACHING,
    SaltBurden,
    UnknownQuantity,
    WaterReport,
    judge_sample,
)
from nongso.text import say
from nongso.text.format import number, parse_number


def add_water(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("sample", nargs="+", metavar="NAME=VALUE", help=f"names: {', '.join(QUANTITIES)}")
    parser.add_argument("--crop", help="a crop of the table, for what it makes of the salt")
    parser.add_argument("--json", action="store_true", help="every figure as JSON")
    parser.set_defaults(run=water)


def water(arguments: argparse.Namespace) -> int:
    """Raises UnknownQuantity, BadNumber and what judge_sample raises."""
    crop = get_crop(arguments.crop) if arguments.crop else None
    report = judge_sample(read_sample(arguments.sample), crop)
    if arguments.json:
        sys.stdout.write(json.dumps(without_infinity(asdict(report))) + "\n")
    else:
        sys.stdout.writelines(f"{line}\n" for line in sentences(report, os.environ.get("NONGSO_LANG", "vi")))
    return 0


def read_sample(pairs: Sequence[str]) -> dict[str, float]:
    sample: dict[str, float] = {}
    for pair in pairs:
        name, sign, value = pair.partition("=")
        if not sign or name not in QUANTITIES:
            raise UnknownQuantity(name=name, known=", ".join(QUANTITIES))
        sample[name] = float(parse_number(value))
    return sample


def sentences(report: WaterReport, lang: str) -> Iterator[str]:
    """The verdicts, one a line, in the order in which they decide."""
    if report.salinity is not None:
        yield say(lang, "agronomy.water.salinity", degree=say(lang, f"agronomy.restriction.{report.salinity}"))
    if report.infiltration is not None:
        yield say(lang, "agronomy.water.infiltration", degree=say(lang, f"agronomy.restriction.{report.infiltration}"))
    yield from (finding_line(found, lang) for found in report.findings if found.fitness is not Fitness.UNKNOWN)
    unknown = [say(lang, f"agronomy.quantity.{f.quantity}") for f in report.findings if f.fitness is Fitness.UNKNOWN]
    if unknown:
        yield say(lang, "agronomy.water.unknown", names=", ".join(unknown))
    if report.burden is not None:
        yield from burden_lines(report.burden, lang)


def finding_line(found: Finding, lang: str) -> str:
    assert found.value is not None
    bounds = [
        say(lang, f"agronomy.water.{end}", bound=number(lang, bound))
        for end, bound in (("least", found.bound.low), ("most", found.bound.high))
        if isfinite(bound) and bound
    ]
    return say(
        lang,
        "agronomy.water.finding",
        name=say(lang, f"agronomy.quantity.{found.quantity}"),
        value=number(lang, found.value),
        unit="" if found.bound.unit in ("1", "pH") else f" {found.bound.unit}",
        bounds=", ".join(bounds),
        fitness=say(lang, f"agronomy.fitness.{found.fitness}"),
    )


def burden_lines(burden: SaltBurden, lang: str) -> Iterator[str]:
    yield say(
        lang,
        "agronomy.water.burden",
        crop=say(lang, f"crop.{burden.crop}"),
        fraction=number(lang, USUAL_LEACHING * 100),
        soil=number(lang, burden.soil_ds_m, 1),
        harvest=number(lang, burden.yield_share * 100, 0),
    )
    if burden.leaching is None:
        yield say(lang, "agronomy.water.no_leaching")
    else:
        yield say(lang, "agronomy.water.leaching", share=number(lang, burden.leaching * 100, 0))


def without_infinity(tree: object) -> object:
    """JSON has no infinity: a bound that is open upwards becomes null."""
    if isinstance(tree, dict):
        return {name: without_infinity(value) for name, value in tree.items()}
    if isinstance(tree, list | tuple):
        return [without_infinity(value) for value in tree]
    return None if isinstance(tree, float) and not isfinite(tree) else tree
