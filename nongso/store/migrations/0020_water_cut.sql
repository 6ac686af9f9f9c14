-- Water that a valve does not stop is shut off before it: by the source's master valve and by the switch of the pump.
-- A pump's switch is any device that obeys "close" and says what it does; people switch it on, the house only ever off.

ALTER TABLE water_pump ADD COLUMN switch_id text REFERENCES device;   -- NULL: only a person switches it

ALTER TABLE irrigation_run
    DROP CONSTRAINT irrigation_run_origin_known,
    ADD CONSTRAINT irrigation_run_origin_known CHECK (origin IN ('person', 'automatic', 'hand', 'sweep', 'cut'));
ALTER TABLE irrigation_result
    DROP CONSTRAINT irrigation_result_outcome_known,
    ADD CONSTRAINT irrigation_result_outcome_known
        CHECK (outcome IN ('done', 'stopped', 'hand', 'lease', 'link', 'refused', 'halted', 'swept', 'cut', 'no_answer'));
ALTER TABLE irrigation_event
    DROP CONSTRAINT irrigation_event_kind_known,
    ADD CONSTRAINT irrigation_event_kind_known
        CHECK (kind IN ('requested', 'sent', 'accepted', 'running', 'done', 'failed', 'confirmed', 'unknown', 'not_sent', 'stop', 'cut',
                        'closed', 'ended', 'watered', 'would_water', 'enough', 'skipped', 'refused', 'leak', 'burst', 'clog', 'current'));

CREATE OR REPLACE VIEW irrigation_plan AS
SELECT z.id, z.field_id, d.name AS field_name, d.crop, d.planted_on, f.id AS farm_id, f.name AS farm_name, f.office_id, o.slug AS tenant,
       z.name, z.name_sort, z.valve_id, v.name AS valve_name, v.expected_interval_s AS valve_interval_s, z.meter_id,
       z.method, z.area_m2, z.flow_m3_h, z.field_capacity, z.wilting_point,
       z.max_run_min, z.max_day_min, z.max_run_mm, z.max_day_mm, z.min_pause_min,
       m.mode, m.account_id AS mode_by, m.at AS mode_at, z.created_at,
       s.id AS source_id, s.name AS source_name, s.kind AS source_kind, s.capacity_m3_h, s.is_saline, s.min_level_m, s.station_id,
       s.master_valve_id, s.price_vnd_m3,
       p.id AS pump_id, p.name AS pump_name, p.zones_at_once, p.min_kpa, p.max_kpa, coalesce(p.price_vnd_hour, 0) AS price_vnd_hour,
       p.switch_id AS pump_switch_id
  FROM irrigation_zone z
  JOIN field d ON d.id = z.field_id
  JOIN farm f ON f.id = d.farm_id
  JOIN office o ON o.id = f.office_id
  JOIN device v ON v.id = z.valve_id
  JOIN water_source s ON s.id = z.source_id
  LEFT JOIN water_pump p ON p.id = z.pump_id
  JOIN LATERAL (SELECT n.mode, n.account_id, n.at FROM irrigation_mode n WHERE n.zone_id = z.id ORDER BY n.id DESC LIMIT 1) m ON true
 WHERE z.removed_at IS NULL;
