-- A recall as an office carries it out: what hangs together with the faulty lots, who got it, who was told and what they answered.
-- The rows of `recall` stay what buyers read; a case opens one for each lot it reaches. A drill opens none.

CREATE TABLE recall_case (
    id         int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    office_id  int NOT NULL REFERENCES office,
    reason     text NOT NULL CONSTRAINT recall_case_reason_given CHECK (reason <> ''),
    compulsory boolean NOT NULL,   -- by an authority's decision; else by the producer's own (Circular 17/2021/TT-BNNPTNT)
    drill      boolean NOT NULL,
    both_ways  boolean NOT NULL,   -- also what was made of the same sources
    found_at   timestamptz NOT NULL,   -- when the fault was established: the 24 hours count from here
    opened_by  int NOT NULL REFERENCES account,
    opened_at  timestamptz NOT NULL,
    closed_by  int REFERENCES account,
    closed_at  timestamptz,
    close_note text NOT NULL DEFAULT '',
    CONSTRAINT recall_case_found_before CHECK (found_at <= opened_at),
    CONSTRAINT recall_case_closed_whole CHECK (num_nonnulls(closed_by, closed_at) IN (0, 2))
);
CREATE INDEX recall_case_office ON recall_case (office_id, opened_at);

ALTER TABLE recall ADD COLUMN case_id int REFERENCES recall_case;

-- Everything the case reaches, as it was found; more may be found later and is added.
CREATE TABLE recall_thing (
    case_id  int NOT NULL REFERENCES recall_case,
    epc      text NOT NULL,
    name     text NOT NULL,
    lot_id   int REFERENCES lot,   -- where it is a lot of ours
    seed     boolean NOT NULL,
    is_class boolean NOT NULL,   -- goods by weight or count; else a thing of its own
    found_at timestamptz NOT NULL,
    CONSTRAINT recall_thing_pkey PRIMARY KEY (case_id, epc)
);

-- Who must be told: `down` got the goods, `up` supplied them. The token opens the answer page without signing in.
CREATE TABLE recall_notice (
    id          int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    case_id     int NOT NULL REFERENCES recall_case,
    direction   text NOT NULL CONSTRAINT recall_notice_direction_known CHECK (direction IN ('up', 'down')),
    party       text NOT NULL,   -- its name in events
    name        text NOT NULL,
    phone       text NOT NULL DEFAULT '',
    goods       text NOT NULL,
    sent_kg     double precision,   -- that reached this party and was not sent on; NULL where nobody weighed it
    token       text NOT NULL CONSTRAINT recall_notice_token_key UNIQUE,
    told_at     timestamptz,
    told_by     int REFERENCES account,
    opened_at   timestamptz,
    answered_at timestamptz,
    answered_by text,
    held_kg     double precision CONSTRAINT recall_notice_held_possible CHECK (held_kg >= 0),
    returned_kg double precision CONSTRAINT recall_notice_returned_possible CHECK (returned_kg >= 0),
    sold_kg     double precision CONSTRAINT recall_notice_sold_possible CHECK (sold_kg >= 0),
    note        text NOT NULL DEFAULT '',
    CONSTRAINT recall_notice_party_key UNIQUE (case_id, direction, party),
    CONSTRAINT recall_notice_answered_whole
        CHECK (num_nonnulls(answered_at, answered_by, held_kg, returned_kg, sold_kg) IN (0, 5))
);

-- What became of the goods: the four treatments of Circular 17/2021/TT-BNNPTNT.
CREATE TABLE recall_treatment (
    id          int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    case_id     int NOT NULL REFERENCES recall_case,
    lot_id      int NOT NULL REFERENCES lot,
    kind        text NOT NULL CONSTRAINT recall_treatment_kind_known CHECK (kind IN ('fix', 'other_use', 're_export', 'destroy')),
    quantity_kg double precision NOT NULL CONSTRAINT recall_treatment_quantity_positive CHECK (quantity_kg > 0),
    at          timestamptz NOT NULL,
    recorded_by int NOT NULL REFERENCES account,
    note        text NOT NULL DEFAULT ''
);
CREATE INDEX recall_treatment_case ON recall_treatment (case_id);
