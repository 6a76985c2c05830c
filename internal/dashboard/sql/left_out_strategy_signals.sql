SELECT * FROM strategy_signals
WHERE generated_at BETWEEN least($__timeFrom()::timestamptz, (
    SELECT generated_at FROM {{rows "strategy_signals"}} s WHERE generated_at <= $__timeTo() ORDER BY generated_at DESC LIMIT 1
  ) - interval '24 hours') AND $__timeTo()
  OR generated_at IS NULL OR generated_at < '1000-01-01' OR generated_at > '9999-12-31'
