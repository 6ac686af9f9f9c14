-- The chain after a harvest: lots of several days, lots made of other lots, crates and pallets, goods on the way to somebody.
-- Amounts are never kept twice: how much of a lot is left is read from its events.

-- What a lot took of each harvest. A lot that was made of other lots took nothing of any: `lot_source` says of which.
CREATE TABLE lot_share (
    lot_id      int NOT NULL REFERENCES lot,
    harvest_id  int NOT NULL REFERENCES harvest,
    quantity_kg double precision NOT NULL CONSTRAINT lot_share_quantity_positive CHECK (quantity_kg > 0),
    CONSTRAINT lot_share_pkey PRIMARY KEY (lot_id, harvest_id)
);
CREATE INDEX lot_share_harvest ON lot_share (harvest_id);
INSERT INTO lot_share (lot_id, harvest_id, quantity_kg) SELECT l.id, l.harvest_id, l.quantity_kg FROM lot l;

CREATE TABLE lot_source (
    lot_id      int NOT NULL REFERENCES lot,
    source_id   int NOT NULL REFERENCES lot,
    quantity_kg double precision NOT NULL CONSTRAINT lot_source_quantity_positive CHECK (quantity_kg > 0),
    CONSTRAINT lot_source_pkey PRIMARY KEY (lot_id, source_id),
    CONSTRAINT lot_source_other CHECK (lot_id <> source_id)
);
CREATE INDEX lot_source_source ON lot_source (source_id);

CREATE OR REPLACE VIEW harvest_card AS
SELECT h.id, h.field_id, d.name AS field_name, f.id AS farm_id, f.name AS farm_name, d.crop, h.harvested_on, h.quantity_kg,
       h.quantity_kg - coalesce((SELECT sum(t.quantity_kg) FROM lot_share t WHERE t.harvest_id = h.id), 0) AS left_kg,
       h.recorded_by, h.recorded_at, d.name_fold || ' ' || f.name_fold AS fold
  FROM harvest h
  JOIN field d ON d.id = h.field_id
  JOIN farm f ON f.id = d.farm_id;

-- The number a party's SSCCs begin with: its own GS1 company prefix. None is ever made up; without one a crate carries a code of ours.
CREATE TABLE gs1_prefix (
    party_id    int PRIMARY KEY REFERENCES party,
    prefix      text NOT NULL CONSTRAINT gs1_prefix_digits CHECK (prefix ~ '^[0-9]{7,12}$'),
    next_serial bigint NOT NULL DEFAULT 0
);

-- A crate or pallet. What is inside it at any moment is read from its events.
CREATE TABLE logistic_unit (
    id         int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    office_id  int NOT NULL REFERENCES office,
    kind       text NOT NULL CONSTRAINT logistic_unit_kind_known CHECK (kind IN ('crate', 'pallet')),
    code       text NOT NULL,   -- SSCC, or a short code of ours
    epc        text NOT NULL,   -- its name in events
    packer_id  int NOT NULL REFERENCES party,
    created_by int NOT NULL REFERENCES account,
    created_at timestamptz NOT NULL,
    CONSTRAINT logistic_unit_epc_key UNIQUE (office_id, epc)
);

CREATE TABLE shipment (
    id          int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    office_id   int NOT NULL REFERENCES office,
    from_id     int NOT NULL REFERENCES party,
    to_id       int NOT NULL REFERENCES party,
    paper_no    text NOT NULL DEFAULT '',
    shipped_at  timestamptz NOT NULL,
    received_at timestamptz CONSTRAINT shipment_received_after CHECK (received_at >= shipped_at),
    recorded_by int NOT NULL REFERENCES account,
    CONSTRAINT shipment_elsewhere CHECK (from_id <> to_id)
);
CREATE INDEX shipment_office ON shipment (office_id, shipped_at);

CREATE TABLE shipment_item (
    shipment_id int NOT NULL REFERENCES shipment,
    name        text NOT NULL,   -- as people know it: number of the lot, code of the crate
    epc         text NOT NULL,
    quantity_kg double precision CONSTRAINT shipment_item_quantity_positive CHECK (quantity_kg > 0),   -- of a lot; NULL for a crate
    CONSTRAINT shipment_item_pkey PRIMARY KEY (shipment_id, epc)
);
