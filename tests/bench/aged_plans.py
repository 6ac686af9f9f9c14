"""How long questions about events take when the book was filled at once: `python tests/bench/aged_plans.py [EVENTS]`, milliseconds.

`aged`: on a connection that had asked the same of the empty book often enough for its plans to be kept; `fresh`: on a new one; both before
the server counted, and then again after ANALYZE, which a capture of many events does by itself (nongso.store.epcis_events.count_anew).
"""

import sys
import time
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta

from nongso import store
from nongso.people import Role, Viewer
from nongso.store import admin_units, amounts, epcis_events, epcis_resources, people, places, trace_steps
from nongso.store.admin_units import AdminUnit
from nongso.store.epcis_events import EpcCondition, EventFilter, Page
from nongso.store.migrate import migrate
from nongso.store.people import NewAccount
from traceability.trace import Direction
from traceability.trace_bench import database
from traceability.trace_source import trace_of

FIRST = datetime(2026, 1, 1, tzinfo=UTC)
LOT = "urn:uuid:lot-777"
TIMES = 14  # a statement is prepared when it is asked the sixth time, and may get a plan for all values after five more
Question = Callable[[store.Connection], object]


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 40_000
    with database() as url, store.connect(url) as aged, store.connect(url) as other:
        asked = questions(begin(other))
        for _ in range(TIMES):
            for ask in asked.values():
                timed(aged, ask)
        fill(other, count)
        columns = [round_of(aged, asked), fresh_round(url, asked)]
        other.execute("ANALYZE")
        other.commit()
        columns += [round_of(aged, asked), fresh_round(url, asked)]
    sys.stdout.write(f"{'':<14}{'aged':>9}{'fresh':>9}{'counted: aged':>15}{'fresh':>9}\n")
    for name in asked:
        aged_ms, fresh_ms, *counted = (column[name] for column in columns)
        sys.stdout.write(f"{name:<14}{aged_ms:>9.1f}{fresh_ms:>9.1f}{counted[0]:>15.1f}{counted[1]:>9.1f}\n")


def questions(viewer: Viewer) -> dict[str, Question]:
    by_lot = EventFilter(epcs=(EpcCondition(("input", "output", "epc"), True, (LOT,)),))
    day = FIRST + timedelta(days=1)
    return {
        "trace": lambda conn: trace_of(conn, viewer, LOT, Direction.BOTH, None, 50),
        "trace as of": lambda conn: trace_of(conn, viewer, LOT, Direction.BOTH, day, 50),
        "parties": lambda conn: trace_steps.list_parties(conn, viewer, [LOT]),
        "a page": lambda conn: epcis_events.list_events(conn, viewer, EventFilter(), Page(30)),
        "of a lot": lambda conn: epcis_events.list_events(conn, viewer, by_lot, Page(30)),
        "by id": lambda conn: epcis_events.list_events(conn, viewer, EventFilter(event_ids=("e-500",)), Page(30)),
        "resources": lambda conn: epcis_resources.list_values(conn, viewer, epcis_resources.Resource.EPCS, 30),
        "amounts": lambda conn: amounts.list_amounts(conn, viewer, [LOT]),
        "last seen": lambda conn: amounts.find_last_seen(conn, viewer, [LOT]),
    }


def timed(conn: store.Connection, ask: Question) -> float:
    started = time.perf_counter()
    ask(conn)
    conn.commit()  # a rollback would throw prepared statements away
    return (time.perf_counter() - started) * 1000


def round_of(conn: store.Connection, asked: Mapping[str, Question]) -> dict[str, float]:
    return {name: timed(conn, ask) for name, ask in asked.items()}


def fresh_round(url: str, asked: Mapping[str, Question]) -> dict[str, float]:
    with store.connect(url) as conn:
        return round_of(conn, asked)


def begin(conn: store.Connection) -> Viewer:
    migrate(conn)
    admin_units.insert_unit(conn, AdminUnit("1", date(2025, 7, 1), None, "Xã Một", "xã", None, None, ""))
    office = places.insert_office(conn, "bench-plans", "Phòng thử", "", "1", date(2025, 7, 1))
    account = people.insert(conn, office, NewAccount("bench-plans", "Thử", Role.ADMIN, "vi", ""))
    conn.commit()
    return Viewer(account, office, Role.ADMIN, "Thử")


def fill(conn: store.Connection, count: int) -> None:
    """One event in four makes a lot of the one before, in chains of ten; the others see a lot."""
    conn.execute(
        """
        INSERT INTO event (office_id, event_id, hash_id, declares_error, body, event_time, record_time, event_type,
                           action, biz_step)
        SELECT o.id, 'e-' || n, 'h-' || n, false, jsonb_build_object('a', repeat('x', 800)),
               %(first)s::timestamptz + n * interval '1 s', now(),
               CASE WHEN n %% 4 = 0 THEN 'TransformationEvent' ELSE 'ObjectEvent' END,
               CASE WHEN n %% 4 <> 0 THEN 'OBSERVE' END, 'https://ref.gs1.org/cbv/BizStep-packing'
          FROM office o
         CROSS JOIN generate_series(1, %(count)s) AS n
        """,
        {"first": FIRST, "count": count},
    )
    conn.execute(
        """
        INSERT INTO event_epc (event_row, role, epc, is_class, quantity, uom)
        SELECT e.id, p.role, 'urn:uuid:lot-' || x.n / 4 + (p.role = 'output')::int, true, 10, 'KGM'
          FROM event e
         CROSS JOIN LATERAL (SELECT substr(e.event_id, 3)::int AS n) x
          JOIN (VALUES ('input'), ('output'), ('epc')) AS p (role) ON (x.n %% 4 = 0) = (p.role <> 'epc')
         WHERE p.role = 'epc' OR x.n / 4 %% 10 <> 0
        """,
        {},
    )
    conn.commit()


if __name__ == "__main__":
    main()
