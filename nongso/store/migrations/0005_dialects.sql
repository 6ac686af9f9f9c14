-- The field's other languages: which of them an office listens to, how a device is called and reads there, what was announced
-- earlier, who heard whom, and what devices say besides numbers.

ALTER TABLE device
    ADD COLUMN external_id text,   -- its name elsewhere: a DevEUI in lower case, a Tasmota topic, group/node/device of Sparkplug
    ADD COLUMN codec       text,   -- reads its raw frames, one of `nongso decode --list`
    ADD COLUMN fields      jsonb;  -- field of its messages -> {"property", "unit", "depth_cm"}; null: left out on purpose
CREATE UNIQUE INDEX device_external ON device (external_id, office_id);

-- A language and where it is spoken. `root` is the beginning of its MQTT topics, so that two offices never share a topic;
-- NULL: by webhook only. Removed ones stay, so that a collector that was away knows what to unsubscribe.
CREATE TABLE integration (
    id         int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    office_id  int NOT NULL REFERENCES office,
    kind       text NOT NULL CONSTRAINT integration_kind_known
               CHECK (kind IN ('chirpstack', 'ttn', 'thingsboard', 'tasmota', 'esphome', 'homeassistant', 'sparkplug')),
    root       text CONSTRAINT integration_root_plain CHECK (root ~ '^[^$/+#][^+#]{0,190}$' AND root !~ '/$'),
    states     text CONSTRAINT integration_states_plain CHECK (states ~ '^[^$/+#][^+#]{0,190}$' AND states !~ '/$'),
    zone       text NOT NULL,  -- of times without an offset
    key_hash   bytea CONSTRAINT integration_key UNIQUE,  -- SHA-256 of its key: what a webhook proves itself with
    pass_hash  text,           -- the same key as Mosquitto checks it: what it connects to the broker with
    created_at timestamptz NOT NULL,
    removed_at timestamptz,
    CONSTRAINT integration_keyed CHECK (removed_at IS NOT NULL OR num_nonnulls(key_hash, pass_hash) = 2)
);
CREATE INDEX integration_office ON integration (office_id);

-- What an integration was told once and needs later: Home Assistant's discovery, the births of Sparkplug.
CREATE TABLE integration_memory (
    integration_id int NOT NULL REFERENCES integration,
    subject        text NOT NULL,
    body           jsonb NOT NULL,
    CONSTRAINT integration_memory_pkey PRIMARY KEY (integration_id, subject)
);

-- The newest time each gateway heard each device.
CREATE TABLE gateway_heard (
    office_id  int NOT NULL REFERENCES office,
    gateway_id text NOT NULL,
    device_id  text NOT NULL REFERENCES device,
    heard_at   timestamptz NOT NULL,
    rssi       double precision,  -- dBm
    snr        double precision,  -- dB
    CONSTRAINT gateway_heard_pkey PRIMARY KEY (device_id, gateway_id)
) WITH (fillfactor = 70);
CREATE INDEX gateway_heard_gateway ON gateway_heard (office_id, gateway_id);

-- What a device said besides numbers: a probe that is missing, a join, a gap in its numbering.
CREATE TABLE device_event (
    device_id text NOT NULL REFERENCES device,
    at        timestamptz NOT NULL,
    kind      text NOT NULL,
    property  text,
    depth_cm  smallint,
    detail    text NOT NULL DEFAULT '',
    CONSTRAINT device_event_key UNIQUE NULLS NOT DISTINCT (device_id, at, kind, property, depth_cm)
);
