"""What a collector remembers to tell while the database is away, and when it is due."""

from datetime import UTC, datetime

from ingest.backlog import Backlog, is_level
from ingest.bulletin import Bulletin
from nongso.alerting.collecting import Wait

NOW_US = 1_795_319_100_000_000
MINUTE_US = 60_000_000


def spooled(count: int, oldest_us: int | None = None) -> Backlog:
    return Backlog(count, 100, oldest_us, 0, 20)


def moment(minutes: int) -> datetime:
    return datetime.fromtimestamp((NOW_US + minutes * MINUTE_US) / 1e6, UTC)


def test_a_calm_collector_has_nothing_to_tell_but_that_it_lives() -> None:
    bulletin = Bulletin("one")

    bulletin.look(spooled(49, NOW_US), NOW_US)

    assert bulletin.is_due()
    assert bulletin.wait is None


def test_a_wait_begins_with_its_oldest_reading_and_keeps_its_worst_moment() -> None:
    bulletin = Bulletin("one")

    bulletin.look(spooled(60, NOW_US - 9 * MINUTE_US), NOW_US)
    bulletin.look(spooled(80, NOW_US - 9 * MINUTE_US), NOW_US + MINUTE_US)
    bulletin.look(spooled(20, NOW_US), NOW_US + 2 * MINUTE_US)

    assert Wait(moment(-9), None, 80) == bulletin.wait


def test_it_ends_when_nothing_is_left_and_not_when_it_falls_below_the_mark() -> None:
    bulletin = Bulletin("one")
    bulletin.look(spooled(60, NOW_US), NOW_US)

    bulletin.look(spooled(1, NOW_US), NOW_US + MINUTE_US)
    lasting = bulletin.wait
    bulletin.look(spooled(0), NOW_US + 2 * MINUTE_US)

    assert Wait(moment(0), None, 60) == lasting
    assert Wait(moment(0), moment(2), 60) == bulletin.wait


def test_one_that_comes_back_before_its_end_was_told_goes_on() -> None:
    bulletin = Bulletin("one")
    for backlog, minute in ((spooled(60, NOW_US), 0), (spooled(0), 1), (spooled(70, NOW_US + 2 * MINUTE_US), 2)):
        bulletin.look(backlog, NOW_US + minute * MINUTE_US)

    assert Wait(moment(0), None, 70) == bulletin.wait


def test_a_clock_that_was_put_back_begins_nothing_in_the_future() -> None:
    bulletin = Bulletin("one")

    bulletin.look(spooled(60, NOW_US + MINUTE_US), NOW_US)

    assert Wait(moment(0), None, 60) == bulletin.wait


def test_the_siding_is_level_before_it_is_empty() -> None:
    assert [True, False] == [is_level(Backlog(0, 100, None, aside, 20)) for aside in (5, 6)]
