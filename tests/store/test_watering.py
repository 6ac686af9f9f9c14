"""The worker's hand on the water over a real database: what it decides, stops, tells and writes down. The valve is played by the test."""

from datetime import datetime, timedelta

import psycopg
import pytest
from fixtures.api import As, World
from fixtures.farm import observe, place_device
from fixtures.water import SETTLED, insert_zone, source_draft, zone_draft

from api.irrigation_views import zone_view
from nongso import store
from nongso.clock import local_day
from nongso.forecast import Forecast, ForecastHour, Source
from nongso.irrigation.interlock import may_open
from nongso.irrigation.orders import Origin
from nongso.irrigation.zone import Mode
from nongso.store import (
    alerts,
    devices,
    diary,
    forecasts,
    irrigation_history,
    irrigation_orders,
    irrigation_runs,
    irrigation_scene,
    irrigation_zones,
    water_sources,
)
from nongso.store.alerts import Target
from nongso.store.irrigation_runs import RunDraft
from nongso.store.water_sources import PumpDraft, SourceDraft
from worker.watering import turn

VALVE = "van-1"
HOUR, MINUTE, SECOND = timedelta(hours=1), timedelta(minutes=1), timedelta(seconds=1)


def garden(
    conn: store.Connection, world: World, now: datetime, *, mode: Mode = Mode.AUTOMATIC, saline: bool = False
) -> int:
    """A zone with a valve that just said closed and a probe in dry soil."""
    place_device(conn, world.admin, VALVE, "valve", [world.field_id], now)
    place_device(conn, world.admin, "dat-1", "soil", [world.field_id], now)
    observe(conn, VALVE, "valve.state", (now - MINUTE, 0.0))
    observe(conn, VALVE, "water.volume", (now - MINUTE, 100.0))
    observe(conn, "dat-1", "soil.moisture", (now - MINUTE, 22.0))
    return insert_zone(conn, world.admin, world.farm_id, world.field_id, VALVE, now, mode=mode, saline=saline)


def house_turn(conn: store.Connection, now: datetime) -> None:
    """A turn of the worker, then one of the collector."""
    plans = irrigation_zones.list_all_plans(conn)
    turn(conn, irrigation_scene.look(conn, plans, set(alerts.list_open_targets(conn)), now))
    for order in irrigation_orders.take_waiting(conn):
        irrigation_runs.insert_event(conn, order.zone_id, "sent", now, run_id=order.run_id, order_id=order.order_id)


def says(conn: store.Connection, at: datetime, state: float, flow: float = 0.0, volume: float = 100.0) -> None:
    observe(conn, VALVE, "valve.state", (at, state))
    observe(conn, VALVE, "water.flow", (at, flow))
    observe(conn, VALVE, "water.volume", (at, volume))


def ask(conn: store.Connection, world: World, zone: int, now: datetime, *, despite: tuple[str, ...] = ()) -> int:
    return irrigation_runs.insert_run(
        conn, RunDraft(zone, VALVE, Origin.PERSON, world.farmer.account_id, 600, despite), now
    )


def kinds(conn: store.Connection, world: World, zone: int) -> list[str]:
    return [event.kind for event in reversed(irrigation_history.list_events(conn, world.farmer, zone))]


def pours(conn: store.Connection, world: World, zone: int, now: datetime) -> datetime:
    """A run by a person, confirmed; the instant after it."""
    ask(conn, world, zone, now)
    house_turn(conn, now + SECOND)
    says(conn, now + 2 * SECOND, 1.0, 0.0)
    house_turn(conn, now + 3 * SECOND)
    return now + 4 * SECOND


def test_a_dry_garden_is_watered_by_itself_and_diary_and_season_say_so(
    conn: store.Connection, world: World, signed_in: As, now: datetime
) -> None:
    zone = garden(conn, world, now)
    house_turn(conn, now)
    house_turn(conn, now + SECOND)
    says(conn, now + 2 * SECOND, 1.0)
    house_turn(conn, now + 3 * SECOND)
    says(conn, now + 5 * MINUTE, 0.0, 0.0, 102.6)
    house_turn(conn, now + 5 * MINUTE + SECOND)

    [past] = irrigation_history.list_past(conn, world.farmer, zone)
    assert ("automatic", "hand", True) == (past.origin, past.outcome, past.is_measured)
    assert 2.6 == pytest.approx(past.volume_m3)
    assert past.cost_vnd == pytest.approx(2.6 * 500 + 20_000 * (past.seconds or 0) / 3600)
    [line] = diary.list_entries(conn, world.farmer, 10)
    assert ("irrigate", pytest.approx(2.6)) == (line.kind, line.volume_m3)
    days = {"from": local_day(now).isoformat(), "to": local_day(now + HOUR).isoformat()}
    [season] = signed_in(world.farmer).get(f"/api/v1/farms/{world.farm_id}/irrigation-season", params=days).json()
    told = {name: season[name] for name in ("runs", "volume_m3", "measured_m3", "depth_mm", "cost_vnd")}
    assert told == pytest.approx(
        {"runs": 1, "volume_m3": 2.6, "measured_m3": 2.6, "depth_mm": 0.5, "cost_vnd": past.cost_vnd}
    )
    assert season["hours"] == pytest.approx((past.seconds or 0) / 3600)
    assert ["watered", "requested", "sent", "confirmed", "ended"] == kinds(conn, world, zone)
    decided = irrigation_history.list_events(conn, world.farmer, zone)[-1].detail
    assert (22.0, "dat-1") == (
        decided["inputs"]["soil_percent"]["value"],
        decided["inputs"]["soil_percent"]["device_id"],
    )


def test_rule_4_stale_soil_skips_and_tells_and_a_person_may_still_start(
    conn: store.Connection, world: World, now: datetime
) -> None:
    zone = garden(conn, world, now)
    later = now + timedelta(hours=2)
    says(conn, later - MINUTE, 0.0)
    house_turn(conn, later)

    assert ["skipped"] == kinds(conn, world, zone)
    assert Target("not_watered", device_id=VALVE) in alerts.list_open_targets(conn)
    after = pours(conn, world, zone, later)
    assert "confirmed" in kinds(conn, world, zone)
    observe(conn, "dat-1", "soil.moisture", (after, 35.0))
    house_turn(conn, later + 16 * MINUTE)
    assert Target("not_watered", device_id=VALVE) not in alerts.list_open_targets(conn)


@pytest.mark.parametrize(("mm_an_hour", "kind"), [(10.0, "enough"), (1.0, "watered")])
def test_rain_that_is_told_puts_watering_off_and_the_journal_says_whose_forecast_it_was(
    conn: store.Connection, world: World, now: datetime, mm_an_hour: float, kind: str
) -> None:
    zone = garden(conn, world, now)
    hours = tuple(ForecastHour(now + HOUR * n, rain_mm=mm_an_hour) for n in range(1, 49))
    told = Forecast(Source.FILE, now - HOUR, now + 11 * HOUR, 10.2, 106.4, hours)
    forecasts.insert(conn, world.office_id, told, now)
    house_turn(conn, now)
    [decided] = irrigation_history.list_events(conn, world.farmer, zone)
    assert kind == decided.kind
    assert (24 * mm_an_hour, "file", told.issued_at.isoformat()) == (
        decided.detail["inputs"]["forecast_mm"],
        decided.detail["inputs"]["forecast_source"],
        decided.detail["inputs"]["forecast_issued_at"],
    )
    depletion = decided.detail["need"]["depletion_mm"]
    assert (24 * mm_an_hour >= 0.8 * depletion) == (kind == "enough")
    assert decided.detail["need"]["verdict"] == ("rain_coming" if kind == "enough" else "irrigate")
    scene = irrigation_scene.look(conn, irrigation_zones.list_all_plans(conn), set(), now)
    advice = zone_view(conn, "vi", scene, scene.plans[zone]).advice
    said = "Dự báo mưa 240 mm trong 24 giờ tới, chưa cần tưới (dự báo của tệp do cơ quan đưa vào, phát lúc "
    assert advice.startswith(said if kind == "enough" else "Nên tưới")


def test_a_forecast_that_expired_puts_nothing_off(conn: store.Connection, world: World, now: datetime) -> None:
    zone = garden(conn, world, now)
    hours = tuple(ForecastHour(now + HOUR * n, rain_mm=10.0) for n in range(1, 49))
    forecasts.insert(
        conn, world.office_id, Forecast(Source.FILE, now - 13 * HOUR, now - HOUR, 10.2, 106.4, hours), now - 13 * HOUR
    )
    house_turn(conn, now)
    [decided] = irrigation_history.list_events(conn, world.farmer, zone)
    assert ("watered", "irrigate_no_forecast") == (decided.kind, decided.detail["need"]["verdict"])


def test_rule_9_while_it_only_advises_it_writes_down_what_it_would_have_done(
    conn: store.Connection, world: World, now: datetime
) -> None:
    zone = garden(conn, world, now, mode=Mode.ADVISE)
    house_turn(conn, now)
    house_turn(conn, now + MINUTE)

    assert ["would_water"] == kinds(conn, world, zone)
    assert [] == irrigation_history.list_past(conn, world.farmer, zone)


def test_rule_6_salt_that_comes_while_water_runs_ends_it(conn: store.Connection, world: World, now: datetime) -> None:
    zone = garden(conn, world, now, mode=Mode.MANUAL, saline=True)
    place_device(conn, world.admin, "kenh-1", "canal", [world.field_id], now)
    observe(conn, "kenh-1", "water.salinity", (now - MINUTE, 0.3))
    after = pours(conn, world, zone, now)
    observe(conn, "kenh-1", "water.salinity", (after, 4.2))
    house_turn(conn, after + SECOND)
    house_turn(conn, after + 2 * SECOND)
    says(conn, after + 3 * SECOND, 0.0)
    house_turn(conn, after + 4 * SECOND)

    [past] = irrigation_history.list_past(conn, world.farmer, zone)
    assert "halted" == past.outcome
    stop = next(e for e in irrigation_history.list_events(conn, world.farmer, zone) if e.kind == "stop")
    assert ("salt", 4.2) == (stop.detail["blocks"][0]["why"], stop.detail["blocks"][0]["value"])


def test_rule_5_two_zones_asked_for_at_once_do_not_overdraw_their_source(
    conn: store.Connection, world: World, now: datetime
) -> None:
    zone = garden(conn, world, now, mode=Mode.MANUAL)
    place_device(conn, world.admin, "van-2", "valve", [world.field_id], now)
    observe(conn, "van-2", "valve.state", (now - MINUTE, 0.0))
    source = irrigation_zones.get_plan(conn, world.farmer, zone).source_id
    other = irrigation_zones.insert_zone(
        conn, world.admin, world.field_id, zone_draft("van-2", source, name="Khu B"), now - SETTLED
    )
    ask(conn, world, zone, now)
    irrigation_runs.insert_run(conn, RunDraft(other, "van-2", Origin.PERSON, world.farmer.account_id, 600), now)
    house_turn(conn, now + SECOND)
    house_turn(conn, now + 2 * SECOND)

    opened = conn.execute("SELECT count(*) FROM irrigation_order WHERE action = 'open'").fetchone()
    assert opened is not None
    assert opened[0] < 2
    assert "refused" in kinds(conn, world, zone) + kinds(conn, world, other)


def test_rule_3_after_a_start_what_is_open_without_a_run_is_closed(
    conn: store.Connection, world: World, now: datetime
) -> None:
    zone = garden(conn, world, now)
    says(conn, now - SECOND, 1.0)
    irrigation_orders.insert_sweep(conn, "worker", now)
    house_turn(conn, now)
    house_turn(conn, now + SECOND)
    assert ["skipped", "requested", "sent"] == kinds(conn, world, zone)
    says(conn, now + 2 * SECOND, 0.0)
    house_turn(conn, now + 3 * SECOND)

    [past] = irrigation_history.list_past(conn, world.farmer, zone)
    assert ("sweep", "swept") == (past.origin, past.outcome)


def test_rule_8_a_valve_opened_by_hand_is_seen_and_ends(conn: store.Connection, world: World, now: datetime) -> None:
    zone = garden(conn, world, now, mode=Mode.ADVISE)
    says(conn, now - SECOND, 1.0)
    house_turn(conn, now)
    [live] = irrigation_runs.list_live(conn, [zone])
    assert Origin.HAND is live.run.origin
    ended = now + timedelta(hours=2, minutes=1)
    says(conn, ended - MINUTE, 1.0)
    house_turn(conn, ended)

    [live] = irrigation_runs.list_live(conn, [zone])
    assert live.run.closing is not None


def test_rule_2_a_silent_valve_raises_the_alarm_and_stays_unknown(
    conn: store.Connection, world: World, now: datetime
) -> None:
    zone = garden(conn, world, now, mode=Mode.MANUAL)
    ask(conn, world, zone, now)
    for second in range(0, 200, 10):
        house_turn(conn, now + second * SECOND)

    assert Target("valve_unknown", device_id=VALVE) in alerts.list_open_targets(conn)
    assert 4 <= kinds(conn, world, zone).count("sent")
    plan = irrigation_zones.get_plan(conn, world.farmer, zone)
    scene = irrigation_scene.look(conn, [plan], set(), now + 200 * SECOND)
    assert "unknown" == scene.shown(plan)
    says(conn, now + 201 * SECOND, 0.0)
    house_turn(conn, now + 202 * SECOND)
    assert Target("valve_unknown", device_id=VALVE) in alerts.list_open_targets(conn)  # it says so of its own accord
    answers(conn, VALVE, now + 203 * SECOND)
    house_turn(conn, now + 204 * SECOND)
    assert Target("valve_unknown", device_id=VALVE) not in alerts.list_open_targets(conn)


@pytest.fixture
def two_zones(conn: store.Connection, world: World, now: datetime) -> tuple[int, int]:
    """Two zones behind one master valve and one pump that can be switched off; water runs in both."""
    zone = garden(conn, world, now, mode=Mode.MANUAL)
    for device in ("van-2", "van-tong", "bom"):
        place_device(conn, world.admin, device, "valve", [world.field_id], now)
        observe(conn, device, "valve.state", (now - MINUTE, 0.0 if device == "van-2" else 1.0))
    plan = irrigation_zones.get_plan(conn, world.farmer, zone)
    draft = SourceDraft("Giếng", "well", 100.0, False, None, None, "van-tong", 500.0)
    water_sources.update_source(conn, world.admin, plan.source_id, draft)
    assert plan.pump_id is not None
    water_sources.update_pump(conn, world.admin, plan.pump_id, PumpDraft("Bơm 1", 2, None, None, 0.0, "bom"))
    other = irrigation_zones.insert_zone(
        conn,
        world.admin,
        world.field_id,
        zone_draft("van-2", plan.source_id, plan.pump_id, name="Khu B"),
        now - SETTLED,
    )
    irrigation_zones.insert_mode(conn, world.admin, other, Mode.MANUAL, now - SETTLED)
    for each, valve in ((zone, VALVE), (other, "van-2")):
        irrigation_runs.insert_run(conn, RunDraft(each, valve, Origin.PERSON, world.farmer.account_id, 3600), now)
        house_turn(conn, now)
    for valve in (VALVE, "van-2"):
        observe(conn, valve, "valve.state", (now + 2 * SECOND, 1.0))
    house_turn(conn, now + 3 * SECOND)
    return zone, other


def stop(conn: store.Connection, world: World, zone: int, now: datetime) -> None:
    """A person stops the zone; the order to close leaves."""
    irrigation_runs.insert_event(conn, zone, "stop", now, account_id=world.farmer.account_id, detail={"reason": "stopped"},
                                 run_id=irrigation_runs.list_live(conn, [zone])[0].run.id)  # fmt: skip
    house_turn(conn, now)


def jam(conn: store.Connection, world: World, zone: int, now: datetime) -> datetime:
    """A person stops the first zone, and its valve says that it is open still; the instant at which everything before it was ordered off."""
    stop(conn, world, zone, now)
    observe(conn, VALVE, "valve.state", (now + SECOND, 1.0))
    for second in range(5, 150, 5):
        house_turn(conn, now + second * SECOND)
    return now + 150 * SECOND


def answers(conn: store.Connection, device: str, at: datetime) -> None:
    """The device answers the newest order it was sent."""
    row = conn.execute(
        "SELECT o.id FROM irrigation_order o JOIN irrigation_run r ON r.id = o.run_id WHERE r.device_id = %s ORDER BY o.created_at DESC",
        (device,),
    ).fetchone()
    assert row is not None
    assert irrigation_orders.note_answer(conn, "cai-coi", device, row[0], "done", "", at)


def closing_orders(conn: store.Connection) -> set[str]:
    rows = conn.execute("SELECT DISTINCT r.device_id FROM irrigation_order o JOIN irrigation_run r ON r.id = o.run_id WHERE o.action = 'close'")  # fmt: skip
    return {row[0] for row in rows}


def test_rule_2_a_valve_that_stays_open_has_master_valve_and_pump_shut_and_others_stopped_and_told(
    conn: store.Connection, world: World, two_zones: tuple[int, int], now: datetime
) -> None:
    zone, other = two_zones
    later = jam(conn, world, zone, now + 10 * SECOND)

    assert {VALVE, "van-2", "van-tong", "bom"} == closing_orders(conn)
    assert 1 == kinds(conn, world, zone).count("cut")
    assert Target("valve_unknown", device_id=VALVE) in alerts.list_open_targets(conn)
    stop = next(e for e in irrigation_history.list_events(conn, world.farmer, other) if e.kind == "stop")
    assert ("halted", [{"why": "cut_off"}]) == (stop.detail["reason"], stop.detail["blocks"])
    assert {Target("cut_off", device_id=each) for each in (VALVE, "van-2")} <= set(alerts.list_open_targets(conn))
    told = [a for a in alerts.list_alerts(conn, world.farmer) if a.rule == "cut_off" and a.device_id == "van-2"]
    assert ("Khu B", "Khu A") == (told[0].details["zone"], told[0].details["cause"])

    observe(conn, "van-2", "valve.state", (later, 0.0))
    house_turn(conn, later + SECOND)
    scene = irrigation_scene.look(
        conn, irrigation_zones.list_all_plans(conn), set(alerts.list_open_targets(conn)), later + 2 * SECOND
    )
    blocks = may_open(
        scene.plans[other].zone, scene.inputs(conn, scene.plans[other]), scene.use(scene.plans[other]), 60, scene.now, by_itself=False
    )  # fmt: skip
    assert [True] == [block.is_hard for block in blocks if block.why == "cut_off"]


def test_rule_2_a_valve_that_falls_silent_while_water_runs_is_told_of_and_cut_off_when_its_own_timer_is_over(
    conn: store.Connection, world: World, two_zones: tuple[int, int], now: datetime
) -> None:
    """Its neighbour waters on meanwhile; the master valve's reports say that it is this valve and not the whole link."""
    zone, _ = two_zones
    stop(conn, world, zone, now + 10 * SECOND)
    for second in range(15, 300, 5):
        house_turn(conn, now + second * SECOND)

    assert {VALVE} == closing_orders(conn)
    [told] = [a for a in alerts.list_alerts(conn, world.farmer) if a.rule == "valve_unknown"]
    assert ("alert.valve_unknown.silent", 4) == (told.details["key"], told.severity)
    timer_over = datetime.fromisoformat(str(told.details["until"]))
    assert now + 600 * SECOND < timer_over < now + 800 * SECOND

    house_turn(conn, timer_over + 2 * MINUTE)
    assert "van-tong" not in closing_orders(conn)  # nobody at all was heard: the order would reach nobody now
    observe(conn, "van-tong", "valve.state", (timer_over + 2 * MINUTE, 1.0))
    house_turn(conn, timer_over + 3 * MINUTE)
    house_turn(conn, timer_over + 3 * MINUTE + SECOND)
    assert {VALVE, "van-tong", "bom"} <= closing_orders(conn)
    [told] = [a for a in alerts.list_alerts(conn, world.farmer) if a.device_id == VALVE and a.rule == "valve_unknown"]
    assert ("alert.valve_unknown.open", 5) == (told.details["key"], told.severity)


def test_rule_2_a_meter_that_counts_on_convicts_a_silent_valve_and_one_that_stands_still_acquits_it(
    conn: store.Connection, world: World, two_zones: tuple[int, int], now: datetime
) -> None:
    """The meter is a device of its own behind which no other valve is open."""
    zone, other = two_zones
    place_device(conn, world.admin, "dong-ho", "other", [world.field_id], now)
    conn.execute("UPDATE irrigation_zone SET meter_id = 'dong-ho' WHERE id = %s", (zone,))
    stop(conn, world, zone, now + 10 * SECOND)
    observe(conn, "dong-ho", "water.flow", (now + 2 * MINUTE, 0.0))
    for second in range(15, 300, 5):
        house_turn(conn, now + second * SECOND)
    assert {VALVE} == closing_orders(conn)

    observe(conn, "dong-ho", "water.flow", (now + 6 * MINUTE, 28.0))
    house_turn(conn, now + 6 * MINUTE + SECOND)
    house_turn(conn, now + 6 * MINUTE + 2 * SECOND)
    assert {VALVE, "van-tong", "bom"} <= closing_orders(conn)
    assert other  # its zone is behind the same master valve and dries out with it


def test_rule_2_master_valve_and_pump_are_off_when_they_say_so_and_water_comes_again_when_somebody_lets_it_on(
    conn: store.Connection, world: World, two_zones: tuple[int, int], now: datetime
) -> None:
    zone, other = two_zones
    later = jam(conn, world, zone, now + 10 * SECOND)
    for device in ("van-2", "van-tong"):
        observe(conn, device, "valve.state", (later, 0.0))
    house_turn(conn, later + SECOND)
    still = {live.device_id for live in irrigation_runs.list_live(conn, [zone, other])}
    assert {VALVE, "bom"} == still  # the pump has said nothing: nobody calls it off

    observe(conn, "bom", "valve.state", (later + 2 * SECOND, 0.0))
    house_turn(conn, later + 3 * SECOND)
    assert {VALVE} == {live.device_id for live in irrigation_runs.list_live(conn, [zone, other])}
    house_turn(conn, later + 10 * SECOND)
    assert Target("cut_off", device_id="van-2") in alerts.list_open_targets(conn)

    observe(conn, "van-tong", "valve.state", (later + HOUR, 1.0))
    house_turn(conn, later + HOUR + SECOND)
    assert Target("cut_off", device_id="van-2") in alerts.list_open_targets(conn)  # the pump is off
    observe(conn, "bom", "valve.state", (later + HOUR + 2 * SECOND, 1.0))
    house_turn(conn, later + HOUR + 3 * SECOND)
    assert Target("cut_off", device_id="van-2") not in alerts.list_open_targets(conn)
    assert 1 == kinds(conn, world, zone).count("cut")  # whoever let it on stands there: it is not cut again


def test_rule_2_a_master_valve_that_says_nothing_is_an_alarm_of_its_own(
    conn: store.Connection, world: World, two_zones: tuple[int, int], now: datetime
) -> None:
    zone, _ = two_zones
    later = jam(conn, world, zone, now + 10 * SECOND)
    for second in range(0, 200, 5):
        house_turn(conn, later + second * SECOND)

    silent = [a for a in alerts.list_alerts(conn, world.farmer) if a.rule == "valve_unknown"]
    assert {VALVE: "alert.valve_unknown.open", "van-tong": "alert.valve_unknown.upstream", "bom": "alert.valve_unknown.upstream"} == {
        a.device_id: a.details["key"] for a in silent if a.device_id != "van-2"
    }  # fmt: skip


def test_rule_2_a_zone_without_a_master_valve_says_that_nothing_could_be_shut(
    conn: store.Connection, world: World, now: datetime
) -> None:
    zone = garden(conn, world, now, mode=Mode.MANUAL)
    jam(conn, world, zone, pours(conn, world, zone, now))

    [cut] = [e for e in irrigation_history.list_events(conn, world.farmer, zone) if e.kind == "cut"]
    assert [] == cut.detail["devices"]
    assert {VALVE} == closing_orders(conn)


def test_rule_7_a_leak_closes_the_valves_and_the_master_valve(
    conn: store.Connection, world: World, now: datetime
) -> None:
    zone = garden(conn, world, now, mode=Mode.MANUAL)
    place_device(conn, world.admin, "van-tong", "valve", [world.field_id], now)
    source = irrigation_zones.get_plan(conn, world.farmer, zone).source_id
    draft = source_draft()
    water_sources.update_source(
        conn, world.admin, source, type(draft)(draft.name, draft.kind, 40.0, False, None, None, "van-tong", 0.0)
    )
    says(conn, now - SECOND, 0.0, 4.0)
    house_turn(conn, now)
    house_turn(conn, now + SECOND)

    assert Target("leak", device_id=VALVE) in alerts.list_open_targets(conn)
    told = conn.execute(
        "SELECT r.device_id, o.action FROM irrigation_order o JOIN irrigation_run r ON r.id = o.run_id ORDER BY 1"
    )
    assert [("van-1", "close"), ("van-tong", "close")] == told.fetchall()
    assert Target("cut_off", device_id=VALVE) in alerts.list_open_targets(conn)  # somebody lets it on


def test_rule_7_a_burst_ends_the_run(conn: store.Connection, world: World, now: datetime) -> None:
    zone = garden(conn, world, now, mode=Mode.MANUAL)
    pours(conn, world, zone, now)
    says(conn, now + 2 * MINUTE, 1.0, 60.0)
    house_turn(conn, now + 2 * MINUTE + SECOND)
    house_turn(conn, now + 2 * MINUTE + 2 * SECOND)

    assert Target("burst", device_id=VALVE) in alerts.list_open_targets(conn)
    [live] = irrigation_runs.list_live(conn, [zone])
    assert live.run.closing is not None


def test_rule_11_the_journal_is_never_changed(conn: store.Connection, world: World, now: datetime) -> None:
    garden(conn, world, now)
    house_turn(conn, now)

    for statement in ("DELETE FROM irrigation_event", "UPDATE irrigation_run SET seconds = 1"):
        with pytest.raises(psycopg.Error), conn.transaction():
            conn.execute(statement.encode())


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"max_run_min": 300.0}, "irrigation.caps_unordered"),
        ({"max_run_mm": 500.0}, "irrigation.caps_unordered"),
        ({"wilting_point": 40.0}, "irrigation.soil_unordered"),
    ],
)
def test_a_zone_that_cannot_be_is_refused_with_what_to_change(
    conn: store.Connection, world: World, signed_in: As, now: datetime, change: dict[str, float], code: str
) -> None:
    zone = garden(conn, world, now, mode=Mode.MANUAL)
    farmer, path = signed_in(world.farmer), f"/api/v1/irrigation/zones/{zone}"
    setup = farmer.get(f"{path}/setup").json()
    answer = farmer.put(path, json={**setup, **change})

    assert (400, code) == (answer.status_code, answer.json()["code"])
    assert setup == farmer.get(f"{path}/setup").json()


def test_a_pump_whose_lowest_pressure_is_its_highest_is_refused(
    conn: store.Connection, world: World, signed_in: As, now: datetime
) -> None:
    garden(conn, world, now)
    farmer = signed_in(world.farmer)
    source = farmer.get(f"/api/v1/farms/{world.farm_id}/water-sources").json()[0]["id"]
    before = farmer.get(f"/api/v1/water-sources/{source}/pumps").json()
    body = {"name": "Bơm 1", "zones_at_once": 1, "min_kpa": 350, "max_kpa": 350}
    answer = farmer.put(f"/api/v1/water-pumps/{before[0]['id']}", json=body)

    assert (400, "irrigation.pressure_unordered") == (answer.status_code, answer.json()["code"])
    assert before == farmer.get(f"/api/v1/water-sources/{source}/pumps").json()


def test_a_deaf_valve_may_be_replaced_and_ends_its_run_when_it_is_taken_out_of_use(
    conn: store.Connection, world: World, signed_in: As, now: datetime
) -> None:
    zone = garden(conn, world, now, mode=Mode.MANUAL)
    place_device(conn, world.admin, "van-moi", "valve", [world.field_id], now)
    observe(conn, "van-moi", "valve.state", (now, 0.0))
    ask(conn, world, zone, now)
    house_turn(conn, now)
    path = f"/api/v1/irrigation/zones/{zone}"
    setup = {**signed_in(world.farmer).get(f"{path}/setup").json(), "valve_id": "van-moi", "meter_id": "van-moi"}
    assert 409 == signed_in(world.farmer).put(path, json=setup).status_code  # it may still obey
    for second in range(10, 200, 10):
        house_turn(conn, now + second * SECOND)

    assert 204 == signed_in(world.farmer).put(path, json=setup).status_code
    assert [VALVE] == [live.device_id for live in irrigation_runs.list_live(conn, [zone])]
    devices.revoke(conn, world.office_id, VALVE, now + 300 * SECOND)
    house_turn(conn, now + 301 * SECOND)
    assert [] == irrigation_runs.list_live(conn, [zone])
    assert Target("valve_unknown", device_id=VALVE) not in alerts.list_open_targets(conn)
