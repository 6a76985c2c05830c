{{/* The colour and the unit of a number of the latest snapshot if that looks torn, otherwise null. */ -}}
SELECT
  CASE WHEN torn THEN {{literal .TornUnit}} END AS torn_unit,
  CASE WHEN torn THEN {{literal .Yellow}} END AS torn_colour
FROM (
  SELECT {{template "looksTorn" "latest.at"}} AS torn
  FROM (SELECT ({{template "latestSnapshot"}}) AS at) latest
) looked
