"""What is wrong now and was wrong before: one open alert of a rule on a target, closed only by a rule that looked."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from psycopg.rows import class_row
from psycopg.types.json import Jsonb

from nongso.errors import NotFound
from nongso.people import Viewer
from nongso.store.connection import Connection
from nongso.store.fence import fence

LOCK_KEY = 7_163_211
SHOWN = 200

Details = Mapping[str, str | float]


@dataclass(frozen=True, slots=True)
class Target:
    """What a rule looked at: a field or a device."""

    rule: str
    field_id: int | None = None
    device_id: str | None = None


@dataclass(frozen=True, slots=True)
class Alert:
    """`details` fill the sentence `alert.<rule>`; `field_name` is where a device stands, for an alert on a device."""

    id: int
    rule: str
    severity: int
    field_id: int | None
    field_name: str | None
    device_id: str | None
    device_name: str | None
    details: dict[str, str | float]
    opened_at: datetime
    seen_at: datetime
    closed_at: datetime | None
    acknowledged_at: datetime | None
    acknowledged_name: str | None


@dataclass(frozen=True, slots=True)
class Quiet:
    """A device in use and when it was last heard; before it ever was, when it was registered."""

    device_id: str
    device_name: str
    expected_interval_s: int
    heard_at: datetime
    ever_heard: bool


def list_alerts(conn: Connection, viewer: Viewer) -> list[Alert]:
    """The newest alerts the viewer may see, open ones first, the most severe of them first."""
    return (
        conn.cursor(row_factory=class_row(Alert))
        .execute(
            """
            SELECT a.id, a.rule, a.severity, a.field_id, coalesce(d.name, stands.name) AS field_name,
                   a.device_id, v.name AS device_name, a.details, a.opened_at, a.seen_at, a.closed_at,
                   a.acknowledged_at, c.name AS acknowledged_name
              FROM alert a
              LEFT JOIN field d ON d.id = a.field_id
              LEFT JOIN device v ON v.id = a.device_id
              LEFT JOIN account c ON c.id = a.acknowledged_by
              LEFT JOIN LATERAL (SELECT min(e.name) AS name
                                   FROM installation i
                                   JOIN field e ON e.id = i.field_id
                                  WHERE i.device_id = a.device_id
                                    AND i.to_at IS NULL
                                    AND e.farm_id IN (SELECT visible_farm(%(office)s, %(account)s, %(sees_office)s))
                                ) stands ON true
             WHERE a.id IN (SELECT visible_alert(%(office)s, %(account)s, %(sees_office)s))
             ORDER BY a.closed_at IS NOT NULL, CASE WHEN a.closed_at IS NULL THEN -a.severity END, a.opened_at DESC
             LIMIT %(limit)s
            """,
            {"limit": SHOWN, **fence(viewer)},
        )
        .fetchall()
    )


def acknowledge(conn: Connection, viewer: Viewer, alert_id: int, now: datetime) -> None:
    """Record that somebody has seen it; the first one stands. Raises NotFound when the viewer may not see it."""
    changed = conn.execute(
        """
        UPDATE alert
           SET acknowledged_at = coalesce(acknowledged_at, %(now)s),
               acknowledged_by = coalesce(acknowledged_by, %(account)s)
         WHERE id = %(alert)s
           AND id IN (SELECT visible_alert(%(office)s, %(account)s, %(sees_office)s))
        """,
        {"alert": alert_id, "now": now, **fence(viewer)},
    )
    if changed.rowcount == 0:
        raise NotFound()


def try_lock(conn: Connection) -> bool:
    """Take the judge's seat until the transaction ends; False while another process has it."""
    row = conn.execute("SELECT pg_try_advisory_xact_lock(%(key)s)", {"key": LOCK_KEY}).fetchone()
    return row is not None and row[0]


def open_or_update(conn: Connection, target: Target, severity: int, details: Details, now: datetime) -> bool:
    """The rule holds: open its alert, or bring the open one up to date. True when it was opened."""
    row = conn.execute(
        """
        INSERT INTO alert (rule, field_id, device_id, severity, details, opened_at, seen_at)
        VALUES (%(rule)s, %(field)s, %(device)s, %(severity)s, %(details)s, %(now)s, %(now)s)
        ON CONFLICT (rule, field_id, device_id, property) WHERE closed_at IS NULL
        DO UPDATE SET severity = EXCLUDED.severity, details = EXCLUDED.details, seen_at = EXCLUDED.seen_at
        RETURNING opened_at = seen_at
        """,
        {
            "rule": target.rule,
            "field": target.field_id,
            "device": target.device_id,
            "severity": severity,
            "details": Jsonb(dict(details)),
            "now": now,
        },
    ).fetchone()
    return row is not None and row[0]


def close(conn: Connection, target: Target, now: datetime) -> bool:
    """The rule no longer holds. True when an alert was open."""
    closed = conn.execute(
        """
        UPDATE alert
           SET closed_at = greatest(%(now)s, opened_at)
         WHERE rule = %(rule)s
           AND field_id IS NOT DISTINCT FROM %(field)s::int
           AND device_id IS NOT DISTINCT FROM %(device)s::text
           AND closed_at IS NULL
        """,
        {"rule": target.rule, "field": target.field_id, "device": target.device_id, "now": now},
    )
    return closed.rowcount > 0


def list_open_targets(conn: Connection) -> list[Target]:
    """Everything open in every office, for the worker that judges: nobody's view, so it never leaves the house."""
    return (
        conn.cursor(row_factory=class_row(Target))
        .execute("SELECT rule, field_id, device_id FROM alert WHERE closed_at IS NULL")
        .fetchall()
    )


def list_quiet(conn: Connection, now: datetime) -> list[Quiet]:
    """Every device in use of every office with when it was last heard, for the worker that judges.

    One that is being worked on is left out: what may be read into its silence is known.
    """
    return (
        conn.cursor(row_factory=class_row(Quiet))
        .execute(
            """
            SELECT v.id AS device_id, v.name AS device_name, v.expected_interval_s,
                   coalesce(c.heard_at, v.registered_at) AS heard_at, c.heard_at IS NOT NULL AS ever_heard
              FROM device v
              LEFT JOIN device_contact c ON c.device_id = v.id
             WHERE v.revoked_at IS NULL
               AND NOT EXISTS (SELECT FROM maintenance m WHERE m.device_id = v.id AND m.from_at <= %(now)s AND m.to_at > %(now)s)
             ORDER BY v.id
            """,
            {"now": now},
        )
        .fetchall()
    )
