-- Watering: where water comes from, which valve serves which zone, and what became of every order.
-- Set-up may be changed; runs, orders and the journal are only ever added to, because a valve left open must be explained afterwards.

CREATE TABLE water_source (
    id              int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    farm_id         int NOT NULL REFERENCES farm,
    name            text NOT NULL CONSTRAINT water_source_name_given CHECK (name <> ''),
    kind            text NOT NULL CONSTRAINT water_source_kind_known CHECK (kind IN ('canal', 'tank', 'pond', 'well', 'mains')),
    capacity_m3_h   double precision NOT NULL CONSTRAINT water_source_capacity_positive CHECK (capacity_m3_h > 0),
    is_saline       boolean NOT NULL,      -- may turn salt: then nothing is taken while its salinity is not known
    min_level_m     double precision,      -- below it the pump would draw air; NULL: nobody said
    station_id      text REFERENCES device,      -- what measures it; NULL: the stations of the field
    master_valve_id text REFERENCES device,      -- closed when water runs that nobody ordered
    price_vnd_m3    double precision NOT NULL DEFAULT 0 CONSTRAINT water_source_price_possible CHECK (price_vnd_m3 >= 0),
    CONSTRAINT water_source_name_key UNIQUE (farm_id, name)
);

CREATE TABLE water_pump (
    id             int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    source_id      int NOT NULL REFERENCES water_source,
    name           text NOT NULL CONSTRAINT water_pump_name_given CHECK (name <> ''),
    zones_at_once  int NOT NULL DEFAULT 1 CONSTRAINT water_pump_zones_positive CHECK (zones_at_once BETWEEN 1 AND 20),
    min_kpa        double precision,
    max_kpa        double precision,
    price_vnd_hour double precision NOT NULL DEFAULT 0 CONSTRAINT water_pump_price_possible CHECK (price_vnd_hour >= 0),
    CONSTRAINT water_pump_name_key UNIQUE (source_id, name),
    CONSTRAINT water_pump_pressure_ordered CHECK (min_kpa < max_kpa)
);

CREATE TABLE irrigation_zone (
    id              int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    field_id        int NOT NULL REFERENCES field,
    name            text NOT NULL CONSTRAINT irrigation_zone_name_given CHECK (name <> ''),
    name_sort       text COLLATE "C" NOT NULL,
    valve_id        text NOT NULL REFERENCES device,
    meter_id        text NOT NULL REFERENCES device,       -- tells flow, volume, pressure and current; often the valve itself
    source_id       int NOT NULL REFERENCES water_source,
    pump_id         int REFERENCES water_pump,
    method          text NOT NULL CONSTRAINT irrigation_zone_method_known CHECK (method IN ('drip', 'sprinkler', 'flood')),
    area_m2         double precision NOT NULL CONSTRAINT irrigation_zone_area_positive CHECK (area_m2 > 0),
    flow_m3_h       double precision NOT NULL CONSTRAINT irrigation_zone_flow_positive CHECK (flow_m3_h > 0),
    field_capacity  double precision NOT NULL,             -- % by volume
    wilting_point   double precision NOT NULL,
    max_run_min     double precision NOT NULL,
    max_day_min     double precision NOT NULL,
    max_run_mm      double precision NOT NULL,
    max_day_mm      double precision NOT NULL,
    min_pause_min   double precision NOT NULL,
    created_at      timestamptz NOT NULL,
    removed_at      timestamptz,
    CONSTRAINT irrigation_zone_soil_ordered CHECK (0 <= wilting_point AND wilting_point < field_capacity AND field_capacity <= 70),
    CONSTRAINT irrigation_zone_caps_possible
        CHECK (max_run_min BETWEEN 1 AND 1440 AND max_day_min BETWEEN 1 AND 1440 AND max_run_mm > 0 AND max_day_mm > 0
               AND max_run_min <= max_day_min AND max_run_mm <= max_day_mm AND min_pause_min BETWEEN 0 AND 1440)
);
CREATE UNIQUE INDEX irrigation_zone_valve ON irrigation_zone (valve_id) WHERE removed_at IS NULL;
CREATE UNIQUE INDEX irrigation_zone_named ON irrigation_zone (field_id, name) WHERE removed_at IS NULL;

-- Who may open the valve: nobody but people (advise, manual), or the house too (automatic). The newest row holds.
CREATE TABLE irrigation_mode (
    id         int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    zone_id    int NOT NULL REFERENCES irrigation_zone,
    mode       text NOT NULL CONSTRAINT irrigation_mode_known CHECK (mode IN ('advise', 'manual', 'automatic')),
    account_id int NOT NULL REFERENCES account,
    at         timestamptz NOT NULL
);
CREATE INDEX irrigation_mode_zone ON irrigation_mode (zone_id, id DESC);

-- One watering, from what asked for it to its result. `origin` hand: somebody turned the valve itself; sweep: the house closes what it found.
CREATE TABLE irrigation_run (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    zone_id    int NOT NULL REFERENCES irrigation_zone,
    device_id  text NOT NULL REFERENCES device,   -- the zone's valve, or its source's master valve
    origin     text NOT NULL CONSTRAINT irrigation_run_origin_known CHECK (origin IN ('person', 'automatic', 'hand', 'sweep')),
    account_id int REFERENCES account,            -- who started it; for automatic runs whoever switched that on
    seconds    int NOT NULL CONSTRAINT irrigation_run_seconds_possible CHECK (seconds BETWEEN 0 AND 86400),
    despite    text[] NOT NULL DEFAULT '{}',      -- what spoke against it when a person insisted
    reason     text NOT NULL DEFAULT '',
    created_at timestamptz NOT NULL,
    CONSTRAINT irrigation_run_person_named CHECK (origin <> 'person' OR account_id IS NOT NULL)
);
CREATE INDEX irrigation_run_zone ON irrigation_run (zone_id, created_at);

CREATE TABLE irrigation_order (
    id          text PRIMARY KEY,
    run_id      bigint NOT NULL REFERENCES irrigation_run,
    action      text NOT NULL CONSTRAINT irrigation_order_action_known CHECK (action IN ('open', 'close')),
    seconds     int NOT NULL CONSTRAINT irrigation_order_seconds_possible CHECK (seconds BETWEEN 0 AND 7200),
    created_at  timestamptz NOT NULL,
    expires_at  timestamptz NOT NULL,
    CONSTRAINT irrigation_order_opens_for_a_while CHECK (action = 'close' OR seconds > 0),
    CONSTRAINT irrigation_order_expires CHECK (expires_at > created_at)
);
CREATE INDEX irrigation_order_run ON irrigation_order (run_id);

-- What must still leave the house. The collector takes a row out in the transaction that notes it as sent.
CREATE TABLE irrigation_outbox (
    order_id  text PRIMARY KEY REFERENCES irrigation_order,
    wanted_at timestamptz NOT NULL
);

-- The journal: every step of every order, every decision with all it was made from.
CREATE TABLE irrigation_event (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    zone_id    int NOT NULL REFERENCES irrigation_zone,
    run_id     bigint REFERENCES irrigation_run,
    order_id   text REFERENCES irrigation_order,
    account_id int REFERENCES account,
    at         timestamptz NOT NULL,
    kind       text NOT NULL CONSTRAINT irrigation_event_kind_known
               CHECK (kind IN ('requested', 'sent', 'accepted', 'running', 'done', 'failed', 'confirmed', 'unknown', 'not_sent', 'stop',
                               'closed', 'ended', 'watered', 'would_water', 'enough', 'skipped', 'refused', 'leak', 'burst', 'clog', 'current')),
    detail     jsonb NOT NULL DEFAULT '{}'
);
CREATE INDEX irrigation_event_zone ON irrigation_event (zone_id, id);
CREATE INDEX irrigation_event_run ON irrigation_event (run_id) WHERE run_id IS NOT NULL;

-- How a run ended. A run without a result is still going on, or nobody knows.
CREATE TABLE irrigation_result (
    run_id      bigint PRIMARY KEY REFERENCES irrigation_run,
    outcome     text NOT NULL CONSTRAINT irrigation_result_outcome_known
                CHECK (outcome IN ('done', 'stopped', 'hand', 'lease', 'link', 'refused', 'halted', 'swept', 'no_answer')),
    opened_at   timestamptz,
    closed_at   timestamptz NOT NULL,
    seconds     double precision NOT NULL CONSTRAINT irrigation_result_seconds_possible CHECK (seconds >= 0),
    volume_m3   double precision NOT NULL CONSTRAINT irrigation_result_volume_possible CHECK (volume_m3 >= 0),
    is_measured boolean NOT NULL,                 -- by the meter; else reckoned from the zone's flow
    flow_m3_h   double precision,                 -- measured while it ran; NULL: nothing was measured
    cost_vnd    double precision NOT NULL CONSTRAINT irrigation_result_cost_possible CHECK (cost_vnd >= 0),
    CONSTRAINT irrigation_result_lasts CHECK (closed_at >= opened_at)
);

-- When a part of the house lost sight of the valves: at its start, and each time the broker came back.
CREATE TABLE irrigation_sweep (
    id   bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at   timestamptz NOT NULL,
    part text NOT NULL CONSTRAINT irrigation_sweep_part_known CHECK (part IN ('worker', 'collector')),
    done_at timestamptz                           -- when the worker had looked at every valve because of it
);

CREATE TRIGGER irrigation_mode_append_only BEFORE UPDATE OR DELETE ON irrigation_mode
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER irrigation_run_append_only BEFORE UPDATE OR DELETE ON irrigation_run
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER irrigation_order_append_only BEFORE UPDATE OR DELETE ON irrigation_order
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER irrigation_event_append_only BEFORE UPDATE OR DELETE ON irrigation_event
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER irrigation_result_append_only BEFORE UPDATE OR DELETE ON irrigation_result
    FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- A zone with everything a rule needs to know of it.
CREATE VIEW irrigation_plan AS
SELECT z.id, z.field_id, d.name AS field_name, d.crop, d.planted_on, f.id AS farm_id, f.name AS farm_name, f.office_id, o.slug AS tenant,
       z.name, z.name_sort, z.valve_id, v.name AS valve_name, v.expected_interval_s AS valve_interval_s, z.meter_id,
       z.method, z.area_m2, z.flow_m3_h, z.field_capacity, z.wilting_point,
       z.max_run_min, z.max_day_min, z.max_run_mm, z.max_day_mm, z.min_pause_min,
       m.mode, m.account_id AS mode_by, m.at AS mode_at, z.created_at,
       s.id AS source_id, s.name AS source_name, s.kind AS source_kind, s.capacity_m3_h, s.is_saline, s.min_level_m, s.station_id,
       s.master_valve_id, s.price_vnd_m3,
       p.id AS pump_id, p.name AS pump_name, p.zones_at_once, p.min_kpa, p.max_kpa, coalesce(p.price_vnd_hour, 0) AS price_vnd_hour
  FROM irrigation_zone z
  JOIN field d ON d.id = z.field_id
  JOIN farm f ON f.id = d.farm_id
  JOIN office o ON o.id = f.office_id
  JOIN device v ON v.id = z.valve_id
  JOIN water_source s ON s.id = z.source_id
  LEFT JOIN water_pump p ON p.id = z.pump_id
  JOIN LATERAL (SELECT n.mode, n.account_id, n.at FROM irrigation_mode n WHERE n.zone_id = z.id ORDER BY n.id DESC LIMIT 1) m ON true
 WHERE z.removed_at IS NULL;
