{{/* Whether a snapshot looks torn: another snapshot is at most ten seconds before it, both have the same NAV, and no
     position is in both. That happens if a tool stamps each row with the time at which it writes it. The row of a flat
     book beside the first positions does not look torn. snapshotpieces.go of package store has the same rule. The
     argument is the time of the snapshot. */}}
{{define "looksTorn" -}}
coalesce((
    SELECT (SELECT total_equity FROM {{rows "portfolio_state"}} portfolio_state WHERE "timestamp" = earlier.at LIMIT 1) = (SELECT total_equity FROM {{rows "portfolio_state"}} portfolio_state WHERE "timestamp" = {{.}} LIMIT 1)
      AND EXISTS (SELECT FROM {{rows "portfolio_state"}} portfolio_state WHERE "timestamp" = earlier.at AND weight <> 0)
      AND EXISTS (SELECT FROM {{rows "portfolio_state"}} portfolio_state WHERE "timestamp" = {{.}} AND weight <> 0)
      AND NOT EXISTS (
        SELECT FROM {{rows "portfolio_state"}} a
        JOIN {{rows "portfolio_state"}} b ON b.strategy_id = a.strategy_id AND b.instrument = a.instrument
        WHERE a."timestamp" = {{.}} AND b."timestamp" = earlier.at
      )
    FROM (
      SELECT "timestamp" AS at FROM {{rows "portfolio_state"}} portfolio_state
      WHERE "timestamp" < {{.}} AND "timestamp" >= {{.}} - interval '10 seconds'
      ORDER BY "timestamp" DESC LIMIT 1
    ) earlier
  ), false)
{{- end}}
