-- Rules that an office changes, what they remember between two turns of the worker, silences, and who is told of an alert how.

CREATE TABLE rule_setting (
    id        int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    office_id int NOT NULL REFERENCES office,
    rule      text NOT NULL,
    crop      text,
    stage     text,
    field_id  int REFERENCES field,
    is_on     boolean,
    limits    jsonb NOT NULL DEFAULT '{}',
    hold_s    int CONSTRAINT rule_setting_hold_possible CHECK (hold_s BETWEEN 0 AND 604800),
    clear_s   int CONSTRAINT rule_setting_clear_possible CHECK (clear_s BETWEEN 0 AND 604800),
    set_by    int NOT NULL REFERENCES account,
    set_at    timestamptz NOT NULL,
    CONSTRAINT rule_setting_key UNIQUE NULLS NOT DISTINCT (office_id, rule, crop, stage, field_id)
);

-- Where the rules stand over a field or a station: a restart begins where this ends.
CREATE TABLE rule_track (
    field_id  int REFERENCES field,
    device_id text REFERENCES device,
    heard_at  timestamptz NOT NULL,   -- receipt of the newest reading that was played
    body      jsonb NOT NULL,
    CONSTRAINT rule_track_key UNIQUE NULLS NOT DISTINCT (field_id, device_id),
    CONSTRAINT rule_track_one_target CHECK (num_nonnulls(field_id, device_id) = 1)
) WITH (fillfactor = 50);

-- What people answered to an alert: seen, done, or that it is wrong.
ALTER TABLE alert
    ADD COLUMN answer      text CONSTRAINT alert_answer_known CHECK (answer IN ('seen', 'done', 'wrong')),
    ADD COLUMN answered_at timestamptz,
    ADD CONSTRAINT alert_answered_whole CHECK (num_nonnulls(answer, answered_at) IN (0, 2));

CREATE TABLE silence (
    id        int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    office_id int NOT NULL REFERENCES office,
    rule      text,
    field_id  int REFERENCES field,
    device_id text REFERENCES device,
    reason    text NOT NULL CONSTRAINT silence_reason_given CHECK (reason <> ''),
    owner_id  int NOT NULL REFERENCES account,
    from_at   timestamptz NOT NULL,
    to_at     timestamptz NOT NULL,
    CONSTRAINT silence_lasts CHECK (to_at >= from_at),
    CONSTRAINT silence_names_something CHECK (num_nonnulls(rule, field_id, device_id) > 0)
);
CREATE INDEX silence_office ON silence (office_id, to_at);

-- Who is told. Rung 0 is told at once, higher rungs when nobody has answered.
CREATE TABLE recipient (
    account_id   int PRIMARY KEY REFERENCES account,
    rung         smallint NOT NULL DEFAULT 0 CONSTRAINT recipient_rung_known CHECK (rung BETWEEN 0 AND 3),
    least        smallint NOT NULL DEFAULT 2 CONSTRAINT recipient_least_known CHECK (least BETWEEN 1 AND 5),
    quiet_from   time,
    quiet_to     time,
    daily_cap    int NOT NULL DEFAULT 20 CONSTRAINT recipient_cap_positive CHECK (daily_cap > 0),
    digest_at    time,                -- when set, what is not urgent waits for one message a day
    reply_hash   bytea CONSTRAINT recipient_reply_key UNIQUE,   -- of the token in the address that answers come to
    CONSTRAINT recipient_quiet_whole CHECK (num_nonnulls(quiet_from, quiet_to) IN (0, 2))
);

CREATE TABLE recipient_channel (
    id         int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account_id int NOT NULL REFERENCES recipient,
    position   smallint NOT NULL,
    address    text NOT NULL,         -- an Apprise URL: it holds secrets and leaves the house only masked
    CONSTRAINT recipient_channel_position UNIQUE (account_id, position)
);

-- The outbox: one row for each person and occasion. Without a channel it is read in the app.
CREATE TABLE notification (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account_id   int NOT NULL REFERENCES account,
    alert_id     bigint REFERENCES alert,
    kind         text NOT NULL CONSTRAINT notification_kind_known CHECK (kind IN ('opened', 'closed', 'digest')),
    severity     smallint NOT NULL,
    state        text NOT NULL CONSTRAINT notification_state_known CHECK (state IN ('waiting', 'sent', 'in_app', 'failed', 'digested')),
    channel      smallint NOT NULL DEFAULT 0,   -- position of the channel that is tried
    tries        smallint NOT NULL DEFAULT 0,   -- on this channel
    created_at   timestamptz NOT NULL,
    due_at       timestamptz NOT NULL,
    sent_at      timestamptz,
    fault        text NOT NULL DEFAULT ''
);
CREATE UNIQUE INDEX notification_occasion ON notification (account_id, alert_id, kind, severity) WHERE alert_id IS NOT NULL;
CREATE INDEX notification_due ON notification (due_at) WHERE state = 'waiting';
CREATE INDEX notification_account ON notification (account_id, created_at);
