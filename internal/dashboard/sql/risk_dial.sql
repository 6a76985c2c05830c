{{/* What the dial of a figure that needs a history says where there is none: that it was never computed,
     or how many returns there are. */ -}}
SELECT
  'NaN' AS unknown,
  coalesce((
    SELECT returns || ' of {{.ReturnsLeast}} returns'
    FROM risk_inputs
    WHERE computed_at = ({{template "riskAt"}}) AND returns < {{.ReturnsLeast}}
  ), {{literal .NotComputed}}) AS unknown_text,
  {{literal .Grey}} AS unknown_colour
