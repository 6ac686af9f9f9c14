"""The plan of the last query, as the server itself tells it: of the very statements the house runs, not of copies of them."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from psycopg.errors import Diagnostic

from nongso.store.connection import Connection

NODE = re.compile(r"^(?:\s*->\s*|\s*)((?:[A-Z][a-z]+ ?)+(?:\([A-Za-z]+\) )?(?:using \S+ )?(?:on \S+ )?)", re.MULTILINE)


@contextmanager
def told(conn: Connection) -> Iterator[list[str]]:
    """Plans, one text each, of what is executed inside. Empty where the server lacks auto_explain or does not let us load it."""
    plans: list[str] = []
    if not _load(conn):
        yield plans
        return

    def hear(notice: Diagnostic) -> None:
        message = notice.message_primary or ""
        if " plan:" in message:
            plans.append(summary(message))

    conn.add_notice_handler(hear)
    try:
        yield plans
    finally:
        # First the statement: inside a transaction the last plan is told only when the next one begins.
        conn.execute("SET auto_explain.log_min_duration = -1")
        conn.remove_notice_handler(hear)


def summary(message: str) -> str:
    """The nodes of a plan from the outside in, without their costs."""
    _, _, plan = message.partition(" plan:\n")
    lines = [line for line in plan.splitlines() if "cost=" in line]
    return " < ".join(found.group(1).strip() for line in lines if (found := NODE.match(line)))


def _load(conn: Connection) -> bool:
    try:
        with conn.transaction():  # so that a refusal does not spoil what the caller has begun
            conn.execute("LOAD 'auto_explain'; SET auto_explain.log_min_duration = 0; SET client_min_messages = 'log'")
    except psycopg.Error:
        return False
    return True
