{{/* What a word in a column of statuses or directions means. macrowatch's own words are tried first, so that its own
     tables cost nothing. Other words are looked up in the table macrowatch_words, which is read once for each query, and
     only if a row needs it. A word that the table lacks stands for itself, in quotation marks. The column may have any
     type that can be cast to text. None of these expressions is ever null.

     The argument is the column. */}}
{{define "statusRead" -}}
CASE
    WHEN {{.}}::text COLLATE "C" IN ({{statuses}}) THEN {{.}}::text
    ELSE coalesce((SELECT jsonb_object_agg(word, meaning) FROM macrowatch_words WHERE subject = 'status') ->> {{template "plainWord" .}}, {{template "quoted" .}}, 'NO STATUS')
  END
{{- end}}

{{define "directionRead" -}}
CASE
    WHEN {{.}}::text COLLATE "C" IN ({{directions}}) THEN {{.}}::text
    ELSE coalesce((SELECT jsonb_object_agg(word, meaning) FROM macrowatch_words WHERE subject = 'direction') ->> {{template "plainWord" .}}, {{template "quoted" .}}, 'NO DIRECTION')
  END
{{- end}}

{{/* Whether a word is not one of macrowatch's own. macrowatch's own tables have an index of the rows for which this is
     true. It is always empty, so asking costs nothing. */}}
{{define "otherStatus"}}coalesce({{.}}::text, '') NOT IN ({{statuses}}){{end}}
{{define "otherDirection"}}coalesce({{.}}::text, '') NOT IN ({{directions}}){{end}}

{{/* Whether pipeline_runs may have such words: not if macrowatch made it. The planner does not always know that the index is
     empty, and would read every run of a long range. */}}
{{define "otherStatuses" -}}
NOT EXISTS (SELECT FROM pg_catalog.pg_constraint WHERE conrelid = to_regclass('pipeline_runs') AND conname = 'pipeline_runs_status_known' AND convalidated)
{{- end}}

{{/* Whether the result of statusRead or directionRead is a word that is not known. */}}
{{define "notKnown"}}({{.}} LIKE '"%' OR {{.}} IN ('NO STATUS', 'NO DIRECTION')){{end}}

{{/* The word in the form in which all its spellings are the same, as PlainWord of package desk gives it. */}}
{{define "plainWord" -}}
CASE
      WHEN {{template "trimmed" .}} SIMILAR TO '[-+]?[0-9]{1,6}(.0{0,12})?' THEN trim_scale({{template "trimmed" .}}::numeric)::text
      WHEN {{template "trimmed" .}} SIMILAR TO '[-+.0-9]%' THEN upper({{template "trimmed" .}})
      ELSE upper(translate({{template "trimmed" .}}, '-_ ', ''))
    END
{{- end}}

{{define "quoted"}}'"' || nullif(left({{template "trimmed" .}}, 60), '') || '"'{{end}}
{{define "trimmed"}}btrim({{.}}::text COLLATE "C", E' \t\r\n'){{end}}

{{/* The latest runs that failed, whatever their word for it: first those with macrowatch's own word, which an index
     finds, then those with other words. Each half has as many rows as asked for, and those that failed at the same time as the
     last of them. The argument says which runs, how many, and whether their messages are wanted: without them the index has all
     that is read. WITH TIES has the planner follow the index and stop: it takes the failures for a few, and would rather sort all
     of them by time and step. */}}
{{define "failedRuns" -}}
(
      SELECT coalesce(finished_at, started_at) AS failed_at, step_name::text AS step{{if .Messages}}, status::text AS word, error_message::text AS message{{end}}
      FROM {{rows "pipeline_runs" "error_message"}} pipeline_runs
      WHERE status::text = 'FAILED' AND {{.Where}}
      ORDER BY coalesce(finished_at, started_at) DESC
      FETCH FIRST {{.Most}} ROWS WITH TIES
    )
    UNION ALL
    (
      SELECT coalesce(finished_at, started_at), step_name::text{{if .Messages}}, status::text, error_message::text{{end}}
      FROM {{rows "pipeline_runs" "error_message"}} pipeline_runs
      WHERE {{template "otherStatuses"}} AND {{template "otherStatus" "status"}} AND {{template "statusRead" "status"}} = 'FAILED' AND {{.Where}}
      ORDER BY coalesce(finished_at, started_at) DESC
      FETCH FIRST {{.Most}} ROWS WITH TIES
    )
{{- end}}

{{/* How many rows each word that is not known has, the most frequent word first. The argument of these two is a condition
     for the rows. Whether there can be such runs is asked before they are looked for: otherwise the server starts processes of its
     own for a long range, which then find nothing to do. */}}
{{define "unreadRuns" -}}
SELECT
    word, count(*) AS rows, row_number() OVER (ORDER BY count(*) DESC, word) AS place,
    max(at) AS latest, min(step) AS first_step, max(step) AS last_step
  FROM (SELECT WHERE {{template "otherStatuses"}}) asked
  CROSS JOIN (
    SELECT {{template "statusRead" "status"}} AS word, coalesce(finished_at, started_at) AS at, step_name::text AS step
    FROM {{rows "pipeline_runs"}} pipeline_runs
    WHERE {{template "otherStatus" "status"}} AND {{.}}
    OFFSET 0
  ) other
  WHERE {{template "notKnown" "word"}}
  GROUP BY word
{{- end}}
{{define "unreadSignals" -}}
SELECT word, count(*) AS rows, row_number() OVER (ORDER BY count(*) DESC, word) AS place
  FROM (
    SELECT {{template "directionRead" "direction"}} AS word
    FROM {{rows "strategy_signals"}} strategy_signals
    WHERE {{template "otherDirection" "direction"}} AND {{.}}
  ) other
  WHERE {{template "notKnown" "word"}}
  GROUP BY word
{{- end}}

{{/* What a notice says of such rows: "7 runs have a status that is not known: "weird" 5, NO STATUS 2". It is null where
     there are none. */}}
{{define "runsNotice" -}}
sum(rows) || CASE sum(rows) WHEN 1 THEN ' run has' ELSE ' runs have' END || ' a status that is not known: ' || {{template "unreadList"}}
{{- end}}
{{define "signalsNotice" -}}
sum(rows) || CASE sum(rows) WHEN 1 THEN ' signal has' ELSE ' signals have' END || ' a direction that is not known: ' || {{template "unreadList"}}
{{- end}}
{{define "unreadList" -}}
string_agg(word || ' ' || rows, ', ' ORDER BY place) FILTER (WHERE place <= 5) || CASE WHEN count(*) > 5 THEN ' and others' ELSE '' END
{{- end}}
