"""Makers' own decoders as an administrator put them in. What a body means, the collector knows."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from psycopg.rows import class_row
from psycopg.types.json import Jsonb

from nongso.errors import Conflict, NotFound
from nongso.store.connection import Connection


class NoScript(NotFound):
    """Nobody put in a decoder of that name."""

    code = "codec.no_script"


class ScriptUsed(Conflict):
    """Devices are read with it."""

    code = "codec.script_used"


@dataclass(frozen=True, slots=True)
class StoredScript:
    """`put_at` changes with every new version of it."""

    name: str
    version: str
    body: Mapping[str, object]
    put_at: datetime


def put(conn: Connection, name: str, version: str, body: Mapping[str, object], now: datetime) -> None:
    """Put a decoder in, in the place of an earlier one of its name. Raises Refused for a name that is none."""
    conn.execute(
        """
        INSERT INTO codec_script (name, version, body, put_at)
        VALUES (%(name)s, %(version)s, %(body)s, %(now)s)
        ON CONFLICT (name) DO UPDATE SET version = excluded.version, body = excluded.body, put_at = excluded.put_at
        """,
        {"name": name, "version": version, "body": Jsonb(body), "now": now},
    )


def list_scripts(conn: Connection) -> list[StoredScript]:
    """All of them, by name."""
    with conn.cursor(row_factory=class_row(StoredScript)) as cursor:
        return cursor.execute("SELECT name, version, body, put_at FROM codec_script ORDER BY name").fetchall()


def list_changed(conn: Connection, known: Mapping[str, datetime]) -> tuple[list[StoredScript], Collection[str]]:
    """What is new against `known` (when each was put in), and the names of those that are gone."""
    stands = dict(conn.execute("SELECT name, put_at FROM codec_script").fetchall())
    if stands == known:
        return [], ()
    return [one for one in list_scripts(conn) if known.get(one.name) != one.put_at], known.keys() - stands.keys()


def remove(conn: Connection, name: str) -> None:
    """Raises NoScript, or ScriptUsed while a device that is not revoked is read with it."""
    user = conn.execute(
        "SELECT id FROM device WHERE codec = %(name)s AND revoked_at IS NULL ORDER BY id LIMIT 1", {"name": name}
    ).fetchone()
    if user is not None:
        raise ScriptUsed(codec=name, device=user[0])
    if conn.execute("DELETE FROM codec_script WHERE name = %(name)s", {"name": name}).rowcount == 0:
        raise NoScript(codec=name)
