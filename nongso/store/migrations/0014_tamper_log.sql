-- The tamper-evident log: which event is which leaf, what stands covered in it, what witnesses and the monitor said.
-- A leaf waits from the moment its event is stored, in the same transaction and by whatever way the event came.

CREATE TABLE log_leaf (
    event_row  bigint PRIMARY KEY REFERENCES event,
    leaf_index bigint CONSTRAINT log_leaf_index_key UNIQUE CONSTRAINT log_leaf_index_counts CHECK (leaf_index >= 0),
    queued_at  timestamptz NOT NULL DEFAULT now(),
    signed_at  timestamptz,   -- when a checkpoint first covered it
    CONSTRAINT log_leaf_signed_in_place CHECK (signed_at IS NULL OR leaf_index IS NOT NULL)
);
CREATE INDEX log_leaf_waiting ON log_leaf (event_row) WHERE leaf_index IS NULL;
CREATE INDEX log_leaf_unsigned ON log_leaf (leaf_index) WHERE signed_at IS NULL;

-- What a leaf holds as a salted commitment. Without salt nobody can open it any more: that is how a person is erased.
-- `value` is there where the event itself no longer tells it; a covered part of the body is in the body.
CREATE TABLE log_cover (
    event_row  bigint NOT NULL REFERENCES event,
    pointer    text NOT NULL,   -- RFC 6901, into the record
    commitment text NOT NULL CONSTRAINT log_cover_commitment_hex CHECK (commitment ~ '^[0-9a-f]{64}$'),
    salt       bytea CONSTRAINT log_cover_salt_long CHECK (octet_length(salt) = 32),
    value      jsonb,
    account_id int REFERENCES account,   -- whom it is about
    CONSTRAINT log_cover_key PRIMARY KEY (event_row, pointer),
    CONSTRAINT log_cover_erased_whole CHECK (salt IS NOT NULL OR num_nonnulls(value, account_id) = 0)
);
CREATE INDEX log_cover_account ON log_cover (account_id);

CREATE FUNCTION covers_of(event_id bigint) RETURNS jsonb
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
    SELECT coalesce(jsonb_agg(jsonb_build_object('pointer', x.pointer, 'commitment', x.commitment,
                                                 'salt', encode(x.salt, 'hex'), 'value', x.value) ORDER BY x.pointer), '[]')
      FROM log_cover x
     WHERE x.event_row = event_id
$$;

CREATE FUNCTION await_log() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO log_leaf (event_row) VALUES (NEW.id);
    RETURN NULL;
END
$$;
CREATE TRIGGER event_awaits_log AFTER INSERT ON event
    FOR EACH ROW EXECUTE FUNCTION await_log();
INSERT INTO log_leaf (event_row) SELECT id FROM event;

-- Events stay append-only, but who captured one may be forgotten.
CREATE FUNCTION refuse_change_of_event() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND NEW.captured_by IS NULL AND to_jsonb(NEW) - 'captured_by' = to_jsonb(OLD) - 'captured_by' THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'rows of % are append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END
$$;
DROP TRIGGER event_append_only ON event;
CREATE TRIGGER event_append_only BEFORE UPDATE OR DELETE ON event
    FOR EACH ROW EXECUTE FUNCTION refuse_change_of_event();

-- A person whose account was erased: the row stays, because deeds refer to it, and says nothing of them.
ALTER TABLE account ADD COLUMN erased_at timestamptz;

-- The keys under which the log was kept. A new key is a new log: what was signed under the old one counts from anew.
CREATE TABLE log_key (
    vkey     text PRIMARY KEY,
    begun_at timestamptz NOT NULL
);

CREATE TABLE log_witness (
    name        text PRIMARY KEY,
    vkey        text NOT NULL,
    asked_at    timestamptz NOT NULL,
    fault       text NOT NULL DEFAULT '',   -- code of the error when it did not sign the last time
    size        bigint,                     -- of the tree it cosigned last
    cosigned_at timestamptz,                -- by its own clock
    CONSTRAINT log_witness_signed_whole CHECK (num_nonnulls(size, cosigned_at) IN (0, 2))
);

-- What the monitor found each time it compared the database with the log.
CREATE TABLE log_check (
    id     bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at     timestamptz NOT NULL,
    size   bigint NOT NULL,
    count  int NOT NULL CONSTRAINT log_check_counts CHECK (count >= 0),   -- of all differences; `faults` holds the first ones
    faults jsonb NOT NULL
);

-- Alerts that are about no field and no device but about the office itself.
ALTER TABLE alert
    ADD COLUMN office_id int REFERENCES office,
    DROP CONSTRAINT alert_has_target,
    ADD CONSTRAINT alert_has_target CHECK (num_nonnulls(field_id, device_id, office_id) > 0);
DROP INDEX alert_open;
CREATE UNIQUE INDEX alert_open ON alert (rule, field_id, device_id, property, office_id) NULLS NOT DISTINCT WHERE closed_at IS NULL;

CREATE OR REPLACE FUNCTION visible_alert(office int, account int, sees_office boolean) RETURNS SETOF bigint
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
    SELECT a.id
      FROM alert a
      LEFT JOIN field d ON d.id = a.field_id
      LEFT JOIN device v ON v.id = a.device_id
     WHERE d.farm_id IN (SELECT visible_farm(office, account, sees_office))
        OR (sees_office AND (v.office_id = office OR a.office_id = office))
        OR EXISTS (SELECT
                     FROM installation i
                     JOIN field e ON e.id = i.field_id
                    WHERE i.device_id = a.device_id
                      AND i.to_at IS NULL
                      AND e.farm_id IN (SELECT visible_farm(office, account, sees_office)))
$$;
