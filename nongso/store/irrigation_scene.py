"""Everything the decisions on water of one turn rest on, read once, so that all of them see the same moment."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from nongso.alerting.rule import Setting
from nongso.clock import LOCAL
from nongso.conditions import Conditions
from nongso.devices import silent_after
from nongso.findings import salt_limit
from nongso.forecast import nearest, standing
from nongso.irrigation.flow import runs_on
from nongso.irrigation.inputs import inputs_of
from nongso.irrigation.interlock import Inputs, Known, Use
from nongso.irrigation.orders import Origin, Seen
from nongso.irrigation.run import Pipe, Shown, shown, takes_water
from nongso.store import (
    conditions,
    diary,
    forecasts,
    irrigation_orders,
    irrigation_readings,
    irrigation_runs,
    rules,
)
from nongso.store.alerts import Target
from nongso.store.connection import Connection
from nongso.store.irrigation_orders import Sweep
from nongso.store.irrigation_readings import Reading
from nongso.store.irrigation_runs import DayUse, Live
from nongso.store.irrigation_zones import Plan


@dataclass(frozen=True, slots=True)
class Scene:
    """One moment. `live` are the runs without a result; `open_now` the open alerts of every office, `settings` what each office changed of the rules."""

    now: datetime
    plans: dict[int, Plan]
    live: list[Live]
    said: dict[tuple[str, str], Reading]
    fields: dict[int, Conditions]
    rain: dict[int, float]
    uses: dict[int, DayUse]
    open_now: set[Target]
    sweep: Sweep | None
    settings: Mapping[int, Sequence[Setting]]

    def own_run(self, plan: Plan) -> Live | None:
        """The run of a zone's own valve."""
        return next((live for live in self.live if live.device_id == plan.valve_id), None)

    def seen(self, device_id: str) -> Seen:
        return irrigation_readings.seen(self.said, device_id)

    def shown(self, plan: Plan) -> Shown:
        live = self.own_run(plan)
        limit = silent_after(plan.valve_interval_s)
        return shown(live.run if live else None, self.seen(plan.valve_id), limit, self.now)

    def use(self, plan: Plan) -> Use:
        """What runs beside the zone, what it had today."""
        others = [each for each in self.plans.values() if each.id != plan.id and self.takes_water(each)]
        had, live = self.uses.get(plan.id), self.own_run(plan)
        day_s = had.seconds if had else 0.0
        return Use(
            day_s=day_s,
            last_closed_at=had.last_closed_at if had else None,
            is_running=live is not None,
            others_m3_h=sum(each.flow_m3_h for each in others if each.source_id == plan.source_id),
            others_on_pump=sum(each.pump_id == plan.pump_id for each in others if plan.pump_id is not None),
            leak_open=any(
                Target("leak", device_id=each.meter_id) in self.open_now
                for each in self.plans.values()
                if each.source_id == plan.source_id
            ),
            is_cut_off=Target("cut_off", device_id=plan.valve_id) in self.open_now,
            valve_known=self._is_known(plan),
            swept_at=self.sweep.at if self.sweep else None,
            awaits_sweep=self.sweep is not None and self.sweep.done_at is None,
        )

    def _is_known(self, plan: Plan) -> bool:
        """Whether the valve itself says what it does, whatever is on its way to it."""
        limit = silent_after(plan.valve_interval_s)
        return shown(None, self.seen(plan.valve_id), limit, self.now) is not Shown.UNKNOWN

    def takes_water(self, plan: Plan) -> bool:
        """Whether its valve is open, or may be: what nobody knows counts as water taken."""
        live = self.own_run(plan)
        if live is not None:
            return takes_water(live.run, self.seen(plan.valve_id))
        return self.shown(plan) is Shown.OPEN

    def pipe(self, live: Live) -> Pipe:
        """What else speaks of the water of a run that was told to close. A meter of several zones accuses only the one that may be open."""
        plan, order = self.plans[live.run.zone_id], live.run.closing
        if order is None or live.device_id != plan.valve_id:
            return Pipe()
        if not order.sent:
            return Pipe(is_heard=False)
        meter = irrigation_readings.meter(self.said, plan.meter_id, plan.valve_id)
        flows = runs_on(meter, plan.flow_m3_h, order.sent[0], self.now)
        others = [each for each in self.plans.values() if each.meter_id == plan.meter_id and each.id != plan.id]
        if flows and any(self.shown(each) is not Shown.CLOSED for each in others):
            flows = None
        heard = [self.seen(each).heard_at for each in plan.upstream]
        return Pipe(flows, not heard or any(at is not None and at > order.sent[0] for at in heard))

    def is_being_cut(self, device_id: str) -> bool:
        """Whether a master valve or pump was ordered off and has not said yet that it is."""
        return any(live.device_id == device_id and live.run.origin is Origin.CUT for live in self.live)

    def inputs(self, conn: Connection, plan: Plan) -> Inputs:
        """What is known for a zone now."""
        field = self._with_forecast(conn, plan)
        return inputs_of(
            plan.zone,
            field,
            diary.list_sprays(conn, plan.field_id),
            self.rain.get(plan.field_id),
            self._pressure(plan),
            self.now,
            salt_limit_g_l=salt_limit(field, self.now, self.settings.get(plan.office_id, ())),
            salt_alert=Target("salt", field_id=plan.field_id) in self.open_now,
        )

    def _with_forecast(self, conn: Connection, plan: Plan) -> Conditions:
        """The field with the forecast of the point nearest to it; read when a decision needs it, not at every look."""
        field = self.fields[plan.field_id]
        told = forecasts.list_standing(conn, plan.office_id, self.now)
        return replace(field, forecast=standing(nearest(told, field.point), self.now)) if told else field

    def _pressure(self, plan: Plan) -> Known | None:
        told = self.said.get((plan.meter_id, "water.pressure"))
        if told is None:
            return None
        is_fresh = self.now - told.at <= silent_after(plan.valve_interval_s)
        return Known(told.value if is_fresh else None, told.at, plan.meter_id)


def look(conn: Connection, plans: Iterable[Plan], open_now: set[Target], now: datetime) -> Scene:
    """The scene of these zones. Takes no viewer: whoever asks has seen them."""
    known = {plan.id: plan for plan in plans}
    fields = sorted({plan.field_id for plan in known.values()})
    live = irrigation_runs.list_live(conn, known)
    devices = {name for plan in known.values() for name in (plan.valve_id, plan.meter_id, *plan.upstream)} | {
        each.device_id for each in live
    }
    midnight = now.astimezone(LOCAL).replace(hour=0, minute=0, second=0, microsecond=0)
    return Scene(
        now,
        known,
        live,
        irrigation_readings.list_said(conn, devices),
        {each.field_id: each for each in conditions.list_for_rules(conn, fields, now)},
        irrigation_readings.list_rain(conn, fields, now),
        irrigation_runs.list_day_use(conn, known, midnight),
        open_now,
        irrigation_orders.find_newest_sweep(conn),
        rules.list_all_settings(conn),
    )
