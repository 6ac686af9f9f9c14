"""What is known about the log from outside it: when witnesses signed, what the monitor found, and what an office may see of both.

The first functions are the worker's and of the whole house; those that take a viewer show an office its own.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from psycopg.rows import class_row
from psycopg.types.json import Jsonb

from nongso.people import Viewer
from nongso.store.connection import Connection

KEPT_FAULTS = 200  # of one check; a thousand altered events are told by their number and the first ones


@dataclass(frozen=True, slots=True)
class WitnessState:
    """What a witness did when it was asked last; `size` and `cosigned_at` of what it signed last, `fault` the code of a refusal."""

    name: str
    vkey: str
    asked_at: datetime
    fault: str
    size: int | None
    cosigned_at: datetime | None


@dataclass(frozen=True, slots=True)
class CheckFault:
    """One difference between the database and the log. `parts` are JSON Pointers, columns or a file; `office_id` None for the house's."""

    kind: str
    leaf_index: int | None = None
    event_id: str | None = None
    office_id: int | None = None
    parts: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Check:
    """One run of the monitor: how large the log was, how many differences there were, and the first of them."""

    at: datetime
    size: int
    count: int
    faults: Sequence[CheckFault]


def put_witness(conn: Connection, state: WitnessState) -> None:
    """Keep what came of asking; what it signed earlier stays when it did not sign now."""
    conn.execute(
        """
        INSERT INTO log_witness (name, vkey, asked_at, fault, size, cosigned_at)
        VALUES (%(name)s, %(vkey)s, %(asked_at)s, %(fault)s, %(size)s, %(cosigned_at)s)
        ON CONFLICT (name)
        DO UPDATE SET vkey = EXCLUDED.vkey, asked_at = EXCLUDED.asked_at, fault = EXCLUDED.fault,
                      size = coalesce(EXCLUDED.size, log_witness.size),
                      cosigned_at = coalesce(EXCLUDED.cosigned_at, log_witness.cosigned_at)
        """,
        asdict(state),
    )


def list_witnesses(conn: Connection) -> list[WitnessState]:
    """Every witness that was ever asked; it is published on /log."""
    return (
        conn.cursor(row_factory=class_row(WitnessState))
        .execute("SELECT name, vkey, asked_at, fault, size, cosigned_at FROM log_witness ORDER BY name")
        .fetchall()
    )


def insert_check(conn: Connection, check: Check) -> None:
    conn.execute(
        "INSERT INTO log_check (at, size, count, faults) VALUES (%(at)s, %(size)s, %(count)s, %(faults)s)",
        {
            "at": check.at,
            "size": check.size,
            "count": check.count,
            "faults": Jsonb([asdict(fault) for fault in check.faults[:KEPT_FAULTS]]),
        },
    )


def find_last_check(conn: Connection) -> Check | None:
    """The monitor's newest result, of all offices: only numbers of it are published."""
    row = conn.execute("SELECT at, size, count, faults FROM log_check ORDER BY id DESC LIMIT 1").fetchone()
    return None if row is None else Check(row[0], row[1], row[2], tuple(_fault(each) for each in row[3]))


def list_faults(conn: Connection, viewer: Viewer) -> list[CheckFault]:
    """What the newest check found about the house and about the viewer's own office."""
    check = find_last_check(conn)
    found = check.faults if check is not None else ()
    return [fault for fault in found if fault.office_id in (None, viewer.office_id)]


def _fault(row: dict[str, Any]) -> CheckFault:
    return CheckFault(row["kind"], row["leaf_index"], row["event_id"], row["office_id"], tuple(row["parts"]))
