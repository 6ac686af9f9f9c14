"""What is wrong now and was wrong before: one open alert of a rule on a target, closed only by a rule that looked."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from psycopg.rows import class_row
from psycopg.types.json import Jsonb

from nongso.alerting.catalogue import check_known
from nongso.alerting.device import Health
from nongso.errors import NotFound
from nongso.people import Viewer
from nongso.readings import UNFIT
from nongso.store.connection import Connection
from nongso.store.fence import fence

LOCK_KEY = 7_163_211
SHOWN = 200

Details = Mapping[str, str | float]


@dataclass(frozen=True, slots=True)
class Target:
    """What a rule looked at: a field, a device or an office's own book."""

    rule: str
    field_id: int | None = None
    device_id: str | None = None
    office_id: int | None = None


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


def list_open_rules(conn: Connection, viewer: Viewer, field_id: int) -> list[str]:
    """The rules whose alerts are open on a field that the viewer sees."""
    rows = conn.execute(
        """
        SELECT rule
          FROM alert
         WHERE field_id = %(field)s
           AND closed_at IS NULL
           AND id IN (SELECT visible_alert(%(office)s, %(account)s, %(sees_office)s))
        """,
        {"field": field_id, **fence(viewer)},
    ).fetchall()
    return [row[0] for row in rows]


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
    """The rule holds now: open its alert, or bring the open one up to date. True when it was opened."""
    return hold(conn, target, severity, details, now, now)


def hold(
    conn: Connection, target: Target, severity: int, details: Details, opened_at: datetime, seen_at: datetime
) -> bool:
    """The rule holds since `opened_at` and was last seen to at `seen_at`; an open alert keeps its beginning. True when it was opened."""
    row = conn.execute(
        """
        INSERT INTO alert (rule, field_id, device_id, office_id, severity, details, opened_at, seen_at)
        VALUES (%(rule)s, %(field)s, %(device)s, %(office)s, %(severity)s, %(details)s, %(opened)s, %(seen)s)
        ON CONFLICT (rule, field_id, device_id, property, office_id) WHERE closed_at IS NULL
        DO UPDATE SET severity = EXCLUDED.severity, details = EXCLUDED.details, seen_at = EXCLUDED.seen_at
        RETURNING xmax = 0
        """,
        {**_named(target, severity, details), "opened": opened_at, "seen": seen_at},
    ).fetchone()
    return row is not None and row[0]


def record(
    conn: Connection, target: Target, severity: int, details: Details, opened_at: datetime, closed_at: datetime
) -> None:
    """What fired and ended before anybody looked: history, which nobody is told of but by TOLD_AFTERWARDS. Known already, it is left alone."""
    conn.execute(
        """
        INSERT INTO alert (rule, field_id, device_id, office_id, severity, details, opened_at, seen_at, closed_at)
        SELECT %(rule)s, %(field)s, %(device)s, %(office)s, %(severity)s, %(details)s, %(opened)s, %(closed)s, %(closed)s
         WHERE NOT EXISTS (SELECT
                             FROM alert a
                            WHERE a.rule = %(rule)s
                              AND a.field_id IS NOT DISTINCT FROM %(field)s::int
                              AND a.device_id IS NOT DISTINCT FROM %(device)s::text
                              AND a.office_id IS NOT DISTINCT FROM %(office)s::int
                              AND a.opened_at <= %(closed)s
                              AND coalesce(a.closed_at, 'infinity') >= %(opened)s)
        """,
        {**_named(target, severity, details), "opened": opened_at, "closed": closed_at},
    )


def _named(target: Target, severity: int, details: Details) -> dict[str, object]:
    """Raises UnknownRule: an alert that nobody could name, look up or silence is a mistake of ours."""
    check_known(target.rule)
    return {
        "rule": target.rule,
        "field": target.field_id,
        "device": target.device_id,
        "office": target.office_id,
        "severity": severity,
        "details": Jsonb(dict(details)),
    }


def close(conn: Connection, target: Target, now: datetime) -> bool:
    """The rule no longer holds. True when an alert was open."""
    closed = conn.execute(
        """
        UPDATE alert
           SET closed_at = greatest(%(now)s, opened_at)
         WHERE rule = %(rule)s
           AND field_id IS NOT DISTINCT FROM %(field)s::int
           AND device_id IS NOT DISTINCT FROM %(device)s::text
           AND office_id IS NOT DISTINCT FROM %(office)s::int
           AND closed_at IS NULL
        """,
        {
            "rule": target.rule,
            "field": target.field_id,
            "device": target.device_id,
            "office": target.office_id,
            "now": now,
        },
    )
    return closed.rowcount > 0


def list_open_targets(conn: Connection) -> list[Target]:
    """Everything open in every office, for the worker that judges: nobody's view, so it never leaves the house."""
    return (
        conn.cursor(row_factory=class_row(Target))
        .execute("SELECT rule, field_id, device_id, office_id FROM alert WHERE closed_at IS NULL")
        .fetchall()
    )


def list_health(conn: Connection, now: datetime) -> list[Health]:
    """Every device in use of every office and how it fares, for the worker that judges.

    One that is being worked on is left out: what may be read into its silence is known.
    """
    return (
        conn.cursor(row_factory=class_row(Health))
        .execute(
            """
            SELECT v.id AS device_id, v.name AS device_name, v.gateway_id, v.expected_interval_s,
                   coalesce(spoke_at(c.heard_at, c.skew_s), v.registered_at) AS heard_at,
                   bad.fit_at AS bad_since, bad.property AS bad_property,
                   level.fit_value AS battery_percent, voltage.fit_value AS battery_v,
                   make_interval(secs => c.skew_s) AS skew, v.registered_at
              FROM device v
              LEFT JOIN device_contact c ON c.device_id = v.id
              LEFT JOIN LATERAL (SELECT s.property, coalesce(l.fit_at, l.at) AS fit_at
                                   FROM series s
                                   JOIN latest l ON l.series_id = s.id
                                  WHERE s.device_id = v.id AND l.flags & %(unfit)s <> 0
                                  ORDER BY fit_at
                                  LIMIT 1) bad ON true
              LEFT JOIN LATERAL (SELECT l.fit_value FROM series s JOIN latest l ON l.series_id = s.id
                                  WHERE s.device_id = v.id AND s.property = 'battery.level' LIMIT 1) level ON true
              LEFT JOIN LATERAL (SELECT l.fit_value FROM series s JOIN latest l ON l.series_id = s.id
                                  WHERE s.device_id = v.id AND s.property = 'battery.voltage' LIMIT 1) voltage ON true
             WHERE v.revoked_at IS NULL
               AND NOT EXISTS (SELECT FROM maintenance m WHERE m.device_id = v.id AND m.from_at <= %(now)s AND m.to_at > %(now)s)
             ORDER BY v.id
            """,
            {"now": now, "unfit": int(UNFIT)},
        )
        .fetchall()
    )
