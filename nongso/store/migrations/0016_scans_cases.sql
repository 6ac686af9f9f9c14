-- Scans of labels with serials, what they say against a label, and the cases that staff look into.
-- A scan keeps no address of anybody: `visitor` is a keyed hash under a salt that is thrown away after the day, `area` a square of some
-- 50 km, and both are emptied after a season.

CREATE TABLE scan_salt (
    day  date PRIMARY KEY,
    salt bytea NOT NULL
);

-- `verdict` is what the page said. A serial nobody issued is kept as it was read: it is what a ghost looks like.
CREATE TABLE label_scan (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at         timestamptz NOT NULL,
    serial     text NOT NULL CONSTRAINT label_scan_serial_short CHECK (length(serial) BETWEEN 1 AND 20),
    product_id int NOT NULL REFERENCES product,
    lot_id     int REFERENCES lot,
    verdict    text NOT NULL,
    visitor    text,
    area_lat   double precision,
    area_lon   double precision,
    channel    text NOT NULL CONSTRAINT label_scan_channel_known CHECK (channel IN ('code', 'typed', 'link')),
    CONSTRAINT label_scan_area_whole CHECK (num_nonnulls(area_lat, area_lon) IN (0, 2))
);
CREATE INDEX label_scan_serial ON label_scan (serial, at);
CREATE INDEX label_scan_lot ON label_scan (lot_id, at);
CREATE INDEX label_scan_ghost ON label_scan (product_id, at) WHERE verdict = 'ghost';
CREATE INDEX label_scan_named ON label_scan (at) WHERE visitor IS NOT NULL;

-- Up to which scan the worker has judged.
CREATE TABLE scan_judged (
    one     boolean PRIMARY KEY DEFAULT true CONSTRAINT scan_judged_one CHECK (one),
    scan_id bigint NOT NULL
);
INSERT INTO scan_judged (scan_id) VALUES (0);

-- An office's own thresholds; what is not here is nongso.label_scans.Limits.
CREATE TABLE scan_limits (
    office_id int PRIMARY KEY REFERENCES office,
    limits    jsonb NOT NULL
);

CREATE TABLE label_case (
    id          int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    office_id   int NOT NULL REFERENCES office,
    kind        text NOT NULL CONSTRAINT label_case_kind_known CHECK (kind IN ('clone', 'ghost', 'diversion', 'quality')),
    product_id  int NOT NULL REFERENCES product,
    lot_id      int REFERENCES lot,
    serial      text NOT NULL DEFAULT '',   -- empty for a ghost: no label exists, and a case gathers them all
    evidence    jsonb NOT NULL,
    opened_at   timestamptz NOT NULL,
    changed_at  timestamptz NOT NULL,
    assigned_to int REFERENCES account,
    outcome     text CONSTRAINT label_case_outcome_known CHECK (outcome IN ('confirmed', 'false_alarm', 'unclear')),
    note        text NOT NULL DEFAULT '',
    closed_by   int REFERENCES account,
    closed_at   timestamptz,
    CONSTRAINT label_case_closed_whole CHECK (num_nonnulls(outcome, closed_by, closed_at) IN (0, 3))
);
CREATE UNIQUE INDEX label_case_open ON label_case (kind, product_id, coalesce(lot_id, 0), serial) WHERE closed_at IS NULL;
CREATE INDEX label_case_office ON label_case (office_id, opened_at);

-- What a buyer told us. `contact` is theirs to give and is emptied a season after the case was closed.
CREATE TABLE label_report (
    id      int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    case_id int NOT NULL REFERENCES label_case,
    at      timestamptz NOT NULL,
    kind    text NOT NULL CONSTRAINT label_report_kind_known CHECK (kind IN ('label', 'goods', 'place')),
    words   text NOT NULL,
    contact text NOT NULL DEFAULT '',
    visitor text
);
CREATE INDEX label_report_case ON label_report (case_id);
CREATE INDEX label_report_at ON label_report (at);
