"""A mosquitto.conf held against what the house needs: each default that loses messages or lets strangers in, and the line to write.

Source: mosquitto.conf(5) of Mosquitto 2.0; docs/mqtt.md and deploy/mosquitto.conf say what each line prevents.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    SAFE = "safe"
    UNSAFE = "unsafe"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at: `found` is its value, `line` what to write into mosquitto.conf. Its sentence is `broker.check.<name>`."""

    name: str
    verdict: Verdict
    found: str
    line: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """An option, its value when nobody writes it, and which values are safe."""

    option: str
    default: str
    is_safe: Callable[[str], bool]
    line: str


MIB = 2**20


def _whole(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() else -1


RULES = (
    Rule("allow_anonymous", "false", lambda value: value == "false", "allow_anonymous false"),
    Rule("password_file", "", bool, "password_file /mosquitto/auth/passwd"),
    Rule("acl_file", "", bool, "acl_file /mosquitto/auth/acl"),
    Rule("persistence", "false", lambda value: value == "true", "persistence true"),
    Rule("autosave_interval", "1800", lambda value: 0 < _whole(value) <= 10, "autosave_interval 1"),
    Rule("persistent_client_expiration", "", bool, "persistent_client_expiration 14d"),
    Rule(
        "max_queued_messages",
        "1000",
        lambda value: _whole(value) == 0 or _whole(value) >= 100_000,
        "max_queued_messages 0",
    ),
    Rule("max_queued_bytes", "0", lambda value: _whole(value) >= 64 * MIB, "max_queued_bytes 1073741824"),
    Rule(
        "max_inflight_messages",
        "20",
        lambda value: _whole(value) == 0 or _whole(value) >= 100,
        "max_inflight_messages 2000",
    ),
    Rule("max_packet_size", "0", lambda value: 0 < _whole(value) <= MIB, "max_packet_size 270336"),
)


def parse(text: str) -> dict[str, str]:
    """Options and values; of an option written twice the last one holds, as in the broker."""
    found = {}
    for line in text.splitlines():
        words = line.strip().split(None, 1)
        if words and not words[0].startswith("#"):
            found[words[0]] = words[1] if len(words) > 1 else ""
    return found


def judge(options: Mapping[str, str]) -> list[Finding]:
    """A finding for every rule; `include_dir` leads elsewhere, so what is not written here is then unknown."""
    elsewhere = "include_dir" in options
    return [finding(rule, options, elsewhere) for rule in RULES]


def finding(rule: Rule, options: Mapping[str, str], elsewhere: bool) -> Finding:
    if elsewhere and rule.option not in options:
        return Finding(rule.option, Verdict.UNKNOWN, options["include_dir"], rule.line)
    value = options.get(rule.option, rule.default)
    if rule.is_safe(value):
        return Finding(rule.option, Verdict.SAFE, value)
    return Finding(rule.option, Verdict.UNSAFE, value or "-", rule.line)
