"""`nongso broker check`: tells before the first harvest whether the broker loses messages or lets strangers in."""

import argparse
import json
import os
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from ingest import broker_probe, mosquitto_conf
from ingest.broker_probe import Kept, Limits, Login
from ingest.mosquitto_conf import MIB, Finding, Verdict
from nongso.errors import InvalidInput
from nongso.settings import Settings
from nongso.text import say

SENT = 1_500  # more than Mosquitto's own limit of 1000, and little enough for a broker at work
FEWEST_IN_FLIGHT = 100
SIGNS = {Verdict.SAFE: "✓", Verdict.UNSAFE: "✗", Verdict.UNKNOWN: "?"}


class BadFile(InvalidInput):
    """A file named on the command line cannot be read."""

    code = "broker.bad_file"


def broker(argv: list[str]) -> int:
    """0 when nothing unsafe was found, else 1. Raises BrokerAway, BrokerRefuses, BadFile."""
    chosen = parse(argv)
    settings = Settings.from_env(os.environ)
    findings = [
        *configured(chosen.config),
        *tried(settings.mqtt_url, settings.broker_user, chosen.messages),
        device_finding(settings.mqtt_url, chosen.device, chosen.device_password_file),
    ]
    unsafe = [finding for finding in findings if finding.verdict is Verdict.UNSAFE]
    if chosen.json:
        sys.stdout.write(json.dumps({"safe": not unsafe, "findings": [asdict(finding) for finding in findings]}) + "\n")
    else:
        sys.stdout.write(table(settings.lang, findings))
    return 1 if unsafe else 0


def parse(argv: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="nongso broker")
    deeds = parser.add_subparsers(dest="deed", required=True)
    check = deeds.add_parser("check", help="try the broker at NONGSO_MQTT_URL; exit code 1 when it is unsafe")
    check.add_argument("--config", type=Path, metavar="FILE", help="also read this mosquitto.conf")
    check.add_argument("--device", metavar="ID", help="user name of a device: try what it must not be able to do")
    check.add_argument("--device-password-file", type=Path, metavar="FILE", help="the password of that device")
    check.add_argument(
        "--messages", type=int, default=SENT, metavar="N", help="how many to leave waiting at the broker"
    )
    check.add_argument("--json", action="store_true")
    return parser.parse_args(argv)


def configured(file: Path | None) -> list[Finding]:
    """What the broker's own file says; without it, that a restart was not looked at."""
    if file is None:
        return [Finding("restart", Verdict.UNKNOWN, "-")]
    return mosquitto_conf.judge(mosquitto_conf.parse(content(file)))


def content(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as fault:
        raise BadFile(file=file, problem=type(fault).__name__) from fault


def tried(url: str, login: Login, messages: int) -> list[Finding]:
    """What the live broker does."""
    said = broker_probe.limits(url, login)
    anonymous = login is None or broker_probe.lets_in(url, None)
    return [
        Finding("version", Verdict.SAFE, broker_probe.version(url, login) or "-"),
        Finding(
            "stranger",
            Verdict.UNSAFE if anonymous else Verdict.SAFE,
            "true" if anonymous else "false",
            "allow_anonymous false" if anonymous else "",
        ),
        packet_finding(said),
        *queue_findings(broker_probe.queue(url, login, messages)),
    ]


def packet_finding(said: Limits) -> Finding:
    most = said.max_packet_bytes
    if most is not None and most <= MIB:
        return Finding("packet", Verdict.SAFE, str(most))
    return Finding("packet", Verdict.UNSAFE, "-" if most is None else str(most), "max_packet_size 270336")


def queue_findings(kept: Kept | None) -> list[Finding]:
    if kept is None:
        return [Finding("queue", Verdict.UNKNOWN, "-"), Finding("in_flight", Verdict.UNKNOWN, "-")]
    whole = kept.kept == kept.sent
    wide = kept.in_flight >= min(FEWEST_IN_FLIGHT, kept.sent)
    unseen = Verdict.UNKNOWN if kept.kept == 0 else Verdict.UNSAFE  # nothing waited, so nothing was in flight
    return [
        Finding(
            "queue",
            Verdict.SAFE if whole else Verdict.UNSAFE,
            f"{kept.kept}/{kept.sent}",
            "" if whole else "max_queued_messages 0",
        ),
        Finding(
            "in_flight",
            Verdict.SAFE if wide else unseen,
            str(kept.in_flight),
            "" if wide else "max_inflight_messages 2000",
        ),
    ]


def device_finding(url: str, device: str | None, password_file: Path | None) -> Finding:
    """Whether a device can speak for another or order itself about."""
    if device is None or password_file is None:
        return Finding("trespass", Verdict.UNKNOWN, "-")
    taken = broker_probe.trespasses(url, (device, content(password_file).strip()))
    if not taken:
        return Finding("trespass", Verdict.SAFE, "0")
    return Finding("trespass", Verdict.UNSAFE, ", ".join(taken), "acl_file /mosquitto/auth/acl")


def table(lang: str, findings: Sequence[Finding]) -> str:
    """A line a finding, and under an unsafe one what to write."""
    lines = []
    for finding in findings:
        sentence = say(lang, f"broker.check.{finding.name}", found=finding.found)
        lines.append(f"{SIGNS[finding.verdict]} {say(lang, f'broker.{finding.verdict}')}: {sentence}")
        if finding.verdict is Verdict.UNSAFE and finding.line:
            lines.append(f"    {say(lang, 'broker.write', line=finding.line)}")
    unsafe = sum(finding.verdict is Verdict.UNSAFE for finding in findings)
    return "\n".join(
        [*lines, say(lang, "broker.verdict_unsafe" if unsafe else "broker.verdict_safe", count=unsafe), ""]
    )
