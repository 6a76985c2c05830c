{{/* The latest daily NAV and the one before it, each with its book day. */ -}}
WITH RECURSIVE {{template "dailyNAVs" 1}}
SELECT at, nav, ({{template "dayOf" "at"}})::date::text AS day FROM daily ORDER BY at DESC
