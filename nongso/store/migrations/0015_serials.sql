-- Labels of which each has a serial of its own, from the moment it is allocated to the moment it is sold or spoiled.
-- A batch is pressed in the background; its state stands here, so that a press that dies is taken over by the next one.

-- What one piece of the product weighs: with it the office knows how many labels a lot can use.
ALTER TABLE product ADD COLUMN net_kg double precision CONSTRAINT product_net_positive CHECK (net_kg > 0);

-- `label_batch_id` is the line of the printed pile, written when the sheet is released: until then nothing was printed.
CREATE TABLE serial_batch (
    id             int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    office_id      int NOT NULL REFERENCES office,
    lot_id         int NOT NULL REFERENCES lot,
    stock          text NOT NULL,
    count          int NOT NULL CONSTRAINT serial_batch_count_positive CHECK (count > 0),
    bars           boolean NOT NULL,   -- EAN-13 beside the code
    lang           text NOT NULL,
    over_reason    text NOT NULL DEFAULT '',   -- why more labels than the weight of the lot allows
    state          text NOT NULL DEFAULT 'waiting' CONSTRAINT serial_batch_state_known
                   CHECK (state IN ('waiting', 'pressing', 'printed', 'failed')),
    done           int NOT NULL DEFAULT 0,
    heard_at       timestamptz,        -- the press's last sign of life
    fault          jsonb,              -- code and values of the error that kept the sheet back
    asked_by       int NOT NULL REFERENCES account,
    asked_at       timestamptz NOT NULL,
    label_batch_id int REFERENCES label_batch,
    CONSTRAINT serial_batch_printed_whole CHECK ((state = 'printed') = (label_batch_id IS NOT NULL)),
    CONSTRAINT serial_batch_fault_told CHECK ((state = 'failed') = (fault IS NOT NULL))
);
CREATE INDEX serial_batch_lot ON serial_batch (lot_id);
CREATE INDEX serial_batch_in_work ON serial_batch (id) WHERE state IN ('waiting', 'pressing');

-- Kept for some weeks: the serials stay, the paper is printed by then.
CREATE TABLE label_sheet (
    batch_id int PRIMARY KEY REFERENCES serial_batch,
    pdf      bytea NOT NULL
);

-- `lot_id` may be corrected after printing: the label itself names no lot. `position` is its place on the sheets, from 1.
CREATE TABLE label (
    serial        text PRIMARY KEY CONSTRAINT label_serial_written CHECK (serial ~ '^[0-9A-HJKMNP-TV-Z]{10}$'),
    batch_id      int NOT NULL REFERENCES serial_batch,
    position      int NOT NULL CONSTRAINT label_position_positive CHECK (position > 0),
    lot_id        int NOT NULL REFERENCES lot,
    state         text NOT NULL DEFAULT 'allocated' CONSTRAINT label_state_known
                  CHECK (state IN ('allocated', 'printed', 'active', 'sold', 'void', 'suspect')),
    changed_at    timestamptz NOT NULL,
    sold_at       timestamptz,
    reason        text NOT NULL DEFAULT '',   -- why it is void
    scan_count    int NOT NULL DEFAULT 0,     -- people a day, not taps
    first_scan_at timestamptz,
    trusted_at    timestamptz,                -- a case about it was closed: only later scans speak against it
    CONSTRAINT label_place_key UNIQUE (batch_id, position),
    CONSTRAINT label_void_reason CHECK (state <> 'void' OR reason <> '')
);
CREATE INDEX label_lot ON label (lot_id, state);

-- What was counted on the shelf against what the book says is unused: the difference is labels that nobody can account for.
CREATE TABLE label_count (
    id         int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    batch_id   int NOT NULL REFERENCES serial_batch,
    unused     int NOT NULL,
    counted    int NOT NULL CONSTRAINT label_count_possible CHECK (counted >= 0),
    note       text NOT NULL DEFAULT '',
    counted_by int NOT NULL REFERENCES account,
    counted_at timestamptz NOT NULL
);
CREATE INDEX label_count_batch ON label_count (batch_id);
