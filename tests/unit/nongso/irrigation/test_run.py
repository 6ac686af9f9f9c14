"""The safety rules 1, 2, 3, 8 and 10 of irrigation, each broken on purpose against the simulator's own valve (docs/irrigation.md)."""

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise

import pytest

from firmware_sim.rig import T0, Rig
from firmware_sim.valve import State
from nongso.irrigation.orders import Action, Order, Origin, Outcome, Run, Seen, Step
from nongso.irrigation.run import (
    CONFIRM_WITHIN,
    LEASE_S,
    TRIES,
    Again,
    Cut,
    Finish,
    Note,
    Pipe,
    Send,
    Shown,
    next_moves,
    shown,
    takes_water,
)


def test_a_run_is_given_in_leases_confirmed_and_closed() -> None:
    rig = Rig(seconds=1200).pass_s(1230)

    leases = [move.seconds for _, move in rig.moves if isinstance(move, Send) and move.action is Action.OPEN]
    assert all(0 < seconds <= LEASE_S for seconds in leases)
    assert len(leases) > 1
    assert (Outcome.DONE, Shown.CLOSED, False) == (rig.outcome, rig.shown, rig.alarm)
    assert 1195 <= rig.open_s <= 1205


def test_rule_1_a_dead_house_means_a_closed_valve() -> None:
    """Killed in the middle of a long run: the device's own timer ends the lease, and no more water than that flows."""
    rig = Rig(seconds=7200).pass_s(400)
    assert rig.is_open
    rig.house_alive = False
    rig.pass_s(LEASE_S + 1)

    assert not rig.is_open
    rig.house_alive = True
    rig.pass_s(5)
    assert Outcome.LEASE is rig.outcome


def test_rule_1_a_cut_link_means_a_closed_valve() -> None:
    """Neither orders nor readings come through: the device's lease on the link ends before its lease on water does."""
    rig = Rig(seconds=7200).pass_s(310)
    rig.up = rig.down = False
    rig.pass_s(302)

    assert not rig.is_open
    assert Shown.CLOSED is not rig.shown


def test_rule_2_no_answer_is_asked_four_times_then_unknown_never_closed() -> None:
    rig = Rig(seconds=600)
    rig.jammed = True
    rig.pass_s(125)

    tries = [move for _, move in rig.moves if isinstance(move, Again)]
    assert 3 <= len(tries)
    assert rig.alarm
    assert Shown.UNKNOWN is rig.shown
    assert rig.outcome is None
    rig.pass_s(1200)
    assert (True, Shown.UNKNOWN, None) == (rig.alarm, rig.shown, rig.outcome)


def test_rule_2_an_answer_without_a_reading_confirms_nothing() -> None:
    """The device promises `running` and `done`; its readings are lost."""
    rig = Rig(seconds=600)
    quiet = rig.seen
    for _ in range(200):
        rig.pass_s(1)
        rig.seen = quiet

    assert [Step.RUNNING in {step for step, *_ in rig.steps}] == [True]
    assert rig.run.opened_at is None
    assert (True, Shown.UNKNOWN) == (rig.alarm, rig.shown)


def test_rule_2_a_valve_that_answers_late_is_believed_when_it_speaks() -> None:
    """It opened, and its readings come three minutes later: until then nobody knows; then it is closed and the alarm ends."""
    rig = Rig(seconds=600)
    rig.up = False
    rig.pass_s(150)
    assert (True, Shown.UNKNOWN) == (rig.alarm, rig.shown)
    rig.up = True
    rig.pass_s(1)
    rig.pass_s(120)

    assert (False, Outcome.HALTED, Shown.CLOSED) == (rig.alarm, rig.outcome, rig.shown)
    assert not rig.is_open


def test_rule_2_a_valve_that_answers_twice_changes_nothing() -> None:
    rig = Rig(seconds=600).pass_s(5)
    closes_s = rig.valve.closes_s
    rig.steps += [step for step in rig.steps if step[0] in (Step.ACCEPTED, Step.RUNNING)]
    rig.deliver("o0")

    assert closes_s == rig.valve.closes_s
    assert Outcome.DONE is rig.pass_s(620).outcome


def test_rule_2_an_old_reading_confirms_nothing() -> None:
    """What the valve said before the order left, and what it said long ago and delivers now."""
    sent = replace(opening(), sent=(T0,))
    run = Run(1, 1, Origin.PERSON, 600, T0, (sent,))
    before = Seen(True, T0 - timedelta(seconds=5), T0 - timedelta(seconds=2))
    backlog = Seen(True, T0 - timedelta(minutes=10), T0 + timedelta(seconds=2))

    assert [] == next_moves(run, before, T0 + timedelta(seconds=5))
    assert [] == next_moves(run, backlog, T0 + timedelta(seconds=5))


def test_a_reading_of_the_same_second_confirms() -> None:
    """Arrivals are kept to the second: an answer 0.4 s after the order may say an earlier instant than the order's."""
    sent = replace(opening(), sent=(T0 + timedelta(seconds=0.3),))
    moves = next_moves(Run(1, 1, Origin.PERSON, 600, T0, (sent,)), Seen(True, T0, T0), T0 + timedelta(seconds=2))

    assert Note(Step.CONFIRMED, "o", T0) in moves


def test_rule_2_the_water_is_cut_off_once_before_a_valve_that_was_last_seen_open_and_does_not_close() -> None:
    rig = Rig(seconds=600).pass_s(60)
    rig.stuck_open = True
    rig.pass_s(530)
    rig.report()
    assert not any(isinstance(move, Cut) for _, move in rig.moves)  # it has not been told to close yet

    rig.pass_s(1200)
    closing = next(at for at, move in rig.moves if isinstance(move, Send) and move.action is Action.CLOSE)
    [cut_at] = [at for at, move in rig.moves if isinstance(move, Cut)]
    assert TRIES * CONFIRM_WITHIN <= cut_at - closing <= TRIES * CONFIRM_WITHIN + timedelta(seconds=2)
    assert (True, True, None) == (rig.alarm, rig.run.is_cut, rig.outcome)


@pytest.mark.parametrize("lost_at", [60, 290, 305, 420])
def test_rule_2_a_link_that_is_lost_for_four_minutes_ends_no_watering_and_cuts_nothing(lost_at: int) -> None:
    """Whenever it is lost: the device waters on by the lease it has, the house says the next one until that is over."""
    rig = Rig(seconds=1800).pass_s(lost_at)
    rig.linked = False
    rig.pass_s(240)
    rig.linked = True
    rig.pass_s(1900 - lost_at - 240)

    assert not any(isinstance(move, Cut) for _, move in rig.moves)
    assert (Outcome.DONE, False, Shown.CLOSED) == (rig.outcome, rig.alarm, rig.shown)
    assert 1795 <= rig.open_s <= 1805


def test_rule_2_whose_link_is_lost_while_water_runs_is_told_of_within_two_minutes_of_the_first_order_unheard() -> None:
    rig = Rig(seconds=1800).pass_s(290)
    rig.linked = False
    rig.pass_s(140)

    assert (True, Shown.UNKNOWN) == (rig.alarm, rig.shown)
    rig.linked = True
    rig.pass_s(60)
    assert (False, Shown.OPEN) == (rig.alarm, rig.shown)


def test_rule_2_a_link_that_stays_away_ends_the_watering_and_cuts_off_only_when_the_devices_own_timer_is_long_over() -> (
    None
):
    rig = Rig(seconds=7200).pass_s(310)
    rig.linked = False
    rig.pass_s(301)
    assert not rig.is_open  # by its own lease on the link
    rig.pass_s(3600)

    [cut_at] = [at for at, move in rig.moves if isinstance(move, Cut)]
    last = [order for order in rig.orders if order.action is Action.OPEN][-1]
    latest = last.expires_at + timedelta(seconds=last.seconds)
    assert timedelta(0) < cut_at - latest <= timedelta(minutes=2)
    assert Shown.UNKNOWN is rig.shown


def test_rule_2_a_link_that_comes_back_before_that_ends_it_without_a_cut() -> None:
    """The device closed by itself after 300 s; its kept frame says so. Nothing opens again."""
    rig = Rig(seconds=7200).pass_s(310)
    rig.linked = False
    rig.pass_s(900)
    rig.linked = True
    rig.pass_s(60)

    assert not any(isinstance(move, Cut) for _, move in rig.moves)
    assert (False, False, Shown.CLOSED) == (rig.is_open, rig.alarm, rig.shown)
    assert rig.outcome in (Outcome.LINK, Outcome.HALTED)


def test_rule_2_silence_cuts_nothing_while_the_whole_link_is_away_and_a_meter_speaks_for_the_valve() -> None:
    closing = replace(opening(), id="c", action=Action.CLOSE, seconds=0, sent=(T0,) * TRIES, is_unknown=True)
    run = Run(1, 1, Origin.PERSON, 600, T0, (replace(opening(), acknowledged_at=T0), closing), opened_at=T0)
    was_open, later = Seen(True, T0 - timedelta(minutes=5), T0 - timedelta(minutes=5)), T0 + timedelta(minutes=12)
    early = T0 + timedelta(minutes=3)

    def cuts(now: datetime, pipe: Pipe) -> bool:
        return Cut() in next_moves(run, was_open, now, pipe)

    assert [False, True] == [cuts(early, Pipe()), cuts(later, Pipe())]
    assert [False, False] == [cuts(later, Pipe(is_heard=False)), cuts(later, Pipe(flows=False))]
    assert cuts(early, Pipe(flows=True))


def test_rule_8_what_a_hand_closed_while_the_link_was_away_is_not_opened_again_by_a_renewal() -> None:
    rig = Rig(seconds=3600).pass_s(290)
    rig.linked = False
    rig.pass_s(100)
    rig.valve = replace(rig.valve, order=None, closes_s=None)
    rig.report()
    rig.linked = True
    rig.pass_s(120)

    assert (False, Outcome.HAND) == (rig.is_open, rig.outcome)


@pytest.mark.parametrize("last_said", [False, None])
def test_rule_2_the_water_of_others_is_not_cut_off_for_a_valve_that_was_not_seen_open(last_said: bool | None) -> None:
    rig = Rig(seconds=600)
    rig.seen = Seen(last_said, T0, T0) if last_said is not None else Seen()
    rig.up = rig.down = False
    rig.steps = []
    rig.down, rig.jammed = True, True
    rig.pass_s(900)

    assert rig.alarm
    assert not any(isinstance(move, Cut) for _, move in rig.moves)


def test_rule_2_the_alarm_of_a_deaf_valve_holds_through_its_own_reports_until_it_answers() -> None:
    """It hears no order and reports closed every quarter of an hour: the alarm neither ends nor begins anew with any of these."""
    rig = Rig(seconds=600)
    rig.jammed = True
    alarms = [rig.alarm]
    for second in range(3 * 3600):
        rig.pass_s(1)
        if second % 900 == 899:
            rig.report()
        alarms.append(rig.alarm)
    assert 1 == sum(now and not before for before, now in pairwise(alarms))
    assert (True, Shown.UNKNOWN, None) == (rig.alarm, rig.shown, rig.outcome)

    rig.jammed = False
    rig.pass_s(601)
    assert (False, Outcome.HALTED, Shown.CLOSED) == (rig.alarm, rig.outcome, rig.shown)


def test_water_of_a_deaf_valve_is_not_counted_once_it_says_closed() -> None:
    """What it keeps from others is the pump and the source: only as long as nobody knows."""
    rig = Rig(seconds=600)
    rig.jammed = True
    rig.pass_s(125)
    assert takes_water(rig.run, rig.seen)
    rig.report()

    assert not takes_water(rig.run, rig.seen)


def test_rule_2_a_master_valve_is_closed_by_a_reading_only_and_alarms_when_it_is_silent() -> None:
    master = Rig(origin=Origin.CUT)
    master.valve = replace(master.valve, order="by hand", closes_s=None)
    master.seen = Seen(True, T0, T0)
    quiet = master.seen
    for _ in range(300):
        master.pass_s(1)
        master.seen = quiet  # it answers, and its readings are lost
    assert (True, Shown.UNKNOWN, None) == (master.alarm, master.shown, master.outcome)
    assert not any(isinstance(move, Cut) for _, move in master.moves)  # there is nothing before it

    master.report()
    master.pass_s(1)
    assert (False, Outcome.CUT) == (master.alarm, master.outcome)


def test_rule_2_a_master_valve_that_never_spoke_is_not_given_up() -> None:
    master = Rig(origin=Origin.CUT)
    master.jammed, master.seen = True, Seen()
    master.pass_s(1800)

    assert (True, None) == (master.alarm, master.outcome)
    assert 10 < sum(isinstance(move, Again) for _, move in master.moves)


def test_rule_2_closing_that_nobody_confirms_is_said_for_ever() -> None:
    """The valve jams open: the house goes on closing and never calls it closed."""
    rig = Rig(seconds=600).pass_s(60)
    rig.jammed = True
    rig.valve = replace(rig.valve, closes_s=None)  # even its timer is gone
    rig.pass_s(1800)

    assert rig.is_open
    assert (True, Shown.UNKNOWN, None) == (rig.alarm, rig.shown, rig.outcome)
    rig.jammed = False
    rig.pass_s(1300)
    assert (False, False, Outcome.DONE) == (rig.is_open, rig.alarm, rig.outcome)


def test_a_run_shorter_than_the_house_is_slow_is_counted_all_the_same() -> None:
    """Opened and closed between two looks: the device said done, its reading says closed."""
    rig = Rig(seconds=5).pass_s(1)
    rig.house_alive = False
    rig.pass_s(8)
    rig.house_alive = True
    rig.pass_s(3)

    assert (Outcome.DONE, False) == (rig.outcome, rig.alarm)


def test_rule_3_a_sweep_closes_what_is_open_and_alarms_nobody_about_the_dead() -> None:
    found = Rig(origin=Origin.SWEEP)
    found.valve = replace(found.valve, order="of-long-ago", closes_s=None, known={"of-long-ago": State.RUNNING})
    found.seen = Seen(True, T0, T0)
    found.pass_s(5)
    assert (False, Outcome.SWEPT) == (found.is_open, found.outcome)

    dead = Rig(origin=Origin.SWEEP)
    dead.jammed, dead.seen = True, Seen()
    dead.pass_s(200)
    assert (Outcome.NO_ANSWER, Shown.UNKNOWN) == (dead.outcome, dead.shown)


def test_rule_8_a_person_stops_at_once_whatever_goes_on() -> None:
    rig = Rig(seconds=3600).pass_s(200)
    rig.stop()
    rig.pass_s(3)

    assert (False, Outcome.STOPPED, Shown.CLOSED) == (rig.is_open, rig.outcome, rig.shown)


def test_rule_8_the_hand_at_the_valve_wins_over_the_house() -> None:
    """Closed by hand in the middle of a run: the house does not open again."""
    rig = Rig(seconds=3600).pass_s(200)
    rig.valve = replace(rig.valve, order=None, closes_s=None)
    rig.at += timedelta(seconds=1)
    rig.seen = Seen(False, rig.at, rig.at)
    rig.pass_s(600)

    assert (False, Outcome.HAND) == (rig.is_open, rig.outcome)


def test_rule_8_what_a_hand_opened_ends_when_its_time_is_over() -> None:
    rig = Rig(seconds=900, origin=Origin.HAND)
    rig.valve = replace(rig.valve, order="hand", closes_s=None)
    rig.steps = [(Step.CONFIRMED, None, T0, "")]
    rig.seen = Seen(True, T0, T0)
    assert Shown.OPEN is rig.pass_s(890).shown
    rig.pass_s(20)

    assert (False, Outcome.DONE) == (rig.is_open, rig.outcome)


def test_rule_10_a_late_order_opens_nothing() -> None:
    rig = Rig(seconds=600)
    rig.down = False
    rig.pass_s(140)
    late = next(order for order in rig.orders if order.action is Action.OPEN)
    rig.house_alive = False
    rig.pass_s(60)
    replies = rig.deliver(late.id)

    assert ("expired", False) == (replies[0].reason, rig.is_open)


def test_rule_10_an_order_that_never_left_is_taken_back() -> None:
    rig = Rig(seconds=600)
    rig.down = False
    rig.pass_s(200)

    assert (Outcome.REFUSED, []) == (rig.outcome, rig.waiting)


def test_rule_10_a_duplicate_neither_opens_again_nor_gives_more_time() -> None:
    rig = Rig(seconds=300).pass_s(320)
    assert Outcome.DONE is rig.outcome
    replies = rig.deliver("o0")

    assert ("duplicate", False) == (replies[0].reason, rig.is_open)


def test_rule_10_a_retained_order_opens_nothing() -> None:
    rig = Rig(seconds=600)
    rig.down = False
    rig.pass_s(1)
    replies = rig.deliver("o0", retained=True)

    assert ("retained", False) == (replies[0].reason, rig.is_open)


def test_a_refused_order_ends_its_run() -> None:
    refused = replace(opening(), sent=(T0,), failed="busy")
    moves = next_moves(Run(1, 1, Origin.PERSON, 600, T0, (refused,)), Seen(False, T0, T0), T0)

    assert [Finish(Outcome.REFUSED, T0)] == moves


def test_a_run_stopped_before_it_began_sends_nothing() -> None:
    run = Run(1, 1, Origin.PERSON, 600, T0, stop=Outcome.STOPPED)

    assert [Finish(Outcome.STOPPED, T0)] == next_moves(run, Seen(), T0)


def test_silence_is_shown_as_unknown() -> None:
    hour = timedelta(hours=1)

    assert Shown.UNKNOWN is shown(None, Seen(), hour, T0)
    assert Shown.UNKNOWN is shown(None, Seen(False, T0, T0), hour, T0 + 2 * hour)
    assert Shown.CLOSED is shown(None, Seen(False, T0, T0), hour, T0 + hour / 2)


def test_a_reading_that_closes_is_noted_with_its_order() -> None:
    closing = replace(opening(), id="c", action=Action.CLOSE, seconds=0, sent=(T0,))
    at = T0 + timedelta(seconds=1)
    moves = next_moves(Run(1, 1, Origin.PERSON, 600, T0, (opening(), closing)), Seen(False, at, at), at)

    assert Note(Step.CLOSED, "c", at) in moves


def opening() -> Order:
    return Order("o", Action.OPEN, 600, T0, T0 + timedelta(minutes=2))
