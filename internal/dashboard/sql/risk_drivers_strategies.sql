SELECT
  name AS "Strategy",
{{template "drivers" "strategy"}}
