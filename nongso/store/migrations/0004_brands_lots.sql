-- Brands, products, harvests, lots, labels, recalls and the events that tell a lot's story.

-- A producer, owner or buyer as it stands on papers. Its telephone is shown to buyers only when it said so.
CREATE TABLE party (
    id              int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    office_id       int NOT NULL REFERENCES office,
    kind            text NOT NULL CONSTRAINT party_kind_known
                    CHECK (kind IN ('household', 'cooperative', 'company', 'association', 'authority')),
    name            text NOT NULL CONSTRAINT party_name_given CHECK (name <> ''),
    name_sort       text COLLATE "C" NOT NULL,
    name_fold       text NOT NULL,
    address         text NOT NULL DEFAULT '',
    phone           text NOT NULL DEFAULT '',
    phone_public    boolean NOT NULL DEFAULT false,
    unit_code       text NOT NULL,
    unit_valid_from date NOT NULL,
    created_at      timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT party_unit FOREIGN KEY (unit_code, unit_valid_from) REFERENCES admin_unit (code, valid_from),
    CONSTRAINT party_name_key UNIQUE (office_id, name)
);

-- The kinds of mark: ordinary; collective and certification marks (IP Law art. 4.17, 4.18); geographical indication.
CREATE TABLE brand (
    id              int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    office_id       int NOT NULL REFERENCES office,
    name            text NOT NULL CONSTRAINT brand_name_given CHECK (name <> ''),
    name_en         text NOT NULL DEFAULT '',
    name_sort       text COLLATE "C" NOT NULL,
    name_fold       text NOT NULL,
    kind            text NOT NULL CONSTRAINT brand_kind_known
                    CHECK (kind IN ('ordinary', 'collective', 'certification', 'indication')),
    registration_no text NOT NULL DEFAULT '',
    owner_id        int NOT NULL REFERENCES party,
    valid_from      date,
    valid_to        date,
    created_at      timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT brand_lasts CHECK (valid_to >= valid_from),
    CONSTRAINT brand_name_key UNIQUE (office_id, name)
);

CREATE TABLE product (
    id              int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    office_id       int NOT NULL REFERENCES office,
    brand_id        int NOT NULL REFERENCES brand,
    name            text NOT NULL CONSTRAINT product_name_given CHECK (name <> ''),
    name_en         text NOT NULL DEFAULT '',
    name_sort       text COLLATE "C" NOT NULL,
    name_fold       text NOT NULL,
    gtin            text CONSTRAINT product_gtin_key UNIQUE CONSTRAINT product_gtin_digits CHECK (gtin ~ '^[0-9]{14}$'),
    crop            text NOT NULL,
    standard        text NOT NULL DEFAULT '',   -- the standard or regulation it is made to
    shelf_life_days int CONSTRAINT product_shelf_life_positive CHECK (shelf_life_days > 0),
    created_at      timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT product_name_key UNIQUE (brand_id, name)
);

CREATE TABLE product_image (
    product_id int PRIMARY KEY REFERENCES product,
    bytes      bytea NOT NULL CONSTRAINT product_image_small CHECK (octet_length(bytes) <= 65536),  -- WebP
    digest     text NOT NULL   -- in the address of the image, so that a phone may keep it for ever
);

CREATE TABLE harvest (
    id           int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    field_id     int NOT NULL REFERENCES field,
    harvested_on date NOT NULL,
    quantity_kg  double precision NOT NULL CONSTRAINT harvest_quantity_positive CHECK (quantity_kg > 0),
    recorded_by  int NOT NULL REFERENCES account,
    recorded_at  timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX harvest_field ON harvest (field_id, harvested_on);

-- `code` opens /t/{code} and stands under every printed code; `number` is AI (10) under the product's GTIN: of the characters that the
-- standard allows, those that survive an address and a keyboard. Two lots of a product never differ by small and capital letters alone.
CREATE TABLE lot (
    id          int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    office_id   int NOT NULL REFERENCES office,
    product_id  int NOT NULL REFERENCES product,
    harvest_id  int NOT NULL REFERENCES harvest,
    producer_id int NOT NULL REFERENCES party,
    number      text NOT NULL CONSTRAINT lot_number_plain CHECK (number ~ '^[A-Za-z0-9][A-Za-z0-9._-]{0,19}$'),
    code        text NOT NULL CONSTRAINT lot_code_key UNIQUE,
    quantity_kg double precision NOT NULL CONSTRAINT lot_quantity_positive CHECK (quantity_kg > 0),
    packed_on   date,
    best_before date,
    created_by  int NOT NULL REFERENCES account,
    created_at  timestamptz NOT NULL DEFAULT now()
);
CREATE UNIQUE INDEX lot_number_key ON lot (product_id, upper(number));
CREATE INDEX lot_harvest ON lot (harvest_id);

CREATE TABLE recall (
    id          int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    lot_id      int NOT NULL REFERENCES lot,
    reason      text NOT NULL CONSTRAINT recall_reason_given CHECK (reason <> ''),
    issued_by   int NOT NULL REFERENCES account,
    issued_at   timestamptz NOT NULL,
    lifted_at   timestamptz,
    lifted_by   int REFERENCES account,
    lift_reason text CONSTRAINT recall_lift_reason_given CHECK (lift_reason <> ''),
    CONSTRAINT recall_lifted_whole CHECK (num_nonnulls(lifted_at, lifted_by, lift_reason) IN (0, 3))
);
CREATE INDEX recall_lot ON recall (lot_id, issued_at);
CREATE UNIQUE INDEX recall_open ON recall (lot_id) WHERE lifted_at IS NULL;

-- EPCIS 2.0 events, append-only: a correction is a new event.
CREATE TABLE event (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    lot_id      int NOT NULL REFERENCES lot,
    event_id    text NOT NULL CONSTRAINT event_event_id_key UNIQUE,
    body        jsonb NOT NULL,
    event_time  timestamptz NOT NULL,
    record_time timestamptz NOT NULL DEFAULT now(),
    captured_by int REFERENCES account
);
CREATE INDEX event_lot ON event (lot_id, event_time);

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'rows of % are append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END
$$;
CREATE TRIGGER event_append_only BEFORE UPDATE OR DELETE ON event
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER audit_line_append_only BEFORE UPDATE OR DELETE ON audit_line
    FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TABLE label_batch (
    id         int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    lot_id     int NOT NULL REFERENCES lot,
    stock      text NOT NULL,
    count      int NOT NULL CONSTRAINT label_batch_count_positive CHECK (count > 0),
    printed_by int NOT NULL REFERENCES account,
    printed_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX label_batch_lot ON label_batch (lot_id);

-- That somebody looked, and what they were told; nothing about who. Written after the answer was sent.
CREATE TABLE scan (
    id      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at      timestamptz NOT NULL DEFAULT now(),
    lot_id  int REFERENCES lot,
    verdict text NOT NULL,
    lang    text NOT NULL
);
CREATE INDEX scan_lot ON scan (lot_id, at);
