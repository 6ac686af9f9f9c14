"""The outbox of messages to people: who is to be told of what, on which channel it stands, and what they answered."""

from dataclasses import dataclass
from datetime import datetime, time
from typing import Any

from psycopg.rows import class_row

from nongso.alerting.catalogue import TOLD_AFTERWARDS
from nongso.alerting.routing import Wishes
from nongso.people import Viewer
from nongso.store.connection import Connection

DEFAULT_CAP, DEFAULT_LEAST = 20, 2


@dataclass(frozen=True, slots=True)
class Candidate:
    """A person who may see an alert and was not told of it yet at this severity; `kind` is opened or closed.

    `was_told` when it began: then they are to be told of its end, whatever they wished.
    """

    account_id: int
    alert_id: int
    kind: str
    severity: int
    opened_at: datetime
    answered: bool
    was_told: bool
    told_today: int
    rung: int
    least: int
    quiet_from: time | None
    quiet_to: time | None
    daily_cap: int
    digest_at: time | None

    @property
    def wishes(self) -> Wishes:
        return Wishes(self.rung, self.least, self.quiet_from, self.quiet_to, self.daily_cap, self.digest_at)


@dataclass(frozen=True, slots=True)
class Due:
    """A message to send, and where it stands. `address` None: no channel is left or there never was one."""

    id: int
    account_id: int
    alert_id: int | None
    kind: str
    severity: int
    channel: int
    tries: int
    created_at: datetime
    lang: str
    address: str | None
    channels: int
    details: dict[str, Any] | None
    place_name: str | None


@dataclass(frozen=True, slots=True)
class Told:
    """A message as its reader sees it in the app."""

    id: int
    alert_id: int | None
    kind: str
    severity: int
    state: str
    created_at: datetime
    sent_at: datetime | None
    details: dict[str, Any] | None


def list_candidates(conn: Connection, now: datetime, midnight: datetime) -> list[Candidate]:
    """Whom open alerts are still to be told to, and who is to learn that one they were told of is over.

    Of the rules in TOLD_AFTERWARDS also who was told nothing while it lasted.

    Farmers without wishes of their own are told at once, in the app; people of the office only when they asked to be.
    What is silenced is told to nobody. The rule is that of visible_alert(), which would read every alert for each person.
    """
    return (
        conn.cursor(row_factory=class_row(Candidate))
        .execute(
            """
            SELECT c.id AS account_id, a.id AS alert_id,
                   CASE WHEN a.closed_at IS NULL THEN 'opened' ELSE 'closed' END AS kind, a.severity, a.opened_at,
                   a.acknowledged_at IS NOT NULL AS answered, told.sent IS NOT NULL AS was_told,
                   (SELECT count(*)::int FROM notification n
                     WHERE n.account_id = c.id AND n.created_at >= %(midnight)s AND n.state <> 'digested') AS told_today,
                   coalesce(r.rung, 0) AS rung, coalesce(r.least, %(least)s) AS least, r.quiet_from, r.quiet_to,
                   coalesce(r.daily_cap, %(cap)s) AS daily_cap, r.digest_at
              FROM alert a
              LEFT JOIN field d ON d.id = a.field_id
              LEFT JOIN farm f ON f.id = d.farm_id
              LEFT JOIN device v ON v.id = a.device_id
              JOIN account c ON c.office_id = coalesce(f.office_id, v.office_id, a.office_id) AND c.disabled_at IS NULL
              LEFT JOIN recipient r ON r.account_id = c.id
              LEFT JOIN LATERAL (SELECT true AS sent
                                   FROM notification n
                                  WHERE n.account_id = c.id AND n.alert_id = a.id AND n.kind = 'opened' AND n.state = 'sent'
                                  LIMIT 1) told ON true
             WHERE (a.closed_at IS NULL OR a.closed_at > %(now)s - interval '1 day')
               AND (r.account_id IS NOT NULL OR c.role = 'farmer')
               AND (c.role <> 'farmer'
                    OR EXISTS (SELECT FROM farm_member m
                                WHERE m.account_id = c.id
                                  AND (m.farm_id = d.farm_id
                                       OR m.farm_id IN (SELECT e.farm_id FROM installation i JOIN field e ON e.id = i.field_id
                                                         WHERE i.device_id = a.device_id AND i.to_at IS NULL))))
               AND NOT EXISTS (SELECT FROM silence s
                                WHERE s.office_id = c.office_id
                                  AND s.from_at <= %(now)s AND s.to_at > %(now)s
                                  AND (s.rule IS NULL OR s.rule = a.rule)
                                  AND (s.field_id IS NULL OR s.field_id = a.field_id)
                                  AND (s.device_id IS NULL OR s.device_id = a.device_id))
               AND NOT EXISTS (SELECT FROM notification n
                                WHERE n.account_id = c.id AND n.alert_id = a.id
                                  AND (n.kind = 'closed' OR (a.closed_at IS NULL AND n.severity >= a.severity)))
               AND (a.closed_at IS NULL OR told.sent OR a.rule = ANY(%(afterwards)s))
             ORDER BY a.severity DESC, a.opened_at, c.id
            """,
            {
                "now": now,
                "midnight": midnight,
                "least": DEFAULT_LEAST,
                "cap": DEFAULT_CAP,
                "afterwards": list(TOLD_AFTERWARDS),
            },
        )
        .fetchall()
    )


def insert(conn: Connection, candidate: Candidate, state: str, now: datetime, due_at: datetime) -> None:
    """Put a message into the outbox; one that is there already stays as it is."""
    conn.execute(
        """
        INSERT INTO notification (account_id, alert_id, kind, severity, state, created_at, due_at)
        VALUES (%(account)s, %(alert)s, %(kind)s, %(severity)s, %(state)s, %(now)s, %(due)s)
        ON CONFLICT (account_id, alert_id, kind, severity) WHERE alert_id IS NOT NULL DO NOTHING
        """,
        {
            "account": candidate.account_id,
            "alert": candidate.alert_id,
            "kind": candidate.kind,
            "severity": candidate.severity,
            "state": state,
            "now": now,
            "due": due_at,
        },
    )


def insert_digests(conn: Connection, now: datetime) -> None:
    """One message for each person whose gathered ones are due; they count as told with it."""
    conn.execute(
        """
        WITH due AS (
            UPDATE notification
               SET state = 'in_app', sent_at = %(now)s
             WHERE state = 'digested' AND due_at <= %(now)s
            RETURNING account_id, severity
        )
        INSERT INTO notification (account_id, kind, severity, state, created_at, due_at)
        SELECT account_id, 'digest', max(severity), 'waiting', %(now)s, %(now)s
          FROM due
         GROUP BY account_id
        """,
        {"now": now},
    )


def find_due(conn: Connection, now: datetime) -> Due | None:
    """The next message to send, locked until the transaction ends; the most severe first."""
    return (
        conn.cursor(row_factory=class_row(Due))
        .execute(
            """
            SELECT n.id, n.account_id, n.alert_id, n.kind, n.severity, n.channel, n.tries, n.created_at, c.lang,
                   (SELECT h.address FROM recipient_channel h
                     WHERE h.account_id = n.account_id AND h.position >= n.channel ORDER BY h.position LIMIT 1) AS address,
                   (SELECT count(*)::int FROM recipient_channel h WHERE h.account_id = n.account_id) AS channels,
                   a.details, coalesce(d.name, v.name, o.name) AS place_name
              FROM notification n
              JOIN account c ON c.id = n.account_id
              LEFT JOIN alert a ON a.id = n.alert_id
              LEFT JOIN field d ON d.id = a.field_id
              LEFT JOIN device v ON v.id = a.device_id
              LEFT JOIN office o ON o.id = a.office_id
             WHERE n.state = 'waiting' AND n.due_at <= %(now)s
             ORDER BY n.severity DESC, n.due_at, n.id
             LIMIT 1
               FOR UPDATE OF n SKIP LOCKED
            """,
            {"now": now},
        )
        .fetchone()
    )


def count_gathered(conn: Connection, due: Due) -> int:
    """How many messages a digest stands for."""
    row = conn.execute(
        """
        SELECT count(*)::int FROM notification
         WHERE account_id = %(account)s AND kind <> 'digest' AND state = 'in_app' AND sent_at = %(made)s
        """,
        {"account": due.account_id, "made": due.created_at},
    ).fetchone()
    return row[0] if row else 0


def set_state(conn: Connection, due: Due, state: str, now: datetime) -> None:
    """It was sent, is only to be read in the app, or failed on every channel."""
    conn.execute(
        "UPDATE notification SET state = %(state)s, sent_at = %(now)s, fault = '' WHERE id = %(id)s",
        {"id": due.id, "state": state, "now": now},
    )


def put_off(conn: Connection, due: Due, channel: int, tries: int, due_at: datetime, fault: str) -> None:
    """Try again: on the same channel later, or on the next one."""
    conn.execute(
        """
        UPDATE notification
           SET channel = %(channel)s, tries = %(tries)s, due_at = %(due)s, fault = %(fault)s
         WHERE id = %(id)s
        """,
        {"id": due.id, "channel": channel, "tries": tries, "due": due_at, "fault": fault},
    )


def list_told(conn: Connection, viewer: Viewer, limit: int) -> list[Told]:
    """The viewer's own newest messages, on whatever channel they went."""
    return (
        conn.cursor(row_factory=class_row(Told))
        .execute(
            """
            SELECT n.id, n.alert_id, n.kind, n.severity, n.state, n.created_at, n.sent_at, a.details
              FROM notification n
              LEFT JOIN alert a ON a.id = n.alert_id
             WHERE n.account_id = %(account)s
             ORDER BY n.created_at DESC, n.id DESC
             LIMIT %(limit)s
            """,
            {"account": viewer.account_id, "limit": limit},
        )
        .fetchall()
    )


def answer(conn: Connection, reply_hash: bytes, said: str, now: datetime) -> bool:
    """What a person answered to the newest alert they were told of; whoever answered first stands as having seen it.

    False when nobody has this address, or was never told of anything that is still open.
    """
    changed = conn.execute(
        """
        UPDATE alert a
           SET answer = %(said)s, answered_at = %(now)s,
               acknowledged_at = coalesce(a.acknowledged_at, %(now)s),
               acknowledged_by = coalesce(a.acknowledged_by, told.account_id)
          FROM (SELECT n.alert_id, n.account_id
                  FROM notification n
                  JOIN recipient r ON r.account_id = n.account_id
                  JOIN account c ON c.id = n.account_id AND c.disabled_at IS NULL
                  JOIN alert b ON b.id = n.alert_id AND b.closed_at IS NULL
                 WHERE r.reply_hash = %(reply)s AND n.state IN ('sent', 'in_app')
                 ORDER BY n.sent_at DESC, n.id DESC
                 LIMIT 1) told
         WHERE a.id = told.alert_id
        """,
        {"reply": reply_hash, "said": said, "now": now},
    )
    return changed.rowcount > 0
