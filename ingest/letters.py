"""Dead letters read again: what a person asked for goes through the same door as every message, and is judged as when it first came."""

from collections.abc import Callable
from datetime import datetime, timedelta

from ingest.messages import Message
from ingest.registry import TTL_S
from nongso import store
from nongso.store import dead_letters

MOST = 500  # a turn: live messages wait no longer than for a batch of their own
KNOWN_AFTER = timedelta(
    seconds=TTL_S + 1
)  # by then what was mended before somebody asked is no longer remembered as it was


def replay(conn: store.Connection, settle: Callable[[list[Message]], bool], now: datetime) -> int:
    """Settle letters that were asked for; how many. Raises StoreAway.

    A crash between settling and taking note replays them once more: every point is there already and counts as a duplicate.
    """
    with store.transaction(conn):
        waiting = dead_letters.list_waiting(conn, now - KNOWN_AFTER, MOST)
    if not waiting or not settle([Message(letter.topic, letter.payload, letter.received_us) for letter in waiting]):
        return 0
    with store.transaction(conn):
        dead_letters.finish_replay(conn, waiting)
    return len(waiting)
