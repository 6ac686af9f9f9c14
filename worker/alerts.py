"""Opens, updates and closes alerts: the rules over every field, and silence over every device.

What cannot be looked at freezes: a rule without a fresh reading neither opens nor closes anything.
"""

from datetime import datetime

from nongso import rules, store
from nongso.conditions import Conditions
from nongso.devices import silent_after
from nongso.rules import Finding, Signal
from nongso.store import alerts, conditions
from nongso.store.alerts import Details, Quiet, Target

SILENT = "silent"
SILENT_SEVERITY = 2
# An open alert on the left keeps those on the right from opening: salt water is not for dry soil, and over is more than near.
MUTES = {"salt": ("salt_rising", "dry", "paddy")}


def run_once(pool: store.Pool, now: datetime) -> int:
    """Judge everything once; how many alerts were opened or closed. Does nothing while another process judges."""
    with store.connection(pool) as conn:
        if not alerts.try_lock(conn):
            return 0
        open_now = set(alerts.list_open_targets(conn))
        fields = conditions.list_all_conditions(conn, now)
        changed = sum(judge_field(conn, field, open_now, now) for field in fields)
        return changed + sum(judge_device(conn, device, open_now, now) for device in alerts.list_quiet(conn, now))


def judge_field(conn: store.Connection, field: Conditions, open_now: set[Target], now: datetime) -> int:
    """Apply the rules to one field. A rule that lost its last sensor, or is muted, has nothing to say: its alert ends."""
    findings = rules.judge(field, now)
    mute = {rule for finding in findings if stands(finding, field, open_now) for rule in MUTES.get(finding.rule, ())}
    speaking = [finding for finding in findings if finding.rule not in mute]
    changed = sum(apply(conn, field, finding, open_now, now) for finding in speaking)
    rules_left = {finding.rule for finding in speaking}
    over = [target for target in open_now if target.field_id == field.field_id and target.rule not in rules_left]
    return changed + sum(alerts.close(conn, target, now) for target in over)


def stands(finding: Finding, field: Conditions, open_now: set[Target]) -> bool:
    """True while the finding's alert is open after this round: raised now, or open and neither cleared nor known better."""
    is_open = Target(finding.rule, field_id=field.field_id) in open_now
    return finding.signal is Signal.RAISE or (is_open and finding.signal is not Signal.CLEAR)


def apply(conn: store.Connection, field: Conditions, finding: Finding, open_now: set[Target], now: datetime) -> bool:
    """True when an alert was opened or closed. Between raising and clearing an open alert only learns the newest value."""
    target = Target(finding.rule, field_id=field.field_id)
    if finding.signal is Signal.RAISE or (finding.signal is Signal.HOLD and target in open_now):
        return alerts.open_or_update(conn, target, finding.severity, details(field, finding), now)
    return finding.signal is Signal.CLEAR and target in open_now and alerts.close(conn, target, now)


def details(field: Conditions, finding: Finding) -> Details:
    """The values of the alert's sentence; `key` is its text key, so that an old alert can always be read."""
    sentence = finding.sentence(f"alert.{finding.rule}", field.crop)
    numbers = {name: value for name, value in sentence.values.items() if isinstance(value, str | int | float)}
    return {"key": sentence.key, **numbers}


def judge_device(conn: store.Connection, device: Quiet, open_now: set[Target], now: datetime) -> bool:
    """N1: silent for three intervals and at least half an hour; over as soon as it is heard."""
    target = Target(SILENT, device_id=device.device_id)
    if now - device.heard_at > silent_after(device.expected_interval_s):
        said: Details = {"key": "alert.silent", "device": device.device_name, "since": device.heard_at.isoformat()}
        return alerts.open_or_update(conn, target, SILENT_SEVERITY, said, now)
    return target in open_now and alerts.close(conn, target, now)
