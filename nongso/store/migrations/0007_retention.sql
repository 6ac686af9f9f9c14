-- What a reading costs, and how it ends.

-- When a reading arrived is kept as its delay in whole seconds: beside an even `at` a second instant is noise to the columnstore and
-- took as much room as the value (docs/storage.md); the delay takes a tenth of it.
DROP VIEW calibrated_reading;
ALTER TABLE reading ADD COLUMN delay_s int NOT NULL DEFAULT 0;
UPDATE reading SET delay_s = round(extract(epoch FROM received_at - at));
ALTER TABLE reading DROP COLUMN received_at;
ALTER TABLE reading ALTER COLUMN delay_s DROP DEFAULT;

CREATE VIEW calibrated_reading AS
SELECT r.series_id, r.at, r.value AS raw, r.value * coalesce(c.gain, 1) + coalesce(c.shift, 0) AS value, r.flags,
       r.at + r.delay_s * interval '1 second' AS received_at
  FROM reading r
  LEFT JOIN calibration_span c ON c.series_id = r.series_id AND r.at >= c.from_at AND r.at < c.to_at;

-- Readings that retention has taken: without their number the books could not balance. The sums of hours and days stay.
CREATE TABLE reading_drop (
    before_at  timestamptz PRIMARY KEY,   -- a local midnight: everything observed earlier may be gone
    readings   bigint NOT NULL CONSTRAINT reading_drop_counts CHECK (readings >= 0),
    dropped_at timestamptz NOT NULL
);

-- From here on raw readings are whole.
CREATE FUNCTION reading_horizon() RETURNS timestamptz
LANGUAGE sql STABLE
AS $$ SELECT coalesce(max(d.before_at), '-infinity') FROM reading_drop d $$;
