WITH {{template "snapshots" .}}
SELECT at AS time, nav AS "Portfolio NAV"
FROM snapshots
ORDER BY time
