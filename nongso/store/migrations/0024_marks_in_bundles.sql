-- Marks of hours come in bundles: an hour and all series of a transaction that had readings in it, one row instead of thousands.
-- As before (0002) rows are only added and taken away, so a mark is visible exactly when its readings are.
CREATE TABLE bundle (
    id     bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    hour   timestamptz NOT NULL,
    series int[] NOT NULL CONSTRAINT dirty_hour_some CHECK (cardinality(series) > 0)
);
INSERT INTO bundle (hour, series)
SELECT d.hour, array_agg(DISTINCT d.series_id)
  FROM dirty_hour d
 GROUP BY d.hour
 ORDER BY d.hour;
DROP TABLE dirty_hour;
ALTER TABLE bundle RENAME TO dirty_hour;
ALTER INDEX bundle_pkey RENAME TO dirty_hour_pkey;
ALTER SEQUENCE bundle_id_seq RENAME TO dirty_hour_id_seq;
