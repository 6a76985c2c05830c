{{/* The allocations by class, from summaries. allocation_summaries has the gross allocation of each snapshot by class, and for stretches
     of time from two hours to 32 days the same of the snapshots that a chart shows of a cell: the first and the last, and those in
     which a class or the whole is lowest and highest. allocation_basis has what these were made with: the zone of the days, the desk's
     rules, the classes that the table instruments named, and in which order the classes come. They are used only if all this is
     what it is now. A mark in allocation_marks says that a snapshot was written since.

     A cell that lies in the range as a whole, and has no mark, is drawn as its summary says. Of the other cells, the widest stretches
     of which this is true are read, and between them the snapshots: those with a mark from portfolio_state. All of it is one
     statement, so it sees one moment: what is written later neither lacks its mark nor shows. */}}

{{/* A list of common table expressions for a WITH RECURSIVE, after "scale". The table found has the snapshots that summaries have for the
     chart, each with its sums in the order of summed.classes, where the empty name stands for the whole. Those of a whole cell are all
     drawn. The table marked has the snapshots that are to be read from portfolio_state. */}}
{{define "allocationsFound" -}}
summed AS MATERIALIZED (
  SELECT ARRAY['']::text[] || classes AS classes, extract(epoch FROM cell)::bigint AS cell_seconds
  FROM scale
  CROSS JOIN allocation_basis
  WHERE {{navsSummed}}
    AND zone = {{zone}}
    AND rules = {{allocationRules}}
    AND named = {{namedClassesMap}}
    AND NOT EXISTS (SELECT FROM allocation_marks WHERE snapshot_at = '-infinity')
),
levels AS MATERIALIZED (
  SELECT width, lag(width) OVER (ORDER BY width DESC) AS wider
  FROM summed
  CROSS JOIN scale
  CROSS JOIN unnest(ARRAY[0, {{.CellWidths}}]) width
  WHERE CASE WHEN width > 0 THEN mod(cell_seconds, width) = 0 AND (mod(width, 86400) = 0) = whole_days ELSE true END
),
marked AS MATERIALIZED (
  SELECT DISTINCT snapshot_at AS at FROM summed CROSS JOIN allocation_marks WHERE $__timeFilter(snapshot_at)
),
open_stretches AS MATERIALIZED (
  SELECT DISTINCT
    width,
    CASE WHEN whole_days THEN day_begins AT TIME ZONE {{zone}} ELSE begins END AS begins_at,
    CASE WHEN whole_days THEN (day_begins + long) AT TIME ZONE {{zone}} ELSE begins + long END AS ends_at
  FROM scale
  CROSS JOIN (SELECT width, make_interval(secs => width) AS long FROM levels WHERE width > 0) wide
  CROSS JOIN (
    SELECT $__timeFrom()::timestamptz AS at
    UNION ALL
    SELECT $__timeTo()::timestamptz
    UNION ALL
    SELECT at FROM marked
  ) moments
  CROSS JOIN LATERAL (
    SELECT date_bin(long, at, origin) AS begins, date_bin(long, at AT TIME ZONE {{zone}}, TIMESTAMP '2024-01-01 00:00') AS day_begins
  ) stretch
),
searched AS MATERIALIZED (
  SELECT levels.width, greatest(begins_at, $__timeFrom()::timestamptz) AS begins_at, least(ends_at, $__timeTo()::timestamptz + interval '1 us') AS ends_at
  FROM levels
  JOIN open_stretches ON open_stretches.width = levels.wider
  UNION ALL
  SELECT width, $__timeFrom()::timestamptz, $__timeTo()::timestamptz + interval '1 us'
  FROM levels
  WHERE wider IS NULL
),
found AS MATERIALIZED (
  SELECT s.at, s.gross, searched.width = cell_seconds AS whole
  FROM summed
  CROSS JOIN searched
  CROSS JOIN LATERAL (
    SELECT a.begins_at, a.at, a.gross
    FROM allocation_summaries a
    WHERE a.width_seconds = searched.width AND a.begins_at >= searched.begins_at AND a.begins_at < searched.ends_at
    OFFSET 0
  ) s
  WHERE (searched.width, s.begins_at) NOT IN (SELECT width, begins_at FROM open_stretches)
    AND (searched.width > 0 OR s.at NOT IN (SELECT at FROM marked))
)
{{- end}}
