"""The spool: in order, across restarts, and never more than it may hold."""

from pathlib import Path

import pytest

from ingest.messages import Message
from ingest.spool import Spool, SpoolFull


def message(number: int) -> Message:
    return Message(f"ns/v1/a/d{number}/up", b"\x00%d" % number, number, retained=number % 2 == 0)


def test_messages_come_out_in_order_and_survive_a_restart(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "spool.sqlite")
    spool.append([message(1), message(2)])
    spool.append([message(3)])
    spool.close()

    again = Spool(tmp_path / "spool.sqlite")
    mark, oldest = again.oldest(2)
    again.remove(mark)

    assert [message(1), message(2)] == oldest
    assert (1, 3) == (again.length, again.oldest_us())
    assert [message(3)] == again.oldest(10)[1]
    again.close()


def test_a_full_spool_takes_all_or_nothing(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "spool.sqlite", high_water=2)
    spool.append([message(1)])

    with pytest.raises(SpoolFull):
        spool.append([message(2), message(3)])

    assert 1 == spool.length
    assert [message(1)] == spool.oldest(10)[1]
    spool.close()
