"""What is stored stays stored, until somebody answers for it."""

from collections.abc import Callable
from pathlib import Path

import pytest

from firmware_sim.outbox import Frame, Outbox, StateHoldsMore, StateInUse, StateOfAnother, StateUnwritable
from firmware_sim.world import Beginning, Run

Open = Callable[..., Outbox]


@pytest.fixture
def open_outbox(tmp_path: Path) -> Open:
    def opened(receipts: bool = True) -> Outbox:
        return Outbox(tmp_path / "state", receipts)

    return opened


def frame(seq: int, device: int = 1, boot: str = "a") -> Frame:
    return Frame(device, boot, seq, b"{}", False)


def test_frames_and_bookkeeping_survive_reopening(open_outbox: Open) -> None:
    first = open_outbox()
    first.boot_devices(["d1"])
    first.store([frame(1), frame(2)], {1: 1800.0})
    first.close()
    again = open_outbox()
    assert [waiting.body for waiting in again.waiting(0, 1, 0, 10)] == [b"{}", b"{}"]
    mark = again.boot_devices(["d1"])["d1"]
    assert (mark.boots, mark.recorded_s) == (2, 1800.0)
    again.close()


def test_an_earlier_boot_is_sent_first(open_outbox: Open) -> None:
    outbox = open_outbox()
    outbox.store([frame(1, boot="a"), frame(2, boot="a")], {})
    outbox.store([frame(1, boot="b")], {})
    assert [waiting.id for waiting in outbox.waiting(0, 1, 0, 10)] == [1, 2, 3]
    outbox.close()


def test_an_acknowledged_frame_waits_for_its_receipt_and_is_told_again(open_outbox: Open) -> None:
    outbox = open_outbox()
    outbox.store([frame(1), frame(2), frame(3)], {})
    outbox.acknowledge([1, 2, 3], 0.0)
    outbox.receipt({(1, "a"): 2, (1, "b"): 9})
    assert (outbox.pending, outbox.kept, outbox.receipted) == (0, 1, 2)
    outbox.rewind(0, 1)
    assert [waiting.id for waiting in outbox.waiting(0, 1, 0, 10)] == [3]
    assert (outbox.pending, outbox.kept) == (1, 0)
    outbox.close()


def test_a_receipt_may_come_before_the_acknowledgement(open_outbox: Open) -> None:
    outbox = open_outbox()
    outbox.store([frame(1)], {})
    outbox.receipt({(1, "a"): 1})
    outbox.acknowledge([1], 0.0)
    assert (outbox.pending, outbox.kept, outbox.receipted) == (0, 0, 1)
    outbox.close()


def test_without_receipts_a_frame_is_dropped_at_its_acknowledgement(open_outbox: Open) -> None:
    outbox = open_outbox(receipts=False)
    outbox.store([frame(1), frame(2)], {})
    outbox.acknowledge([1], 0.0)
    outbox.rewind(0, 1)
    assert [waiting.id for waiting in outbox.waiting(0, 1, 0, 10)] == [2]
    assert (outbox.pending, outbox.acked) == (1, 1)
    outbox.close()


def test_links_share_the_devices(open_outbox: Open) -> None:
    outbox = open_outbox()
    outbox.store([frame(1, device) for device in range(1, 8)], {})
    shares = [[waiting.device for waiting in outbox.waiting(link, 3, 0, 10)] for link in range(3)]
    assert shares == [[3, 6], [1, 4, 7], [2, 5]]
    outbox.close()


def test_a_world_keeps_its_beginning(open_outbox: Open) -> None:
    outbox = open_outbox()
    assert outbox.begin_life("caicoi", 1, Beginning(0, 100)) == Beginning(0, 100)
    assert outbox.begin_life("caicoi", 1, Beginning(50, 200)) == Beginning(0, 100)
    with pytest.raises(StateOfAnother):
        outbox.begin_life("caicoi", 2, Beginning(50, 200))
    outbox.close()


def test_a_fleet_may_grow_but_not_forget(open_outbox: Open) -> None:
    outbox = open_outbox()
    outbox.boot_devices(["d1", "d2"])
    assert {mark.number for mark in outbox.boot_devices(["d1", "d2", "d3"]).values()} == {1, 2, 3}
    with pytest.raises(StateHoldsMore):
        outbox.boot_devices(["d1", "d3"])
    outbox.close()


def test_runs_and_orders_are_remembered(open_outbox: Open) -> None:
    outbox = open_outbox()
    outbox.open_run(Run("f", "v", 10, 100))
    outbox.close_runs("v", 40)
    outbox.know_order("v", "o1", "running")
    outbox.know_order("v", "o1", "done")
    assert outbox.list_runs() == [Run("f", "v", 10, 40)]
    assert outbox.known_orders("v") == {"o1": "done"}
    outbox.close()


def test_one_process_owns_the_folder(open_outbox: Open) -> None:
    outbox = open_outbox()
    with pytest.raises(StateInUse):
        open_outbox()
    outbox.close()


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StateUnwritable):
        Outbox(tmp_path / "file" / "state", receipts=True)


def test_the_ledger_keeps_what_the_outbox_forgets(tmp_path: Path) -> None:
    outbox = Outbox(tmp_path, receipts=False)
    outbox.keep_ledger()
    outbox.store([Frame(1, "b", 1, b"{}", False), Frame(1, "b", 2, b"[]", False)], {1: 5.0})

    outbox.acknowledge([1], 0.0)

    rows = outbox.db.execute("SELECT seq, body, forgotten_s IS NULL FROM ledger ORDER BY seq").fetchall()
    assert [(1, b"{}", 0), (2, b"[]", 1)] == rows
    outbox.close()
