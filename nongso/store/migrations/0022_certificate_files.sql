-- The paper itself behind a certificate: kept as it came, under its SHA-256, never changed. A new scan is a new row.
-- The schema holds bytes and digest together; who gets around it is found by whoever serves the file and by the daily monitor.

CREATE TABLE certificate_file (
    id             int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    certificate_id int NOT NULL REFERENCES certificate,
    media_type     text NOT NULL CONSTRAINT certificate_file_type_known
                   CHECK (media_type IN ('application/pdf', 'image/jpeg', 'image/png', 'image/webp')),
    bytes          bytea,   -- NULL once somebody in it was forgotten
    size           int NOT NULL CONSTRAINT certificate_file_size_possible CHECK (size > 0),
    digest         text NOT NULL CONSTRAINT certificate_file_digest_hex CHECK (digest ~ '^[0-9a-f]{64}$'),
    added_by       int NOT NULL REFERENCES account,
    added_at       timestamptz NOT NULL,
    CONSTRAINT certificate_file_digest_true CHECK (digest = encode(sha256(bytes), 'hex')),
    CONSTRAINT certificate_file_key UNIQUE (certificate_id, digest)
);
CREATE INDEX certificate_file_digest ON certificate_file (digest);

CREATE FUNCTION refuse_change_of_paper() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND NEW.bytes IS NULL AND to_jsonb(NEW) - 'bytes' = to_jsonb(OLD) - 'bytes' THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'rows of % are append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END
$$;
CREATE TRIGGER certificate_file_append_only BEFORE UPDATE OR DELETE ON certificate_file
    FOR EACH ROW EXECUTE FUNCTION refuse_change_of_paper();

-- The newest scan of each certificate, without its bytes.
CREATE VIEW certificate_newest_file AS
SELECT DISTINCT ON (f.certificate_id) f.id, f.certificate_id, f.media_type, f.size, f.digest, f.added_at, f.bytes IS NULL AS erased
  FROM certificate_file f
 ORDER BY f.certificate_id, f.id DESC;
