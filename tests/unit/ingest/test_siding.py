"""The siding: the hurried wait, their neighbours do not, and each device keeps its order."""

from pathlib import Path

from ingest.messages import Message
from ingest.siding import Budgets, Siding

SECOND_US = 1_000_000


def message(device: str, number: int, at_us: int = 0) -> Message:
    return Message(f"ns/v1/a/{device}/up", b"%d" % number, at_us)


def siding(folder: Path) -> Siding:
    return Siding(folder / "collector.siding", Budgets(rate_per_s=1, burst=2))


def test_only_who_is_hurried_waits(tmp_path: Path) -> None:
    hurried = [message("fast", number) for number in range(4)]
    neighbours = [message(f"slow-{number}", number) for number in range(20)]

    now, later = siding(tmp_path).sort([*hurried, *neighbours])

    assert [*hurried[:2], *neighbours] == now
    assert hurried[2:] == later


def test_a_budget_fills_again_and_never_beyond_its_burst() -> None:
    budgets = Budgets(rate_per_s=1, burst=2)
    first = [budgets.spend("a", 0) for _ in range(3)]

    later = [budgets.spend("a", 60 * SECOND_US) for _ in range(3)]

    assert [True, True, False] == first == later


def test_while_something_waits_later_messages_of_the_same_device_wait_behind_it(tmp_path: Path) -> None:
    held = siding(tmp_path)
    _, later = held.sort([message("fast", number) for number in range(3)])
    held.keep(later)
    next_one = message("fast", 3, at_us=60 * SECOND_US)

    assert ([], [next_one]) == held.sort([next_one])
    held.remove(*held.oldest(10))
    assert ([next_one], []) == held.sort([next_one])


def test_what_waits_and_for_whom_survives_a_restart(tmp_path: Path) -> None:
    before = siding(tmp_path)
    before.keep([message("fast", 1)])

    again = siding(tmp_path)
    _, later = again.sort([message("fast", 2), message("slow", 1)])

    assert 1 == again.length
    assert [message("fast", 2)] == later
