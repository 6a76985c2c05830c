{{/* Each instrument of the latest snapshot with its net weight and the day of its last price. */ -}}
SELECT
  held.instrument,
  held.weight,
  (
    SELECT p.price_date::text
    FROM {{rows "instrument_prices"}} p
    WHERE p.instrument = held.instrument AND p.price_date <= ($__timeTo()::timestamptz AT TIME ZONE {{zone}})::date
    ORDER BY p.price_date DESC
    LIMIT 1
  ) AS price_date
FROM (
  SELECT instrument::text AS instrument, sum(weight::float8) AS weight
  FROM {{rows "portfolio_state"}} portfolio_state
  WHERE "timestamp" = ({{template "latestSnapshot"}}) AND strategy_id::text <> 'CASH' AND instrument::text <> 'CASH'
  GROUP BY instrument
  HAVING abs(sum(weight::float8)) > 1e-12
) held
ORDER BY abs(held.weight) DESC, held.instrument COLLATE "C"
