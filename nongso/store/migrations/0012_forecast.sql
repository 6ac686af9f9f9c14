-- Weather forecasts of an office's places, each with its hour of issue and its end; and what a field's soil is, which the water balance needs.

CREATE TABLE forecast (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    office_id   int NOT NULL REFERENCES office,
    source      text NOT NULL CONSTRAINT forecast_source_known CHECK (source IN ('open_meteo', 'file', 'simulator')),
    latitude    double precision NOT NULL CONSTRAINT forecast_latitude_possible CHECK (latitude BETWEEN -90 AND 90),
    longitude   double precision NOT NULL CONSTRAINT forecast_longitude_possible CHECK (longitude BETWEEN -180 AND 180),
    issued_at   timestamptz NOT NULL,
    expires_at  timestamptz NOT NULL,
    received_at timestamptz NOT NULL,
    CONSTRAINT forecast_ends_after_issue CHECK (expires_at > issued_at),
    CONSTRAINT forecast_once UNIQUE (office_id, source, latitude, longitude, issued_at)
);
CREATE INDEX forecast_office ON forecast (office_id, expires_at);

CREATE TABLE forecast_hour (
    forecast_id   bigint NOT NULL REFERENCES forecast ON DELETE CASCADE,
    at            timestamptz NOT NULL,  -- the hour that ends here
    temperature_c real,
    dew_point_c   real,
    humidity      real,
    rain_mm       real CONSTRAINT forecast_hour_rain_possible CHECK (rain_mm >= 0),
    wind_ms       real CONSTRAINT forecast_hour_wind_possible CHECK (wind_ms >= 0),
    radiation_w   real,
    PRIMARY KEY (forecast_id, at)
);

CREATE TABLE forecast_day (
    forecast_id bigint NOT NULL REFERENCES forecast ON DELETE CASCADE,
    day         date NOT NULL,
    t_min_c     real,
    t_max_c     real,
    rain_mm     real CONSTRAINT forecast_day_rain_possible CHECK (rain_mm >= 0),
    wind_ms     real CONSTRAINT forecast_day_wind_possible CHECK (wind_ms >= 0),
    et0_mm      real,
    PRIMARY KEY (forecast_id, day)
);

-- A texture of FAO-56 Table 19; NULL while nobody said: then there is no water balance, and no guess.
ALTER TABLE field ADD COLUMN soil text CONSTRAINT field_soil_known
    CHECK (soil IN ('sand', 'loamy_sand', 'sandy_loam', 'loam', 'silt_loam', 'silt', 'silty_clay_loam', 'silty_clay', 'clay'));
