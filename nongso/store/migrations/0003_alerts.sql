-- What is wrong now and was wrong before. An alert is one rule on one target; only one of a kind can be open.

CREATE TABLE alert (
    id        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    rule      text NOT NULL,
    field_id  int REFERENCES field,
    device_id text REFERENCES device,
    property  text,
    severity  smallint NOT NULL CONSTRAINT alert_severity_known CHECK (severity BETWEEN 1 AND 5),
    details   jsonb NOT NULL DEFAULT '{}',   -- the values its sentence is filled with
    opened_at timestamptz NOT NULL,
    seen_at   timestamptz NOT NULL,          -- when the rule last held
    closed_at timestamptz,
    acknowledged_at timestamptz,
    acknowledged_by int REFERENCES account,
    CONSTRAINT alert_has_target CHECK (field_id IS NOT NULL OR device_id IS NOT NULL),
    CONSTRAINT alert_lasts CHECK (closed_at >= opened_at)
);
CREATE UNIQUE INDEX alert_open ON alert (rule, field_id, device_id, property) NULLS NOT DISTINCT WHERE closed_at IS NULL;
CREATE INDEX alert_field ON alert (field_id, opened_at);

-- Which alerts are whose: those on a field of theirs, on a device that serves one, and for an office on any device of its own.
CREATE FUNCTION visible_alert(office int, account int, sees_office boolean) RETURNS SETOF bigint
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
    SELECT a.id
      FROM alert a
      LEFT JOIN field d ON d.id = a.field_id
      LEFT JOIN device v ON v.id = a.device_id
     WHERE d.farm_id IN (SELECT visible_farm(office, account, sees_office))
        OR (sees_office AND v.office_id = office)
        OR EXISTS (SELECT
                     FROM installation i
                     JOIN field e ON e.id = i.field_id
                    WHERE i.device_id = a.device_id
                      AND i.to_at IS NULL
                      AND e.farm_id IN (SELECT visible_farm(office, account, sees_office)))
$$;
