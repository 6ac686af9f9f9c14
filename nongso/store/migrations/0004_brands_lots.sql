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
    recorded_at  timestamptz NOT NULL
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
    epc_class   text NOT NULL,   -- its name in events, fixed when it was made: a GTIN may come later, a story keeps one name
    quantity_kg double precision NOT NULL CONSTRAINT lot_quantity_positive CHECK (quantity_kg > 0),
    packed_on   date,
    best_before date,
    created_by  int NOT NULL REFERENCES account,
    created_at  timestamptz NOT NULL
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
    record_time timestamptz NOT NULL,
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
    printed_at timestamptz NOT NULL
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

-- A harvest as lists show it, with what its lots have left of it.
CREATE VIEW harvest_card AS
SELECT h.id, h.field_id, d.name AS field_name, f.id AS farm_id, f.name AS farm_name, d.crop, h.harvested_on, h.quantity_kg,
       h.quantity_kg - coalesce((SELECT sum(l.quantity_kg) FROM lot l WHERE l.harvest_id = h.id), 0) AS left_kg,
       h.recorded_by, h.recorded_at, d.name_fold || ' ' || f.name_fold AS fold
  FROM harvest h
  JOIN field d ON d.id = h.field_id
  JOIN farm f ON f.id = d.farm_id;

-- A lot as lists and labels show it; `recalled_at` stands while a recall is open.
CREATE VIEW lot_card AS
SELECT l.id, l.number, l.code, l.epc_class, l.quantity_kg, l.packed_on, l.best_before, l.created_at,
       p.id AS product_id, p.name AS product_name, p.gtin, p.crop, b.id AS brand_id, b.name AS brand_name,
       b.valid_from AS brand_valid_from, b.valid_to AS brand_valid_to,
       h.id AS harvest_id, h.harvested_on, d.id AS field_id, d.name AS field_name, f.id AS farm_id, f.name AS farm_name,
       y.id AS producer_id, y.name AS producer_name, o.name AS office_name,
       r.issued_at AS recalled_at, r.reason AS recall_reason,
       (SELECT coalesce(sum(t.count), 0)::int FROM label_batch t WHERE t.lot_id = l.id) AS labels_printed,
       lower(l.number) || ' ' || p.name_fold || ' ' || y.name_fold || ' ' || f.name_fold AS fold
  FROM lot l
  JOIN product p ON p.id = l.product_id
  JOIN brand b ON b.id = p.brand_id
  JOIN harvest h ON h.id = l.harvest_id
  JOIN field d ON d.id = h.field_id
  JOIN farm f ON f.id = d.farm_id
  JOIN party y ON y.id = l.producer_id
  JOIN office o ON o.id = l.office_id
  LEFT JOIN recall r ON r.lot_id = l.id AND r.lifted_at IS NULL;

-- What anybody who holds the label may see of a product. Nothing is in here that its owners did not mean to be public.
CREATE VIEW passport_product AS
SELECT p.id AS product_id, p.name AS product_name, p.name_en AS product_name_en, p.gtin, p.crop, p.standard, p.shelf_life_days,
       i.digest AS image_digest,
       b.name AS brand_name, b.name_en AS brand_name_en, b.kind AS brand_kind, b.registration_no,
       b.valid_from AS brand_valid_from, b.valid_to AS brand_valid_to, w.name AS brand_owner,
       o.name AS office_name, o.phone AS office_phone
  FROM product p
  JOIN brand b ON b.id = p.brand_id
  JOIN party w ON w.id = b.owner_id
  JOIN office o ON o.id = p.office_id
  LEFT JOIN product_image i ON i.product_id = p.id;

-- And of a lot. The newest recall shows, open or lifted.
CREATE VIEW passport_lot AS
SELECT l.id AS lot_id, l.number, l.code, l.quantity_kg, l.packed_on, l.best_before, l.created_at, l.product_id,
       y.kind AS producer_kind, y.name AS producer_name, y.address AS producer_address,
       CASE WHEN y.phone_public THEN y.phone ELSE '' END AS producer_phone,
       h.harvested_on, h.quantity_kg AS harvest_kg, h.recorded_at AS harvest_recorded_at,
       d.id AS field_id, d.area_m2, d.planted_on, d.created_at AS field_created_at,
       f.unit_code, f.unit_valid_from, u.name AS unit_name, u.valid_to AS unit_valid_to, a.name AS parent_name,
       e.name AS forebear_name, e.parent_name AS forebear_parent_name,
       r.reason AS recall_reason, r.issued_at AS recalled_at, r.lift_reason, r.lifted_at,
       t.printed AS labels_printed, t.first_at AS labels_printed_at
  FROM lot l
  JOIN party y ON y.id = l.producer_id
  JOIN harvest h ON h.id = l.harvest_id
  JOIN field d ON d.id = h.field_id
  JOIN farm f ON f.id = d.farm_id
  JOIN admin_unit u ON (u.code, u.valid_from) = (f.unit_code, f.unit_valid_from)
  LEFT JOIN admin_unit a ON (a.code, a.valid_from) = (u.parent_code, u.parent_valid_from)
  LEFT JOIN LATERAL (
       SELECT min(x.name) AS name, min(y.name) AS parent_name
         FROM admin_succession s
         JOIN admin_unit x ON (x.code, x.valid_from) = (s.from_code, s.from_valid_from)
         LEFT JOIN admin_unit y ON (y.code, y.valid_from) = (x.parent_code, x.parent_valid_from)
        WHERE (s.to_code, s.to_valid_from) = (u.code, u.valid_from)
       HAVING count(*) = 1  -- merged from several: in which of them the farm lay is not known
  ) e ON true
  LEFT JOIN LATERAL (
       SELECT x.reason, x.issued_at, x.lift_reason, x.lifted_at
         FROM recall x
        WHERE x.lot_id = l.id
        ORDER BY x.issued_at DESC, x.id DESC
        LIMIT 1
  ) r ON true
  LEFT JOIN LATERAL (
       SELECT sum(x.count)::int AS printed, min(x.printed_at) AS first_at
         FROM label_batch x
        WHERE x.lot_id = l.id
  ) t ON true;
