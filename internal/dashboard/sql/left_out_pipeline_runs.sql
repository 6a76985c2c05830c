SELECT * FROM pipeline_runs
WHERE $__timeFilter(started_at) OR started_at IS NULL OR started_at < '1000-01-01' OR started_at > '9999-12-31'
