-- EPCIS for everybody: events that belong to no lot of ours, what may be asked of them, captures, queries, subscriptions; links of the resolver.
-- An event is told by its hash id within an office: two offices may hold the same event, and neither learns of the other's.

ALTER TABLE event
    ALTER COLUMN lot_id DROP NOT NULL,
    ADD COLUMN office_id      int REFERENCES office,
    ADD COLUMN hash_id        text,
    ADD COLUMN declares_error boolean NOT NULL DEFAULT false,   -- an event and its error declaration have one hash id
    ADD COLUMN event_type     text,
    ADD COLUMN action         text,
    ADD COLUMN biz_step       text,   -- these four as web URIs, identifiers as canonical GS1 Digital Links
    ADD COLUMN disposition    text,
    ADD COLUMN read_point     text,
    ADD COLUMN biz_location   text;

ALTER TABLE event DISABLE TRIGGER event_append_only;
UPDATE event e
   SET office_id = l.office_id,
       hash_id = e.event_id,
       event_type = e.body ->> 'type',
       action = e.body ->> 'action',
       biz_step = 'https://ref.gs1.org/cbv/BizStep-' || (e.body ->> 'bizStep'),
       disposition = 'https://ref.gs1.org/cbv/Disp-' || (e.body ->> 'disposition'),
       read_point = e.body #>> '{readPoint,id}',
       biz_location = e.body #>> '{bizLocation,id}'
  FROM lot l
 WHERE l.id = e.lot_id;
ALTER TABLE event ENABLE TRIGGER event_append_only;

ALTER TABLE event
    ALTER COLUMN office_id SET NOT NULL,
    ALTER COLUMN hash_id SET NOT NULL,
    ALTER COLUMN event_type SET NOT NULL,
    DROP CONSTRAINT event_event_id_key,
    ADD CONSTRAINT event_event_id_key UNIQUE (office_id, event_id, declares_error),
    ADD CONSTRAINT event_hash_key UNIQUE (office_id, hash_id, declares_error);
CREATE INDEX event_office_time ON event (office_id, event_time, id);
CREATE INDEX event_office_recorded ON event (office_id, record_time, id);

-- Which things an event names, in which part: derived from the body, for queries and the trace graph.
CREATE TABLE event_epc (
    event_row bigint NOT NULL REFERENCES event,
    role      text NOT NULL CONSTRAINT event_epc_role_known CHECK (role IN ('epc', 'parent', 'child', 'input', 'output')),
    epc       text NOT NULL,
    is_class  boolean NOT NULL,
    quantity  double precision,
    uom       text
);
CREATE INDEX event_epc_event ON event_epc (event_row);
CREATE INDEX event_epc_epc ON event_epc (epc text_pattern_ops, event_row);

INSERT INTO event_epc (event_row, role, epc, is_class, quantity, uom)
SELECT e.id, 'epc', q ->> 'epcClass', true, (q ->> 'quantity')::float8, q ->> 'uom'
  FROM event e
 CROSS JOIN LATERAL jsonb_array_elements(e.body -> 'quantityList') q;

-- Everything else a query may ask for: one row a value, named as the query names it (`ILMD_{namespace}field`, `value_CEL` …).
CREATE TABLE event_term (
    event_row bigint NOT NULL REFERENCES event,
    name      text NOT NULL,
    text      text,
    number    double precision,
    at        timestamptz
);
CREATE INDEX event_term_event ON event_term (event_row, name);
CREATE INDEX event_term_transformation ON event_term (text) WHERE name = 'transformationID';

-- Whether a place is one of `wanted` or lies below one: the extension of a GLN below the GLN, a path below a path.
CREATE FUNCTION lies_within(place text, wanted text[]) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$ SELECT EXISTS (SELECT FROM unnest(wanted) AS above WHERE place = above OR starts_with(place, above || '/')) $$;

-- Whether some thing, some amount and some value of an event fit each of the conditions: arrays of objects, as nongso.store.epcis_events writes them.
CREATE FUNCTION event_fits(event_id bigint, epcs jsonb, quantities jsonb, terms jsonb) RETURNS boolean
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
    SELECT NOT EXISTS (
               SELECT FROM jsonb_to_recordset(epcs) AS c(roles text[], is_class boolean, epcs text[], prefixes text[])
                WHERE NOT EXISTS (
                      SELECT FROM event_epc x
                       WHERE x.event_row = event_id
                         AND x.role = ANY(c.roles)
                         AND x.is_class = c.is_class
                         AND (x.epc = ANY(c.epcs)
                              OR EXISTS (SELECT FROM unnest(c.prefixes) AS p WHERE starts_with(x.epc, p)))))
       AND NOT EXISTS (
               SELECT FROM jsonb_to_recordset(quantities) AS c(op text, numbers float8[])
                WHERE NOT EXISTS (
                      SELECT FROM event_epc x
                       WHERE x.event_row = event_id
                         AND CASE c.op WHEN 'eq' THEN x.quantity = ANY(c.numbers)
                                       WHEN 'gt' THEN x.quantity > c.numbers[1]
                                       WHEN 'ge' THEN x.quantity >= c.numbers[1]
                                       WHEN 'lt' THEN x.quantity < c.numbers[1]
                                       WHEN 'le' THEN x.quantity <= c.numbers[1] END))
       AND NOT EXISTS (
               SELECT FROM jsonb_to_recordset(terms) AS c(name text, op text, texts text[], number float8, at timestamptz)
                WHERE NOT EXISTS (
                      SELECT FROM event_term t
                       WHERE t.event_row = event_id
                         AND t.name = c.name
                         AND CASE c.op WHEN 'exists' THEN true
                                       WHEN 'eq' THEN t.text = ANY(c.texts) OR t.number = c.number OR t.at = c.at
                                       WHEN 'gt' THEN t.number > c.number OR t.at > c.at
                                       WHEN 'ge' THEN t.number >= c.number OR t.at >= c.at
                                       WHEN 'lt' THEN t.number < c.number OR t.at < c.at
                                       WHEN 'le' THEN t.number <= c.number OR t.at <= c.at END))
$$;

CREATE TABLE capture_job (
    id          text PRIMARY KEY,
    office_id   int NOT NULL REFERENCES office,
    account_id  int NOT NULL REFERENCES account,
    created_at  timestamptz NOT NULL,
    finished_at timestamptz NOT NULL,
    behaviour   text NOT NULL CONSTRAINT capture_job_behaviour_known CHECK (behaviour IN ('rollback', 'proceed')),
    stored      int NOT NULL,
    duplicates  int NOT NULL,   -- events that were there already
    errors      jsonb NOT NULL
);
CREATE INDEX capture_job_office ON capture_job (office_id, created_at, id);

CREATE TABLE epcis_query (
    office_id  int NOT NULL REFERENCES office,
    name       text NOT NULL CONSTRAINT epcis_query_name_plain CHECK (name ~ '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$'),
    definition jsonb NOT NULL,
    created_at timestamptz NOT NULL,
    CONSTRAINT epcis_query_key PRIMARY KEY (office_id, name)
);

-- A webhook. The outbox is the cursor: everything after `last_event` waits, and the cursor moves only when the other side said yes.
CREATE TABLE epcis_subscription (
    id               text PRIMARY KEY,
    office_id        int NOT NULL,
    query_name       text NOT NULL,
    dest             text NOT NULL,
    signature_token  text,
    report_if_empty  boolean NOT NULL,
    schedule         jsonb,            -- null: at once
    created_at       timestamptz NOT NULL,
    last_event       bigint NOT NULL,
    next_at          timestamptz NOT NULL,
    failures         int NOT NULL DEFAULT 0,
    last_notified_at timestamptz,
    CONSTRAINT epcis_subscription_query FOREIGN KEY (office_id, query_name) REFERENCES epcis_query (office_id, name) ON DELETE CASCADE
);
CREATE INDEX epcis_subscription_due ON epcis_subscription (next_at);

-- Where a GS1 identifier leads, beside the house's own pages. `anchor` is the path of the identifier, as /01/…/10/….
CREATE TABLE resolver_link (
    id         int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    office_id  int NOT NULL REFERENCES office,
    anchor     text NOT NULL CONSTRAINT resolver_link_anchor_path CHECK (anchor ~ '^/(00|01|414|417|8004)/'),
    link_type  text NOT NULL,   -- web URI
    href       text NOT NULL CONSTRAINT resolver_link_href_web CHECK (href ~ '^https?://'),
    title      text NOT NULL CONSTRAINT resolver_link_title_given CHECK (title <> ''),
    langs      text[] NOT NULL DEFAULT '{}',
    media_type text NOT NULL DEFAULT '',
    contexts   text[] NOT NULL DEFAULT '{}',
    created_by int NOT NULL REFERENCES account,
    created_at timestamptz NOT NULL,
    CONSTRAINT resolver_link_key UNIQUE (anchor, link_type, href)
);
