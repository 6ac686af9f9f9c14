-- The field diary: entries are only ever added; a correction is a new entry that takes the place of one. What was used is taken from the store.

CREATE TABLE diary_entry (
    id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    client_id     uuid NOT NULL,      -- made where the entry was written, perhaps without a link: sent twice, stored once
    field_id      int NOT NULL REFERENCES field,
    kind          text NOT NULL CONSTRAINT diary_entry_kind_known
                  CHECK (kind IN ('sow', 'fertilise', 'spray', 'irrigate', 'harvest', 'observe', 'cost', 'void')),
    day           date NOT NULL,
    at            time,               -- local; NULL when only the day is known
    product       text NOT NULL DEFAULT '',
    product_fold  text NOT NULL DEFAULT '',
    amount        double precision CONSTRAINT diary_entry_amount_positive CHECK (amount > 0),
    unit          text CONSTRAINT diary_entry_unit_known CHECK (unit IN ('kg', 'g', 'l', 'ml')),
    waiting_days  int CONSTRAINT diary_entry_waiting_possible CHECK (waiting_days BETWEEN 0 AND 365),
    reentry_hours double precision CONSTRAINT diary_entry_reentry_possible CHECK (reentry_hours BETWEEN 0 AND 2160),
    volume_m3     double precision CONSTRAINT diary_entry_volume_positive CHECK (volume_m3 > 0),
    minutes       double precision CONSTRAINT diary_entry_minutes_positive CHECK (minutes > 0),
    cost_vnd      double precision CONSTRAINT diary_entry_cost_possible CHECK (cost_vnd >= 0),
    note          text NOT NULL DEFAULT '',
    supersedes    bigint REFERENCES diary_entry CONSTRAINT diary_entry_corrected_once UNIQUE,
    recorded_by   int NOT NULL REFERENCES account,
    recorded_at   timestamptz NOT NULL,
    CONSTRAINT diary_entry_sent_once UNIQUE (recorded_by, client_id),
    CONSTRAINT diary_entry_amount_whole CHECK (num_nonnulls(amount, unit) IN (0, 2)),
    CONSTRAINT diary_entry_spray_whole
        CHECK (kind <> 'spray' OR (product <> '' AND num_nonnulls(amount, waiting_days, reentry_hours) = 3)),
    CONSTRAINT diary_entry_void_names_one CHECK (kind <> 'void' OR supersedes IS NOT NULL)
);
CREATE INDEX diary_entry_field ON diary_entry (field_id, day);

CREATE TABLE diary_photo (
    entry_id bigint PRIMARY KEY REFERENCES diary_entry,
    bytes    bytea NOT NULL CONSTRAINT diary_photo_small CHECK (octet_length(bytes) <= 65536)  -- WebP
);

-- What came into a farm's store. Less than nothing came in when something was lost or given back.
CREATE TABLE input_receipt (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    client_id    uuid NOT NULL,
    farm_id      int NOT NULL REFERENCES farm,
    day          date NOT NULL,
    product      text NOT NULL CONSTRAINT input_receipt_product_given CHECK (product <> ''),
    product_fold text NOT NULL,
    amount       double precision NOT NULL CONSTRAINT input_receipt_amount_something CHECK (amount <> 0),
    unit         text NOT NULL CONSTRAINT input_receipt_unit_known CHECK (unit IN ('kg', 'g', 'l', 'ml')),
    recorded_by  int NOT NULL REFERENCES account,
    recorded_at  timestamptz NOT NULL,
    CONSTRAINT input_receipt_sent_once UNIQUE (recorded_by, client_id)
);
CREATE INDEX input_receipt_farm ON input_receipt (farm_id);

CREATE TRIGGER diary_entry_append_only BEFORE UPDATE OR DELETE ON diary_entry
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER diary_photo_append_only BEFORE UPDATE OR DELETE ON diary_photo
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER input_receipt_append_only BEFORE UPDATE OR DELETE ON input_receipt
    FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- A harvest written in the diary is the harvest that lots are made of. The reason says why it was recorded before a waiting period was over.
ALTER TABLE harvest
    ADD COLUMN diary_entry_id bigint CONSTRAINT harvest_diary_entry_key UNIQUE REFERENCES diary_entry,
    ADD COLUMN waiting_reason text NOT NULL DEFAULT '';

-- An entry as lists and papers show it; `superseded_by` names what took its place.
CREATE VIEW diary_line AS
SELECT e.id, e.client_id, e.field_id, d.name AS field_name, d.crop, d.area_m2, f.id AS farm_id, f.name AS farm_name, e.kind, e.day, e.at,
       e.product, e.amount, e.unit, e.waiting_days, e.reentry_hours, e.volume_m3, e.minutes, e.cost_vnd, e.note,
       e.supersedes, n.id AS superseded_by, p.entry_id IS NOT NULL AS has_photo,
       e.recorded_by, a.name AS recorder_name, e.recorded_at
  FROM diary_entry e
  JOIN field d ON d.id = e.field_id
  JOIN farm f ON f.id = d.farm_id
  JOIN account a ON a.id = e.recorded_by
  LEFT JOIN diary_entry n ON n.supersedes = e.id
  LEFT JOIN diary_photo p ON p.entry_id = e.id;

-- Received and used of every input of a farm, in kg or litres. An entry that was corrected no longer counts.
CREATE VIEW input_stock AS
SELECT m.farm_id, m.product_fold, m.unit, min(m.product) AS product, sum(m.received) AS received, sum(m.used) AS used,
       sum(m.received) - sum(m.used) AS left_over
  FROM (
       SELECT r.farm_id, r.product_fold, r.product, CASE WHEN r.unit IN ('kg', 'g') THEN 'kg' ELSE 'l' END AS unit,
              r.amount * CASE WHEN r.unit IN ('g', 'ml') THEN 0.001 ELSE 1 END AS received, 0 AS used
         FROM input_receipt r
        UNION ALL
       SELECT d.farm_id, e.product_fold, e.product, CASE WHEN e.unit IN ('kg', 'g') THEN 'kg' ELSE 'l' END,
              0, e.amount * CASE WHEN e.unit IN ('g', 'ml') THEN 0.001 ELSE 1 END
         FROM diary_entry e
         JOIN field d ON d.id = e.field_id
        WHERE e.kind IN ('sow', 'fertilise', 'spray')
          AND e.product <> ''
          AND e.amount IS NOT NULL
          AND NOT EXISTS (SELECT FROM diary_entry n WHERE n.supersedes = e.id)
  ) m
 GROUP BY m.farm_id, m.product_fold, m.unit;
