SELECT
  name AS "Asset class",
{{template "drivers" "asset_class"}}
