"""`nongso simulate`: a fleet of honest devices on a broker, from a plan and a seed."""

import argparse
import logging
import os
import re
import signal
import time
from dataclasses import asdict
from pathlib import Path

import msgspec

from firmware_sim.fleet import Fleet, Orders, Summary, load_credentials
from firmware_sim.link import parse_address
from firmware_sim.plan import FleetPlan, described, load_plan, scaled, series_of
from nongso.errors import InvalidInput

SPAN_S = {"s": 1, "m": 60, "h": 3_600, "d": 86_400}


class BadSpan(InvalidInput):
    """A stretch of time that is not a number with s, m, h or d."""

    code = "simulate.bad_span"


class BadNumber(InvalidInput):
    """A switch whose number must be larger than 0."""

    code = "simulate.bad_number"


def simulate(argv: list[str]) -> int:
    """Run the fleet, or describe it. Returns 0; raises NongsoError for bad input."""
    given = parser().parse_args(argv)
    for name in ("devices", "connections", "tick_s", "rate"):
        if getattr(given, name) is not None and getattr(given, name) <= 0:
            raise BadNumber(switch=f"--{name.replace('_', '-')}")
    plan = load_plan(given.plan)
    if given.devices is not None:
        plan = scaled(plan, given.devices)
    if given.describe:
        print(described_text(plan, given.json))
        return 0
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    fleet = Fleet(orders_from(given, plan), time.time)
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda *_: fleet.stop())
    print(summary_text(fleet.run(), given.json))
    return 0


def parser() -> argparse.ArgumentParser:
    words = argparse.ArgumentParser(prog="nongso simulate", description="Run a fleet of simulated field devices.")
    words.add_argument("--plan", default="caicoi", help="name of a shipped plan, or a TOML file (caicoi)")
    words.add_argument("--seed", type=int, default=1, help="the same seed makes the same world (1)")
    words.add_argument("--devices", type=int, help="as many devices: the plan's first, or copies of them")
    words.add_argument("--history", metavar="SPAN", default="0s", help="first tell the last 30d, 12h ... (none)")
    ends = words.add_mutually_exclusive_group()
    ends.add_argument("--live", action="store_true", help="go on in real time until stopped (the default)")
    ends.add_argument("--once", action="store_true", help="leave when everything is acknowledged")
    words.add_argument("--rate", type=float, help="at most so many frames a second")
    words.add_argument("--tick-s", type=int, help="every device records every so many seconds")
    words.add_argument(
        "--connections", type=int, help="TCP connections; fewer than devices: they share the name `fleet`"
    )
    words.add_argument("--receipt-wait-s", type=float, default=10.0, help="with --once: patience for receipts (10)")
    words.add_argument("--broker", default="mqtt://127.0.0.1:1883", help="mqtt://host:port or mqtts://host:port")
    words.add_argument("--credentials", type=Path, help="JSON file: device id (or `fleet`) to password")
    words.add_argument("--state", type=Path, help="folder that keeps unsent frames")
    words.add_argument("--ledger", action="store_true", help="keep a copy of every frame in the state folder")
    words.add_argument(
        "--forecast", type=Path, metavar="FILE", help="tell the weather to come into a file once an hour"
    )
    words.add_argument("--describe", action="store_true", help="print the plan and leave")
    words.add_argument("--json", action="store_true", help="print for a program")
    return words


def orders_from(given: argparse.Namespace, plan: FleetPlan) -> Orders:
    history_s = parse_span(given.history)
    if given.once and not history_s:  # what the devices recorded in their last interval
        history_s = given.tick_s or max(device.expected_interval_s for device in plan.device)
    name = Path(given.plan).stem
    return Orders(
        plan=plan,
        plan_name=name,
        seed=given.seed,
        history_s=history_s,
        stops=given.once,
        rate=given.rate,
        tick_s=given.tick_s,
        connections=given.connections,
        receipt_wait_s=given.receipt_wait_s,
        address=parse_address(given.broker),
        credentials=load_credentials(given.credentials),
        state=given.state or default_state(name),
        ledger=given.ledger,
        forecast=given.forecast,
    )


def default_state(plan_name: str) -> Path:
    """Below XDG_STATE_HOME, or ~/.local/state."""
    home = os.environ.get("XDG_STATE_HOME")
    return (Path(home) if home else Path.home() / ".local" / "state") / "nongso" / "simulate" / plan_name


def parse_span(text: str) -> float:
    """Seconds of `30d`, `12h`, `45m`, `90s`. Raises BadSpan."""
    found = re.fullmatch(r"(\d{1,9})([smhd])", text)
    if not found:
        raise BadSpan(text=text)
    return int(found[1]) * SPAN_S[found[2]]


def described_text(plan: FleetPlan, as_json: bool) -> str:
    if as_json:
        return msgspec.json.encode(described(plan)).decode()
    lines = [
        f"{d.id}  {d.kind.value}  {d.field or '-'}  {d.expected_interval_s} s  {len(series_of(d))} series"
        for d in plan.device
    ]
    return "\n".join(lines)


def summary_text(summary: Summary, as_json: bool) -> str:
    values = asdict(summary)
    if as_json:
        return msgspec.json.encode(values).decode()
    return "  ".join(f"{name} {value}" for name, value in values.items())
