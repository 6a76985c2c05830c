{{/* The signals that Signal Overview is about: the latest signal of each strategy and instrument within the 24 hours
     before the end of the range. If there is none, the 24 hours are those up to the newest signal before; then is_stale
     is true, and stale_since says when that signal came.

     moment: when the range ends, and the newest signal by then, found by one index probe
     span:   where the 24 hours end, and whether they are stale */}}
{{define "latestSignals" -}}
moment AS MATERIALIZED (
  SELECT latest.at, (
    SELECT generated_at FROM {{rows "strategy_signals"}} strategy_signals WHERE generated_at <= latest.at ORDER BY generated_at DESC LIMIT 1
  ) AS newest
  FROM (SELECT {{template "asOf" .}} AS at) latest
),
span AS MATERIALIZED (
  SELECT
    newest <= at - interval '24 hours' AS is_stale,
    'STALE ' || {{template "deskTime" "newest"}} AS stale_since,
    CASE WHEN newest > at - interval '24 hours' THEN at ELSE newest END AS until
  FROM moment
),
signals AS (
  SELECT DISTINCT ON (s.strategy_id, s.instrument)
    s.strategy_id AS strategy_key,
    s.instrument AS instrument_key,
    s.strategy_id::text AS strategy_id,
    s.instrument::text AS instrument,
    {{template "directionRead" "s.direction"}} AS direction,
    s.confidence::float8 AS confidence,
    s.generated_at
  FROM span
  JOIN {{rows "strategy_signals"}} s ON s.generated_at > span.until - interval '24 hours' AND s.generated_at <= span.until
  ORDER BY s.strategy_id, s.instrument, s.generated_at DESC
)
{{- end}}

{{/* The asset class in which a signal is shown, from its strategy's own class and its instrument's: a strategy of the
     cross-asset class stands in the classes of its instruments, every other strategy in its own class. */}}
{{define "shownClass" -}}
CASE
      WHEN own_class <> {{crossAssetClass}} THEN own_class
      WHEN instrument_class = {{otherClass}} THEN {{crossAssetClass}}
      ELSE instrument_class
    END
{{- end}}

{{/* The signals of latestSignals with the class in whose row each stands, and with their confidence signed by their
     direction: null where the direction is not known. */}}
{{define "placedSignals" -}}
named AS (
  {{template "namedClasses"}}
),
placed AS (
  SELECT
    strategy_key,
    instrument_key,
    strategy_id,
    instrument,
    own_class,
    direction,
    confidence,
    {{template "shownClass" .}} AS class,
    CASE direction WHEN 'LONG' THEN confidence WHEN 'SHORT' THEN -confidence WHEN 'NEUTRAL' THEN 0 END AS signed_confidence
  FROM (
    SELECT
      signals.*,
      {{strategyClass "strategy_id"}} AS own_class,
      coalesce(named.class, {{instrumentClass "instrument"}}) AS instrument_class
    FROM signals
    LEFT JOIN named USING (instrument)
  ) classified
  {{- if .Classes}}
  WHERE own_class IN ({{.Classes}})
  {{- end}}
)
{{- end}}
