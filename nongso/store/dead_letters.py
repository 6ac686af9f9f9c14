"""Messages that could not be read, or not wholly: kept with their bytes and reasons until the cause is mended."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from psycopg.rows import class_row

from nongso.errors import Conflict, NotFound
from nongso.people import Viewer
from nongso.readings import Reason, Rejection
from nongso.store.connection import Connection

# Reading these again would make up a reading (the broker's memory is nobody's observation) or read half a message (the rest was not kept).
FINAL = [Reason.RETAINED.value, Reason.TOO_LARGE.value]


class FinalLetter(Conflict):
    """A letter whose reason no mended codec or register can take away."""

    code = "dead_letter.final"


@dataclass(frozen=True, slots=True)
class Letter:
    """Bytes and what was wrong with them. `times` messages of this batch were these same bytes on this same topic.

    `codec` says who could not read them, and of which version: `native/0.1.0`.
    """

    digest: bytes  # SHA-256 of topic and payload
    topic: str
    payload: bytes
    office_id: int | None
    device_id: str | None
    received_us: int
    times: int
    rejections: tuple[Rejection, ...]
    codec: str = ""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A letter that somebody asked to be read again. `received_us`: when it first came, microseconds since 1970 UTC."""

    id: int
    topic: str
    payload: bytes
    received_us: int
    times: int


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A letter as an office sees it. `reasons` are its reasons without repetition; `settled_at`: all of it was read since."""

    id: int
    topic: str
    device_id: str | None
    codec: str
    first_at: datetime
    last_at: datetime
    times: int
    rejected: int
    reasons: list[str]
    replay_requested_at: datetime | None
    replayed_at: datetime | None
    settled_at: datetime | None


def keep(conn: Connection, letters: Sequence[Letter]) -> None:
    """Keep letters of distinct digests. One that is here already is counted again, with its newest reasons."""
    if not letters:
        return
    ordered = sorted(letters, key=lambda letter: letter.digest)
    rows = conn.execute(
        """
        INSERT INTO dead_letter AS d (digest, topic, payload, office_id, device_id, first_at, last_at, times, rejected, codec)
        SELECT l.digest, l.topic, l.payload, l.office_id, l.device_id,
               timestamptz 'epoch' + l.received_us * interval '1 microsecond',
               timestamptz 'epoch' + l.received_us * interval '1 microsecond', l.times, l.rejected, l.codec
          FROM unnest(%(digests)s::bytea[], %(topics)s::text[], %(payloads)s::bytea[], %(offices)s::int[], %(devices)s::text[],
                      %(received)s::bigint[], %(times)s::int[], %(rejected)s::int[], %(codecs)s::text[])
               AS l (digest, topic, payload, office_id, device_id, received_us, times, rejected, codec)
        ON CONFLICT (digest) DO UPDATE
           SET last_at   = greatest(d.last_at, excluded.last_at),
               times     = d.times + excluded.times,
               rejected  = d.rejected + excluded.rejected,
               office_id = coalesce(excluded.office_id, d.office_id),
               device_id = coalesce(excluded.device_id, d.device_id),
               codec     = excluded.codec,
               settled_at = NULL
        RETURNING digest, id
        """,
        {
            "digests": [letter.digest for letter in ordered],
            "topics": [letter.topic for letter in ordered],
            "payloads": [letter.payload for letter in ordered],
            "offices": [letter.office_id for letter in ordered],
            "devices": [letter.device_id for letter in ordered],
            "received": [letter.received_us for letter in ordered],
            "times": [letter.times for letter in ordered],
            "rejected": [letter.times * len(letter.rejections) for letter in ordered],
            "codecs": [letter.codec for letter in ordered],
        },
    ).fetchall()
    ids: dict[bytes, int] = {bytes(digest): id_ for digest, id_ in rows}
    conn.execute("DELETE FROM rejection WHERE dead_letter_id = ANY(%(ids)s)", {"ids": list(ids.values())})
    _keep_reasons(conn, [(ids[letter.digest], reason) for letter in ordered for reason in letter.rejections])


def list_waiting(conn: Connection, asked_before: datetime, limit: int) -> list[Waiting]:
    """Letters that were asked for before an instant, in the order of asking."""
    with conn.cursor(row_factory=class_row(Waiting)) as cursor:
        return cursor.execute(
            """
            SELECT id, topic, payload, (extract(epoch FROM first_at) * 1000000)::bigint AS received_us, times
              FROM dead_letter
             WHERE replay_requested_at < %(before)s
             ORDER BY replay_requested_at, id
             LIMIT %(limit)s
            """,
            {"before": asked_before, "limit": limit},
        ).fetchall()


def finish_replay(conn: Connection, letters: Sequence[Waiting]) -> None:
    """They were read again. One that was refused again has been counted since, and stays open."""
    conn.execute(
        """
        UPDATE dead_letter d
           SET replay_requested_at = NULL, replayed_at = now(), settled_at = CASE WHEN d.times = r.times THEN now() END
          FROM unnest(%(ids)s::bigint[], %(times)s::int[]) AS r (id, times)
         WHERE d.id = r.id
        """,
        {"ids": [letter.id for letter in letters], "times": [letter.times for letter in letters]},
    )


def list_letters(conn: Connection, viewer: Viewer, settled: bool, limit: int) -> list[DeadLetter]:
    """The office's open letters, or those that were settled; the newest first."""
    return (
        conn.cursor(row_factory=class_row(DeadLetter))
        .execute(
            """
            SELECT d.id, d.topic, d.device_id, d.codec, d.first_at, d.last_at, d.times, d.rejected,
                   ARRAY(SELECT DISTINCT r.reason FROM rejection r WHERE r.dead_letter_id = d.id ORDER BY r.reason) AS reasons,
                   d.replay_requested_at, d.replayed_at, d.settled_at
              FROM dead_letter d
             WHERE d.office_id = %(office)s
               AND (d.settled_at IS NOT NULL) = %(settled)s
             ORDER BY d.last_at DESC, d.id DESC
             LIMIT %(limit)s
            """,
            {"office": viewer.office_id, "settled": settled, "limit": limit},
        )
        .fetchall()
    )


def get_payload(conn: Connection, viewer: Viewer, letter_id: int) -> bytes:
    """A letter's bytes. Raises NotFound for another office's."""
    row = conn.execute(
        "SELECT payload FROM dead_letter WHERE id = %(id)s AND office_id = %(office)s",
        {"id": letter_id, "office": viewer.office_id},
    ).fetchone()
    if row is None:
        raise NotFound()
    return bytes(row[0])


def list_rejections(conn: Connection, letter_id: int) -> list[Rejection]:
    """What is wrong with each item of a letter."""
    rows = conn.execute(
        "SELECT reason, property, position, detail FROM rejection WHERE dead_letter_id = %(id)s ORDER BY position",
        {"id": letter_id},
    ).fetchall()
    return [Rejection(Reason(reason), name, position, detail) for reason, name, position, detail in rows]


def request_replay(conn: Connection, viewer: Viewer, letter_id: int, now: datetime) -> None:
    """Have a letter read again by the collector. Raises NotFound, or FinalLetter where that would be wrong."""
    get_payload(conn, viewer, letter_id)
    asked = conn.execute(
        """
        UPDATE dead_letter d
           SET replay_requested_at = %(now)s
         WHERE d.id = %(id)s
           AND NOT EXISTS (SELECT FROM rejection r WHERE r.dead_letter_id = d.id AND r.reason = ANY(%(final)s))
        """,
        {"id": letter_id, "now": now, "final": FINAL},
    )
    if asked.rowcount == 0:
        raise FinalLetter()


def request_replay_of(conn: Connection, viewer: Viewer, reason: str, device_id: str | None, now: datetime) -> int:
    """Have all open letters of a reason read again, of one device or of all; how many."""
    return conn.execute(
        """
        UPDATE dead_letter d
           SET replay_requested_at = %(now)s
         WHERE d.office_id = %(office)s
           AND d.settled_at IS NULL
           AND EXISTS (SELECT FROM rejection r WHERE r.dead_letter_id = d.id AND r.reason = %(reason)s)
           AND NOT EXISTS (SELECT FROM rejection r WHERE r.dead_letter_id = d.id AND r.reason = ANY(%(final)s))
           AND (%(device)s::text IS NULL OR d.device_id = %(device)s OR split_part(d.topic, '/', 4) = %(device)s)
        """,
        {"office": viewer.office_id, "reason": reason, "device": device_id, "now": now, "final": FINAL},
    ).rowcount


def count_reasons(conn: Connection, device_ids: Collection[str]) -> dict[str, int]:
    """How many items of these devices were refused, by reason."""
    rows = conn.execute(
        """
        SELECT r.reason, sum(d.times)::bigint
          FROM dead_letter d
          JOIN rejection r ON r.dead_letter_id = d.id
         WHERE d.device_id = ANY(%(ids)s)
         GROUP BY r.reason
        """,
        {"ids": list(device_ids)},
    ).fetchall()
    return dict(rows)


def _keep_reasons(conn: Connection, reasons: Sequence[tuple[int, Rejection]]) -> None:
    conn.execute(
        """
        INSERT INTO rejection (dead_letter_id, position, reason, property, detail)
        SELECT n.letter_id, n.position, n.reason, n.property, n.detail
          FROM unnest(%(letters)s::bigint[], %(positions)s::int[], %(reasons)s::text[], %(properties)s::text[], %(details)s::text[])
               AS n (letter_id, position, reason, property, detail)
        """,
        {
            "letters": [letter_id for letter_id, _ in reasons],
            "positions": [reason.position for _, reason in reasons],
            "reasons": [reason.reason.value for _, reason in reasons],
            "properties": [reason.property for _, reason in reasons],
            "details": [reason.detail for _, reason in reasons],
        },
    )
