SELECT
  name AS "Instrument",
{{template "drivers" "instrument"}}
