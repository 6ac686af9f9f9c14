-- What stands behind goods on paper: certificates, planting-area and packing codes, what is asked for the goods, and that a lot was published.

CREATE TABLE certificate (
    id           int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    office_id    int NOT NULL REFERENCES office,
    kind         text NOT NULL CONSTRAINT certificate_kind_known
                 CHECK (kind IN ('vietgap', 'globalgap', 'organic', 'food_safety', 'test_result', 'ocop', 'other')),
    number       text NOT NULL CONSTRAINT certificate_number_given CHECK (number <> ''),
    issuer       text NOT NULL CONSTRAINT certificate_issuer_given CHECK (issuer <> ''),
    holder_id    int NOT NULL REFERENCES party,
    product_id   int REFERENCES product,   -- NULL: all goods of the holder
    stars        int CONSTRAINT certificate_stars_possible CHECK (stars BETWEEN 1 AND 5),
    valid_from   date NOT NULL,
    valid_to     date,
    withdrawn_on date,
    CONSTRAINT certificate_lasts CHECK (valid_to >= valid_from),
    CONSTRAINT certificate_stars_of_ocop CHECK ((kind = 'ocop') = (stars IS NOT NULL)),
    CONSTRAINT certificate_number_key UNIQUE (office_id, issuer, number)
);
CREATE INDEX certificate_holder ON certificate (holder_id);

-- Planting-area and packing-facility codes, as the plant protection authority gives them for a market. An opaque string: its rule is not public.
CREATE TABLE planting_code (
    id            int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    office_id     int NOT NULL REFERENCES office,
    code          text NOT NULL CONSTRAINT planting_code_given CHECK (code <> ''),
    kind          text NOT NULL CONSTRAINT planting_code_kind_known CHECK (kind IN ('area', 'packing')),
    holder_id     int NOT NULL REFERENCES party,
    market        text NOT NULL CONSTRAINT planting_code_market_plain CHECK (market ~ '^[A-Z]{2}$'),   -- ISO 3166-1
    crop          text NOT NULL,
    area_m2       double precision CONSTRAINT planting_code_area_positive CHECK (area_m2 > 0),
    ceiling_kg_ha double precision CONSTRAINT planting_code_ceiling_positive CHECK (ceiling_kg_ha > 0),   -- the most a hectare yields in a year
    status        text NOT NULL CONSTRAINT planting_code_status_known CHECK (status IN ('active', 'suspended', 'withdrawn')),
    valid_from    date,
    valid_to      date,
    CONSTRAINT planting_code_lasts CHECK (valid_to >= valid_from),
    CONSTRAINT planting_code_area_weighed CHECK (kind = 'packing' OR num_nonnulls(area_m2, ceiling_kg_ha) = 2),
    CONSTRAINT planting_code_key UNIQUE (office_id, code)
);

CREATE TABLE planting_code_field (
    code_id  int NOT NULL REFERENCES planting_code,
    field_id int NOT NULL REFERENCES field,
    CONSTRAINT planting_code_field_pkey PRIMARY KEY (code_id, field_id)
);
CREATE INDEX planting_code_field_field ON planting_code_field (field_id);

-- What a buyer is told besides: price, where to order. One a product.
CREATE TABLE offer (
    product_id int PRIMARY KEY REFERENCES product,
    low_vnd    double precision CONSTRAINT offer_low_positive CHECK (low_vnd > 0),
    high_vnd   double precision CONSTRAINT offer_high_above CHECK (high_vnd >= low_vnd),
    unit       text NOT NULL DEFAULT 'kg',
    zalo       text NOT NULL DEFAULT '' CONSTRAINT offer_zalo_digits CHECK (zalo ~ '^[0-9]*$'),
    order_url  text NOT NULL DEFAULT '' CONSTRAINT offer_url_web CHECK (order_url = '' OR order_url ~ '^https?://'),
    sold_at    text NOT NULL DEFAULT '',
    CONSTRAINT offer_price_whole CHECK (num_nonnulls(low_vnd, high_vnd) IN (0, 2))
);

-- Given to the national portal: only with all ten data of Circular 02/2024/TT-BKHCN.
CREATE TABLE lot_publication (
    lot_id       int PRIMARY KEY REFERENCES lot,
    published_at timestamptz NOT NULL,
    published_by int NOT NULL REFERENCES account
);
