-- Where things are and who may see them: the dated tree of administrative units, offices attached to any unit of it,
-- farms and fields, people and their sessions.
-- A unit's code was re-used for other units, so only (code, valid_from) names one; "district" is nowhere a type.

CREATE TABLE admin_unit (
    code              text NOT NULL,
    valid_from        date NOT NULL,
    valid_to          date,
    name              text NOT NULL CONSTRAINT admin_unit_name_given CHECK (name <> ''),
    kind              text NOT NULL,
    parent_code       text,
    parent_valid_from date,
    legal_act         text NOT NULL DEFAULT '',
    CONSTRAINT admin_unit_pkey PRIMARY KEY (code, valid_from),
    CONSTRAINT admin_unit_parent FOREIGN KEY (parent_code, parent_valid_from) REFERENCES admin_unit (code, valid_from),
    CONSTRAINT admin_unit_lasts CHECK (valid_to > valid_from)
);

-- What became of a unit: many-to-many, because units were split and merged in one act.
CREATE TABLE admin_succession (
    from_code       text NOT NULL,
    from_valid_from date NOT NULL,
    to_code         text NOT NULL,
    to_valid_from   date NOT NULL,
    part            text NOT NULL CONSTRAINT admin_succession_part_known CHECK (part IN ('whole', 'part')),
    CONSTRAINT admin_succession_pkey PRIMARY KEY (from_code, from_valid_from, to_code, to_valid_from),
    CONSTRAINT admin_succession_from FOREIGN KEY (from_code, from_valid_from) REFERENCES admin_unit (code, valid_from),
    CONSTRAINT admin_succession_to FOREIGN KEY (to_code, to_valid_from) REFERENCES admin_unit (code, valid_from)
);

-- An office is a tenant: the fence that nobody reads across. `slug` is the {tenant} of MQTT topics.
CREATE TABLE office (
    id              int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    slug            text NOT NULL CONSTRAINT office_slug_key UNIQUE
                    CONSTRAINT office_slug_plain CHECK (slug ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
    name            text NOT NULL,
    phone           text NOT NULL DEFAULT '',
    unit_code       text NOT NULL,
    unit_valid_from date NOT NULL,
    created_at      timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT office_unit FOREIGN KEY (unit_code, unit_valid_from) REFERENCES admin_unit (code, valid_from)
);

CREATE TABLE account (
    id            int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    office_id     int NOT NULL REFERENCES office,
    login         text NOT NULL CONSTRAINT account_login_key UNIQUE
                  CONSTRAINT account_login_plain CHECK (login = lower(login) AND login ~ '^[a-z0-9._@+-]{2,64}$'),
    name          text NOT NULL,
    role          text NOT NULL CONSTRAINT account_role_known CHECK (role IN ('farmer', 'officer', 'admin', 'inspector')),
    password_hash text NOT NULL,
    lang          text NOT NULL DEFAULT 'vi' CONSTRAINT account_lang_known CHECK (lang IN ('vi', 'en')),
    created_at    timestamptz NOT NULL DEFAULT now(),
    disabled_at   timestamptz
);

-- The cookie holds the token; the store only its SHA-256, so a stolen copy of the table opens nothing.
CREATE TABLE session (
    token_hash bytea PRIMARY KEY,
    account_id int NOT NULL REFERENCES account,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL
);
CREATE INDEX session_account ON session (account_id);

CREATE TABLE api_key (
    id         int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account_id int NOT NULL REFERENCES account,
    name       text NOT NULL,
    key_hash   bytea NOT NULL CONSTRAINT api_key_hash_key UNIQUE,
    created_at timestamptz NOT NULL DEFAULT now(),
    revoked_at timestamptz
);

-- Failed sign-ins, for the rate limit and the lock-out; by login and by address, swept by the worker.
CREATE TABLE sign_in_failure (
    id      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    login   text NOT NULL,
    address text NOT NULL,
    at      timestamptz NOT NULL
);
CREATE INDEX sign_in_failure_login ON sign_in_failure (login, at);
CREATE INDEX sign_in_failure_address ON sign_in_failure (address, at);

CREATE TABLE farm (
    id              int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    office_id       int NOT NULL REFERENCES office,
    name            text NOT NULL CONSTRAINT farm_name_given CHECK (name <> ''),
    name_sort       text COLLATE "C" NOT NULL,
    name_fold       text NOT NULL,
    unit_code       text NOT NULL,
    unit_valid_from date NOT NULL,
    created_at      timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT farm_unit FOREIGN KEY (unit_code, unit_valid_from) REFERENCES admin_unit (code, valid_from),
    CONSTRAINT farm_name_key UNIQUE (office_id, name)
);

CREATE TABLE farm_member (
    farm_id    int NOT NULL REFERENCES farm,
    account_id int NOT NULL REFERENCES account,
    PRIMARY KEY (farm_id, account_id)
);
CREATE INDEX farm_member_account ON farm_member (account_id);

CREATE TABLE field (
    id         int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    farm_id    int NOT NULL REFERENCES farm,
    name       text NOT NULL CONSTRAINT field_name_given CHECK (name <> ''),
    name_sort  text COLLATE "C" NOT NULL,
    name_fold  text NOT NULL,
    crop       text NOT NULL,
    planted_on date,
    area_m2    double precision CONSTRAINT field_area_positive CHECK (area_m2 > 0),
    boundary   jsonb,  -- [[lon, lat], ...] in WGS 84, drawn without a base map
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT field_name_key UNIQUE (farm_id, name)
);

-- The one rule of who sees which farm. Every query of farm data asks it; no other place decides.
CREATE FUNCTION visible_farm(office int, account int, sees_office boolean) RETURNS SETOF int
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
    SELECT f.id
      FROM farm f
     WHERE f.office_id = office
       AND (sees_office OR EXISTS (SELECT FROM farm_member m WHERE m.farm_id = f.id AND m.account_id = account))
$$;

-- Who did what. Written in the transaction of the deed itself; nothing is ever taken out.
CREATE TABLE audit_line (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at         timestamptz NOT NULL DEFAULT now(),
    office_id  int REFERENCES office,
    account_id int REFERENCES account,
    action     text NOT NULL,
    object     text NOT NULL,
    detail     jsonb NOT NULL DEFAULT '{}'
);
CREATE INDEX audit_line_office ON audit_line (office_id, at);
