SELECT * FROM instrument_prices
WHERE price_date >= $__timeFrom()::timestamptz::date - 365 AND price_date <= $__timeTo()::timestamptz::date
  OR price_date IS NULL OR price_date < '1000-01-01' OR price_date > '9999-12-31'
