CREATE TABLE instruments (
    instrument        text NOT NULL,
    kind              text NOT NULL,
    quoted_in         text NOT NULL,
    asset_class       text,
    maturity          date,
    tenor_years       float8,
    coupon_pct        float8,
    modified_duration float8,
    CONSTRAINT instruments_pkey PRIMARY KEY (instrument),
    CONSTRAINT instruments_instrument_not_empty CHECK (instrument <> ''),
    CONSTRAINT instruments_kind_known CHECK (kind IN ('price', 'yield')),
    CONSTRAINT instruments_quoted_in_not_empty CHECK (quoted_in <> ''),
    CONSTRAINT instruments_yield_in_percent_or_bp CHECK (kind <> 'yield' OR quoted_in IN ('percent', 'bp')),
    CONSTRAINT instruments_asset_class_not_empty CHECK (asset_class <> ''),
    CONSTRAINT instruments_maturity_finite CHECK (isfinite(maturity)),
    CONSTRAINT instruments_tenor_positive CHECK (tenor_years > 0 AND tenor_years < 'Infinity'),
    CONSTRAINT instruments_coupon_not_negative CHECK (coupon_pct >= 0 AND coupon_pct < 'Infinity'),
    CONSTRAINT instruments_modified_duration_not_negative CHECK (modified_duration >= 0 AND modified_duration < 'Infinity')
);

COMMENT ON TABLE instruments IS 'One row per instrument: what it is and how it is quoted.';
COMMENT ON COLUMN instruments.instrument IS 'The instrument''s name. Unless asset_class says otherwise its prefix is its asset class.';
COMMENT ON COLUMN instruments.kind IS 'price or yield: what instrument_prices holds for it.';
COMMENT ON COLUMN instruments.quoted_in IS 'percent or bp for a yield; the price''s unit for a price.';
COMMENT ON COLUMN instruments.asset_class IS 'Overrides the prefix rule where it is set.';
COMMENT ON COLUMN instruments.maturity IS 'The day on which it matures, where it has one.';
COMMENT ON COLUMN instruments.tenor_years IS 'Constant time to maturity in years, for instruments that have no maturity day.';
COMMENT ON COLUMN instruments.coupon_pct IS 'Coupon, percent a year.';
COMMENT ON COLUMN instruments.modified_duration IS 'Modified duration in years: a fallback where it can''t be computed.';

CREATE TABLE instrument_prices (
    instrument text   NOT NULL,
    price_date date   NOT NULL,
    price      float8 NOT NULL,
    -- An instrument's history is read in the key's own index.
    CONSTRAINT instrument_prices_pkey PRIMARY KEY (instrument, price_date),
    CONSTRAINT instrument_prices_price_date_finite CHECK (isfinite(price_date)),
    CONSTRAINT instrument_prices_price_finite CHECK (price > '-Infinity' AND price < 'Infinity')
);

COMMENT ON TABLE instrument_prices IS 'One row per instrument and day: its price or yield.';
COMMENT ON COLUMN instrument_prices.instrument IS 'The instrument.';
COMMENT ON COLUMN instrument_prices.price_date IS 'The day that the price is of.';
COMMENT ON COLUMN instrument_prices.price IS 'Price or yield, as instruments.kind and quoted_in say. Any finite number: oil has been negative.';

-- On instrument_prices and instruments:
ALTER TABLE instrument_prices
    ADD CONSTRAINT instrument_prices_instrument_known FOREIGN KEY (instrument) REFERENCES instruments (instrument);
