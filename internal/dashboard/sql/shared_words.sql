{{/* What another tool's word means. The desk's own words come first, so that its own tables cost
     nothing; others are looked up in macrowatch_words, which is read once a query, and only if a row
     needs it. What is not known there is shown as it is, in quotation marks. The column may have any
     type that can be a text; none of these expressions is ever null. */}}

{{/* The argument is the column. */}}
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

{{/* Whether a word is not one of the desk's own. Its own tables have an index, always empty, of the rows
     for which this holds. */}}
{{define "otherStatus"}}coalesce({{.}}::text, '') NOT IN ({{statuses}}){{end}}
{{define "otherDirection"}}coalesce({{.}}::text, '') NOT IN ({{directions}}){{end}}

{{/* Whether what statusRead or directionRead gives is no known word. */}}
{{define "notKnown"}}({{.}} LIKE '"%' OR {{.}} IN ('NO STATUS', 'NO DIRECTION')){{end}}

{{/* All spellings of a word are the same: as desk.PlainWord. */}}
{{define "plainWord" -}}
CASE
      WHEN {{template "trimmed" .}} SIMILAR TO '[-+]?[0-9]{1,6}(.0{0,12})?' THEN trim_scale({{template "trimmed" .}}::numeric)::text
      WHEN {{template "trimmed" .}} SIMILAR TO '[-+.0-9]%' THEN upper({{template "trimmed" .}})
      ELSE upper(translate({{template "trimmed" .}}, '-_ ', ''))
    END
{{- end}}

{{define "quoted"}}'"' || nullif(left({{template "trimmed" .}}, 60), '') || '"'{{end}}
{{define "trimmed"}}btrim({{.}}::text COLLATE "C", E' \t\r\n'){{end}}

{{/* The latest runs that failed, whatever the word for it: the desk's own word, which its own tables find
     in an index, and the other words. Each half is bounded; together they are at most twice as many as
     asked for. The argument says which runs, and how many. */}}
{{define "failedRuns" -}}
(
      SELECT coalesce(finished_at, started_at) AS failed_at, step_name::text AS step, status::text AS word, error_message::text AS message
      FROM {{rows "pipeline_runs" "error_message"}} pipeline_runs
      WHERE status::text = 'FAILED' AND {{.Where}}
      ORDER BY coalesce(finished_at, started_at) DESC, step_name
      LIMIT {{.Most}}
    )
    UNION ALL
    (
      SELECT coalesce(finished_at, started_at), step_name::text, status::text, error_message::text
      FROM {{rows "pipeline_runs" "error_message"}} pipeline_runs
      WHERE {{template "otherStatus" "status"}} AND {{template "statusRead" "status"}} = 'FAILED' AND {{.Where}}
      ORDER BY coalesce(finished_at, started_at) DESC, step_name
      LIMIT {{.Most}}
    )
{{- end}}

{{/* Rows by the word that is not known, the most frequent first. The arguments of these two are the
     condition for the rows. */}}
{{define "unreadRuns" -}}
SELECT
    word, count(*) AS rows, row_number() OVER (ORDER BY count(*) DESC, word) AS place,
    max(at) AS latest, min(step) AS first_step, max(step) AS last_step
  FROM (
    SELECT {{template "statusRead" "status"}} AS word, coalesce(finished_at, started_at) AS at, step_name::text AS step
    FROM {{rows "pipeline_runs"}} pipeline_runs
    WHERE {{template "otherStatus" "status"}} AND {{.}}
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

{{/* What a notice says of such rows: "7 runs have a status that is not known: "weird" 5, NO STATUS 2",
     null where there are none. */}}
{{define "runsNotice" -}}
sum(rows) || CASE sum(rows) WHEN 1 THEN ' run has' ELSE ' runs have' END || ' a status that is not known: ' || {{template "unreadList"}}
{{- end}}
{{define "signalsNotice" -}}
sum(rows) || CASE sum(rows) WHEN 1 THEN ' signal has' ELSE ' signals have' END || ' a direction that is not known: ' || {{template "unreadList"}}
{{- end}}
{{define "unreadList" -}}
string_agg(word || ' ' || rows, ', ' ORDER BY place) FILTER (WHERE place <= 5) || CASE WHEN count(*) > 5 THEN ' and others' ELSE '' END
{{- end}}
