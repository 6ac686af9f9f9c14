-- The life of a device after it was bought: how it gets its secret and its place, how its readings are corrected, when it is being
-- worked on, how often it really speaks, and what becomes of its messages that could not be read.

-- `secret_slot` says which of the device's two broker user names the secret goes with: `<id>` (a) or `<id>!b` (b). While a rotation runs,
-- `next_secret_hash` is valid beside it under the other name: Mosquitto knows one password a user, so two secrets need two names.
ALTER TABLE device
    ADD COLUMN secret_slot       text NOT NULL DEFAULT 'a' CONSTRAINT device_secret_slot_known CHECK (secret_slot IN ('a', 'b')),
    ADD COLUMN next_secret_hash  text,
    ADD COLUMN next_secret_until timestamptz,
    ADD COLUMN gateway_id        text REFERENCES device,   -- speaks through this one, which may then publish on its topics
    ADD COLUMN interval_source   text NOT NULL DEFAULT 'configured'
               CONSTRAINT device_interval_source_known CHECK (interval_source IN ('configured', 'learned')),
    ADD CONSTRAINT device_next_secret_whole CHECK (num_nonnulls(next_secret_hash, next_secret_until) IN (0, 2)),
    ADD CONSTRAINT device_not_own_gateway CHECK (gateway_id <> id);
CREATE INDEX device_gateway ON device (gateway_id) WHERE gateway_id IS NOT NULL;

CREATE TABLE device_group (
    id        int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    office_id int NOT NULL REFERENCES office,
    name      text NOT NULL CONSTRAINT device_group_name_given CHECK (name <> ''),
    name_sort text COLLATE "C" NOT NULL,
    CONSTRAINT device_group_name_key UNIQUE (office_id, name)
);

CREATE TABLE device_group_member (
    group_id  int NOT NULL REFERENCES device_group,
    device_id text NOT NULL REFERENCES device,
    CONSTRAINT device_group_member_pkey PRIMARY KEY (group_id, device_id)
);
CREATE INDEX device_group_member_device ON device_group_member (device_id);

-- The sticker on a device: whoever holds it may say once where the device stands. Only the newest sticker of a device is good.
CREATE TABLE device_claim (
    device_id  text PRIMARY KEY REFERENCES device,
    code_hash  bytea NOT NULL,
    made_at    timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    failed     int NOT NULL DEFAULT 0,   -- wrong codes tried; too many and the sticker is dead
    claimed_at timestamptz,
    claimed_by int REFERENCES account,
    CONSTRAINT device_claim_whole CHECK (num_nonnulls(claimed_at, claimed_by) IN (0, 2)),
    CONSTRAINT device_claim_lasts CHECK (expires_at > made_at)
);

-- One key for a batch of devices that fetch their own credential at the first start.
CREATE TABLE provisioning_key (
    id                  int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    office_id           int NOT NULL REFERENCES office,
    name                text NOT NULL CONSTRAINT provisioning_key_name_given CHECK (name <> ''),
    key_hash            bytea NOT NULL CONSTRAINT provisioning_key_hash_key UNIQUE,
    kind                text NOT NULL,
    expected_interval_s int CONSTRAINT provisioning_key_interval_positive CHECK (expected_interval_s > 0),
    most                int NOT NULL CONSTRAINT provisioning_key_most_positive CHECK (most > 0),
    used                int NOT NULL DEFAULT 0,
    expires_at          timestamptz NOT NULL,
    created_by          int NOT NULL REFERENCES account,
    created_at          timestamptz NOT NULL,
    revoked_at          timestamptz,
    CONSTRAINT provisioning_key_within CHECK (used BETWEEN 0 AND most)
);
CREATE INDEX provisioning_key_office ON provisioning_key (office_id, created_at);
ALTER TABLE device ADD COLUMN provisioned_by int REFERENCES provisioning_key;

-- While somebody works on a device its readings are not believed and its silence alarms nobody.
CREATE TABLE maintenance (
    id          int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    device_id   text NOT NULL REFERENCES device,
    from_at     timestamptz NOT NULL,
    to_at       timestamptz NOT NULL,
    reason      text NOT NULL DEFAULT '',
    recorded_by int NOT NULL REFERENCES account,
    recorded_at timestamptz NOT NULL,
    CONSTRAINT maintenance_lasts CHECK (to_at > from_at)
);
CREATE INDEX maintenance_device ON maintenance (device_id, from_at);

-- What somebody found when they held a sensor against a reference: value = gain * raw + shift, from `valid_from` to the next one.
-- Never changed: of two with the same `valid_from` the later one holds.
CREATE TABLE calibration (
    id          int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    series_id   int NOT NULL REFERENCES series,
    valid_from  timestamptz NOT NULL,
    gain        double precision NOT NULL CONSTRAINT calibration_gain_usable CHECK (gain <> 0 AND gain > '-Infinity' AND gain < 'Infinity'),
    shift       double precision NOT NULL CONSTRAINT calibration_shift_finite CHECK (shift > '-Infinity' AND shift < 'Infinity'),
    note        text NOT NULL DEFAULT '',
    recorded_by int NOT NULL REFERENCES account,
    recorded_at timestamptz NOT NULL
);
CREATE INDEX calibration_series ON calibration (series_id, valid_from);
CREATE TRIGGER calibration_append_only BEFORE UPDATE OR DELETE ON calibration
    FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- What follows from `calibration`, laid out so that a join finds at most one row for an instant.
CREATE TABLE calibration_span (
    series_id int NOT NULL REFERENCES series,
    from_at   timestamptz NOT NULL,
    to_at     timestamptz NOT NULL,
    gain      double precision NOT NULL,
    shift     double precision NOT NULL,
    CONSTRAINT calibration_span_pkey PRIMARY KEY (series_id, from_at)
);

-- Readings as they count: `reading` keeps what the sensor said, for ever; everything that shows or sums a value reads this.
CREATE VIEW calibrated_reading AS
SELECT r.series_id, r.at, r.value AS raw, r.value * coalesce(c.gain, 1) + coalesce(c.shift, 0) AS value, r.flags, r.received_at
  FROM reading r
  LEFT JOIN calibration_span c ON c.series_id = r.series_id AND r.at >= c.from_at AND r.at < c.to_at;

-- As in 0002, over what counts instead of what was said.
CREATE OR REPLACE FUNCTION recount(series int, from_at timestamptz, to_at timestamptz, unfit_mask int)
RETURNS TABLE (count int, unfit int, min double precision, mean double precision, max double precision, last double precision, rise double precision)
LANGUAGE sql STABLE
AS $$
    WITH before AS (
        SELECT r.value
          FROM calibrated_reading r
         WHERE r.series_id = series AND r.at < from_at AND r.flags & unfit_mask = 0
         ORDER BY r.at DESC
         LIMIT 1
    ), stepped AS (
        SELECT r.at, r.value, r.flags & unfit_mask = 0 AS fit,
               lag(r.value, 1, (SELECT b.value FROM before b)) OVER (PARTITION BY r.flags & unfit_mask = 0 ORDER BY r.at) AS previous
          FROM calibrated_reading r
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

-- From when to when a series was measured at a field: a moved probe takes its past nowhere and finds none.
CREATE FUNCTION field_served(series int, field int)
RETURNS TABLE (from_at timestamptz, to_at timestamptz)
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
    SELECT i.from_at, coalesce(i.to_at, 'infinity')
      FROM series s
      JOIN installation i ON i.device_id = s.device_id
     WHERE s.id = field_served.series AND i.field_id = field_served.field
$$;

-- How often a series really reports: the median gap of its newest readings. `ratio` is that gap in gaps of its device's quickest series,
-- so a battery voltage once a day is not silence, and a device that reports less and less makes none of its series look patient.
CREATE TABLE learned_interval (
    series_id  int PRIMARY KEY REFERENCES series,
    interval_s int CONSTRAINT learned_interval_positive CHECK (interval_s > 0),   -- NULL: too few readings to tell
    ratio      double precision NOT NULL DEFAULT 1 CONSTRAINT learned_interval_slower CHECK (ratio >= 1),
    gaps       int NOT NULL,
    learned_at timestamptz NOT NULL
);
CREATE INDEX learned_interval_oldest ON learned_interval (learned_at);

-- A letter that was asked to be read again waits in the index until the collector has done so; `settled_at` when nothing of it was refused.
ALTER TABLE dead_letter
    ADD COLUMN codec               text NOT NULL DEFAULT '',   -- who could not read it, and of which version
    ADD COLUMN replay_requested_at timestamptz,
    ADD COLUMN replayed_at         timestamptz,
    ADD COLUMN settled_at          timestamptz;
CREATE INDEX dead_letter_replay ON dead_letter (replay_requested_at) WHERE replay_requested_at IS NOT NULL;
