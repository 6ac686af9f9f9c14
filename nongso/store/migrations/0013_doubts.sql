-- “This reading is wrong”: what a person says against readings, since when and why, and what the office found. The readings themselves stay.

CREATE TABLE reading_doubt (
    id         int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    series_id  int NOT NULL REFERENCES series,
    from_at    timestamptz NOT NULL,
    to_at      timestamptz NOT NULL,   -- included: the newest reading is usually the one that looks wrong
    reason     text NOT NULL CONSTRAINT reading_doubt_has_reason CHECK (reason <> ''),
    readings   int NOT NULL,           -- how many it flagged
    doubted_by int NOT NULL REFERENCES account,
    doubted_at timestamptz NOT NULL,
    finding    text CONSTRAINT reading_doubt_finding_known CHECK (finding IN ('wrong', 'right')),
    note       text NOT NULL DEFAULT '',
    settled_by int REFERENCES account,
    settled_at timestamptz,
    CONSTRAINT reading_doubt_span CHECK (from_at <= to_at),
    CONSTRAINT reading_doubt_settled_whole CHECK (num_nonnulls(finding, settled_by, settled_at) IN (0, 3))
);
CREATE INDEX reading_doubt_open ON reading_doubt (series_id) WHERE finding IS NULL;
