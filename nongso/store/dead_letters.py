"""Messages that could not be read, or not wholly: kept with their bytes and reasons until the cause is mended."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from nongso.readings import Rejection
from nongso.store.connection import Connection


@dataclass(frozen=True, slots=True)
class Letter:
    """Bytes and what was wrong with them. `times` messages of this batch were these same bytes on this same topic."""

    digest: bytes  # SHA-256 of topic and payload
    topic: str
    payload: bytes
    office_id: int | None
    device_id: str | None
    received_us: int
    times: int
    rejections: tuple[Rejection, ...]


def keep(conn: Connection, letters: Sequence[Letter]) -> None:
    """Keep letters of distinct digests. One that is here already is counted again, with its newest reasons."""
    if not letters:
        return
    ordered = sorted(letters, key=lambda letter: letter.digest)
    rows = conn.execute(
        """
        INSERT INTO dead_letter AS d (digest, topic, payload, office_id, device_id, first_at, last_at, times, rejected)
        SELECT l.digest, l.topic, l.payload, l.office_id, l.device_id,
               timestamptz 'epoch' + l.received_us * interval '1 microsecond',
               timestamptz 'epoch' + l.received_us * interval '1 microsecond', l.times, l.rejected
          FROM unnest(%(digests)s::bytea[], %(topics)s::text[], %(payloads)s::bytea[], %(offices)s::int[], %(devices)s::text[],
                      %(received)s::bigint[], %(times)s::int[], %(rejected)s::int[])
               AS l (digest, topic, payload, office_id, device_id, received_us, times, rejected)
        ON CONFLICT (digest) DO UPDATE
           SET last_at   = greatest(d.last_at, excluded.last_at),
               times     = d.times + excluded.times,
               rejected  = d.rejected + excluded.rejected,
               office_id = coalesce(excluded.office_id, d.office_id),
               device_id = coalesce(excluded.device_id, d.device_id)
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
        },
    ).fetchall()
    ids: dict[bytes, int] = {bytes(digest): id_ for digest, id_ in rows}
    _keep_reasons(conn, [(ids[letter.digest], reason) for letter in ordered for reason in letter.rejections])


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
        INSERT INTO rejection AS r (dead_letter_id, position, reason, property, detail)
        SELECT n.letter_id, n.position, n.reason, n.property, n.detail
          FROM unnest(%(letters)s::bigint[], %(positions)s::int[], %(reasons)s::text[], %(properties)s::text[], %(details)s::text[])
               AS n (letter_id, position, reason, property, detail)
        ON CONFLICT (dead_letter_id, position) DO UPDATE
           SET reason = excluded.reason, property = excluded.property, detail = excluded.detail
        """,
        {
            "letters": [letter_id for letter_id, _ in reasons],
            "positions": [reason.position for _, reason in reasons],
            "reasons": [reason.reason.value for _, reason in reasons],
            "properties": [reason.property for _, reason in reasons],
            "details": [reason.detail for _, reason in reasons],
        },
    )
