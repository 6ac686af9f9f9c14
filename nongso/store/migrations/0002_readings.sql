-- Readings and their books. Plain PostgreSQL: where TimescaleDB is present store/timescale.py turns `reading` into a hypertable.
-- The primary key holds the time column because a hypertable's unique index must.

CREATE TABLE device (
    id                  text PRIMARY KEY CONSTRAINT device_id_plain CHECK (id ~ '^[A-Za-z0-9][A-Za-z0-9_.:-]{0,63}$'),
    office_id           int NOT NULL REFERENCES office,
    kind                text NOT NULL,
    name                text NOT NULL,
    name_sort           text COLLATE "C" NOT NULL,
    expected_interval_s int NOT NULL DEFAULT 900 CONSTRAINT device_interval_positive CHECK (expected_interval_s > 0),
    secret_hash         text,         -- Mosquitto's own PBKDF2 form, so that a password file can be written from it
    accept_from         timestamptz NOT NULL,  -- older observations are set aside as `too_old`
    registered_at       timestamptz NOT NULL DEFAULT now(),
    revoked_at          timestamptz
);
CREATE INDEX device_office ON device (office_id);

-- Changes with every message, so it does not share a row with the registry. The counts are the device's own books.
CREATE TABLE device_contact (
    device_id    text PRIMARY KEY REFERENCES device,
    heard_at     timestamptz NOT NULL,           -- received, not observed
    online       boolean,                        -- from the birth and the last will; NULL: never said
    boot         text,
    seq          bigint,                         -- of the newest message
    skew_s       double precision,               -- received minus device time of the newest message
    received     bigint NOT NULL DEFAULT 0,
    stored       bigint NOT NULL DEFAULT 0,
    duplicate    bigint NOT NULL DEFAULT 0,
    conflict     bigint NOT NULL DEFAULT 0,
    rejected     bigint NOT NULL DEFAULT 0,
    CONSTRAINT device_contact_balances CHECK (received = stored + duplicate + conflict + rejected)
) WITH (fillfactor = 70);

-- Which messages of a boot are safe here. A set of ranges and not a highest number, because messages come with gaps, twice,
-- and to several collectors at once; its gap-free beginning is what the device is told it may forget.
CREATE TABLE device_boot (
    device_id text NOT NULL REFERENCES device,
    boot      text NOT NULL,
    seen      int8multirange NOT NULL,
    heard_at  timestamptz NOT NULL,
    CONSTRAINT device_boot_pkey PRIMARY KEY (device_id, boot)
) WITH (fillfactor = 70);

-- The moment a device last spoke of: a device that tells its past is heard now, but it is still silent about the present.
CREATE FUNCTION spoke_at(heard_at timestamptz, skew_s double precision) RETURNS timestamptz
LANGUAGE sql STABLE PARALLEL SAFE
AS $$ SELECT heard_at - make_interval(secs => greatest(coalesce(skew_s, 0), 0)) $$;

-- A device serves a field from one day to another; a station that serves several fields has a row for each.
CREATE TABLE installation (
    id        int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    device_id text NOT NULL REFERENCES device,
    field_id  int NOT NULL REFERENCES field,
    from_at   timestamptz NOT NULL,
    to_at     timestamptz,
    CONSTRAINT installation_lasts CHECK (to_at > from_at)
);
CREATE INDEX installation_field ON installation (field_id);
CREATE UNIQUE INDEX installation_open ON installation (device_id, field_id) WHERE to_at IS NULL;

CREATE TABLE series (
    id        int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    device_id text NOT NULL REFERENCES device,
    property  text NOT NULL,
    depth_cm  smallint,
    kind      text NOT NULL CONSTRAINT series_kind_known CHECK (kind IN ('gauge', 'counter', 'state')),
    CONSTRAINT series_key UNIQUE NULLS NOT DISTINCT (device_id, property, depth_cm)
);

-- When a series is whose to read: all of it for its office; else while its device served a field of theirs, since a device can be moved.
CREATE FUNCTION series_seen(series int, office int, account int, sees_office boolean)
RETURNS TABLE (from_at timestamptz, to_at timestamptz)
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
    SELECT '-infinity'::timestamptz, 'infinity'::timestamptz
      FROM series s
      JOIN device v ON v.id = s.device_id
     WHERE s.id = series_seen.series AND v.office_id = office AND sees_office
    UNION ALL
    SELECT i.from_at, coalesce(i.to_at, 'infinity')
      FROM series s
      JOIN installation i ON i.device_id = s.device_id
      JOIN field d ON d.id = i.field_id
     WHERE s.id = series_seen.series AND NOT sees_office AND d.farm_id IN (SELECT visible_farm(office, account, sees_office))
$$;

-- No foreign key to series: series are never deleted, and a check per row would halve the rate.
CREATE TABLE reading (
    at          timestamptz NOT NULL,
    value       double precision NOT NULL CONSTRAINT reading_value_finite
                CHECK (value > '-Infinity' AND value < 'Infinity'),
    received_at timestamptz NOT NULL,
    series_id   int NOT NULL,
    flags       smallint NOT NULL DEFAULT 0,
    CONSTRAINT reading_pkey PRIMARY KEY (series_id, at)
);

-- The same instant with another value: kept beside, never instead.
CREATE TABLE reading_conflict (
    series_id   int NOT NULL REFERENCES series,
    at          timestamptz NOT NULL,
    value       double precision NOT NULL,
    flags       smallint NOT NULL,
    received_at timestamptz NOT NULL,
    CONSTRAINT reading_conflict_pkey PRIMARY KEY (series_id, at, value)
);

-- Moves only forward in `at`. `fit_*` is the newest reading that nothing speaks against: rules and verdicts use that one.
CREATE TABLE latest (
    series_id   int PRIMARY KEY REFERENCES series,
    at          timestamptz NOT NULL,
    value       double precision NOT NULL,
    flags       smallint NOT NULL,
    received_at timestamptz NOT NULL,
    fit_at      timestamptz,
    fit_value   double precision
) WITH (fillfactor = 70);

-- Hours that must be summed again. Append-only on purpose: a mark is visible exactly when its readings are,
-- so the worker can never take away the mark of readings it has not seen.
CREATE TABLE dirty_hour (
    id        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    series_id int NOT NULL,
    hour      timestamptz NOT NULL
);

-- Sums of an hour and of a local day, always recomputed from raw. `rise` is what a counter counted.
CREATE TABLE reading_hour (
    series_id int NOT NULL,
    hour      timestamptz NOT NULL,
    count     int NOT NULL,
    unfit     int NOT NULL,
    min       double precision,
    mean      double precision,
    max       double precision,
    last      double precision,
    rise      double precision,
    CONSTRAINT reading_hour_pkey PRIMARY KEY (series_id, hour)
);

CREATE TABLE reading_day (
    series_id int NOT NULL,
    day       date NOT NULL,
    count     int NOT NULL,
    unfit     int NOT NULL,
    min       double precision,
    mean      double precision,
    max       double precision,
    last      double precision,
    rise      double precision,
    CONSTRAINT reading_day_pkey PRIMARY KEY (series_id, day)
);

-- The one rule of what a stretch of a series amounts to, from raw. Readings with a flag of `unfit_mask` are counted and not heard.
-- `rise` adds up positive increments, from the last fit reading before the stretch on; after a reset a counter counts from zero.
CREATE FUNCTION recount(series int, from_at timestamptz, to_at timestamptz, unfit_mask int)
RETURNS TABLE (count int, unfit int, min double precision, mean double precision, max double precision, last double precision, rise double precision)
LANGUAGE sql STABLE
AS $$
    WITH before AS (
        SELECT r.value
          FROM reading r
         WHERE r.series_id = series AND r.at < from_at AND r.flags & unfit_mask = 0
         ORDER BY r.at DESC
         LIMIT 1
    ), stepped AS (
        SELECT r.at, r.value, r.flags & unfit_mask = 0 AS fit,
               lag(r.value, 1, (SELECT b.value FROM before b)) OVER (PARTITION BY r.flags & unfit_mask = 0 ORDER BY r.at) AS previous
          FROM reading r
         WHERE r.series_id = series AND r.at >= from_at AND r.at < to_at
    )
    SELECT count(*)::int,
           (count(*) FILTER (WHERE NOT s.fit))::int,
           min(s.value) FILTER (WHERE s.fit),
           avg(s.value) FILTER (WHERE s.fit),
           max(s.value) FILTER (WHERE s.fit),
           (array_agg(s.value ORDER BY s.at DESC) FILTER (WHERE s.fit))[1],
           sum(CASE WHEN s.value < s.previous THEN s.value ELSE s.value - coalesce(s.previous, s.value) END) FILTER (WHERE s.fit)
      FROM stepped s
$$;

-- The books: one row a transaction of ingest, and the schema itself refuses one that does not balance.
CREATE TABLE intake (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    committed_at timestamptz NOT NULL DEFAULT now(),
    messages     int NOT NULL,
    received     int NOT NULL,
    stored       int NOT NULL,
    duplicate    int NOT NULL,
    conflict     int NOT NULL,
    rejected     int NOT NULL,
    CONSTRAINT intake_balances CHECK (received = stored + duplicate + conflict + rejected)
);

-- What could not be read, with its bytes, so that it can be played again once the cause is mended.
-- The same bytes on the same topic again are counted, not kept twice.
CREATE TABLE dead_letter (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    digest      bytea NOT NULL CONSTRAINT dead_letter_digest_key UNIQUE,  -- SHA-256 of topic and payload
    topic       text NOT NULL,
    payload     bytea NOT NULL,
    office_id   int REFERENCES office,
    device_id   text REFERENCES device,
    first_at    timestamptz NOT NULL,
    last_at     timestamptz NOT NULL,
    times       int NOT NULL DEFAULT 1,
    rejected    int NOT NULL        -- refused items of all its times together: what the books count
);
CREATE INDEX dead_letter_office ON dead_letter (office_id, last_at);

CREATE TABLE rejection (
    dead_letter_id bigint NOT NULL REFERENCES dead_letter,
    position       int NOT NULL,   -- which item of the message; -1 the message as a whole
    reason         text NOT NULL,
    property       text,
    detail         text NOT NULL DEFAULT '',
    CONSTRAINT rejection_pkey PRIMARY KEY (dead_letter_id, position)
);
