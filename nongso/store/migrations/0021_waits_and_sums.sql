-- Collectors say that they are alive, and when readings waited in them instead of being here. They say it when they can: what happened
-- while the database was away is told as soon as it is back, so that people learn of an outage that is over too.
CREATE TABLE collector (
    name    text PRIMARY KEY,        -- its client id at the broker
    seen_at timestamptz NOT NULL
);

-- A time during which readings waited in a collector; `most` messages waited when it was worst.
CREATE TABLE backlog (
    id        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    collector text NOT NULL REFERENCES collector ON DELETE CASCADE,
    from_at   timestamptz NOT NULL,
    to_at     timestamptz,           -- NULL: they still wait
    most      int NOT NULL CONSTRAINT backlog_some CHECK (most > 0),
    CONSTRAINT backlog_lasts CHECK (to_at >= from_at)
);
CREATE UNIQUE INDEX backlog_open ON backlog (collector) WHERE to_at IS NULL;

-- What a counter counted from one reading to the next: after a reset it counts from zero; without a reading before, nothing.
CREATE FUNCTION counted(previous double precision, value double precision) RETURNS double precision
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
    SELECT CASE WHEN value < previous THEN value ELSE value - coalesce(previous, value) END
$$;

-- What a stretch of a series amounts to by its own readings. `climbed` is what a counter counted from the first of them on.
-- `within_from` and `within_to` hold the stretch: given as constants they tell the planner which chunks it needs.
CREATE FUNCTION stretch(series int, from_at timestamptz, to_at timestamptz, unfit_mask int, within_from timestamptz, within_to timestamptz)
RETURNS TABLE (count int, unfit int, min double precision, mean double precision, max double precision,
               first double precision, last double precision, climbed double precision)
LANGUAGE sql STABLE
AS $$
    WITH stepped AS (
        SELECT r.at, r.value, r.flags & unfit_mask = 0 AS fit,
               lag(r.value) OVER (PARTITION BY r.flags & unfit_mask = 0 ORDER BY r.at) AS previous
          FROM calibrated_reading r
         WHERE r.series_id = series AND r.at >= from_at AND r.at < to_at AND r.at >= within_from AND r.at < within_to
    )
    SELECT count(*)::int,
           (count(*) FILTER (WHERE NOT s.fit))::int,
           min(s.value) FILTER (WHERE s.fit),
           avg(s.value) FILTER (WHERE s.fit),
           max(s.value) FILTER (WHERE s.fit),
           (array_agg(s.value ORDER BY s.at) FILTER (WHERE s.fit))[1],
           (array_agg(s.value ORDER BY s.at DESC) FILTER (WHERE s.fit))[1],
           sum(counted(s.previous, s.value)) FILTER (WHERE s.fit)
      FROM stepped s
$$;

-- As in 0006, by the two rules above: the rise of a stretch begins at the last fit reading before it, however long ago that was.
CREATE OR REPLACE FUNCTION recount(series int, from_at timestamptz, to_at timestamptz, unfit_mask int)
RETURNS TABLE (count int, unfit int, min double precision, mean double precision, max double precision, last double precision, rise double precision)
LANGUAGE sql STABLE
AS $$
    SELECT c.count, c.unfit, c.min, c.mean, c.max, c.last,
           c.climbed + counted((SELECT r.value
                                  FROM calibrated_reading r
                                 WHERE r.series_id = series AND r.at < from_at AND r.flags & unfit_mask = 0
                                 ORDER BY r.at DESC
                                 LIMIT 1), c.first)
      FROM stretch(series, from_at, to_at, unfit_mask, from_at, to_at) c
$$;
