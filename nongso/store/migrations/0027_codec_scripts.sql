-- A maker's JavaScript decoder as an administrator put it in, with its map and its test vectors: collectors read frames with it,
-- wherever they run, and a back-up holds it. Only what passed its vectors comes in here (ingest/codecs/script.py).

CREATE TABLE codec_script (
    name    text PRIMARY KEY CONSTRAINT codec_script_name_plain CHECK (name ~ '^[a-z0-9][a-z0-9.-]{0,63}$'),
    version text NOT NULL,
    body    jsonb NOT NULL,
    put_at  timestamptz NOT NULL
);
