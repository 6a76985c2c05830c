{{/* Whether the latest risk computation by the end of the range was made from other rows than are stored now. The
     query computes the computation's digest again, from the book, its NAVs, its instruments and their prices. It hashes
     the same bytes as digest.go of package riskrun: a change here needs the same change there. A computation that was
     stored without a digest, by another tool or by an early version, is not said to have other inputs.

     What is read is the computation's window: some 500 prices of each instrument, and the daily NAVs. */}}
{{define "inputsNow" -}}
made AS MATERIALIZED (
  SELECT computed_at, rows_digest, prices_from, prices_to
  FROM risk_inputs
  WHERE computed_at = ({{template "riskAt"}})
),
book_then AS MATERIALIZED (
  SELECT computed_at AS at FROM made WHERE EXISTS (SELECT FROM {{rows "portfolio_state"}} p WHERE p."timestamp" = made.computed_at)
),
{{template "allDailyNAVs" "(SELECT at FROM book_then)"}},
bytes AS (
  SELECT
    (
      SELECT string_agg({{template "textBytes" "p.strategy_id::text"}} || {{template "textBytes" "p.instrument::text"}}
          || {{template "numberBytes" "p.weight"}} || {{template "numberBytes" "p.total_equity"}}, ''::bytea
        ORDER BY p.strategy_id::text COLLATE "C", p.instrument::text COLLATE "C", p.weight)
      FROM {{rows "portfolio_state"}} p
      WHERE p."timestamp" = made.computed_at
    ) AS book,
    (
      SELECT string_agg({{template "textBytes" "wanted.name"}}
          || {{template "textBytes" "coalesce(i.kind::text, '')"}} || {{template "textBytes" "coalesce(i.quoted_in::text, '')"}} || {{template "textBytes" "coalesce(i.asset_class::text, '')"}}
          || int4send(coalesce(CASE WHEN isfinite(i.maturity) THEN i.maturity - date '1970-01-01' END, '-2147483648'::int))
          || {{template "numberBytes" "i.tenor_years"}} || {{template "numberBytes" "i.coupon_pct"}} || {{template "numberBytes" "i.modified_duration"}}
          || int4send(history.days) || history.prices, ''::bytea ORDER BY wanted.name COLLATE "C")
      FROM jsonb_each_text(made.prices_from) AS wanted(name, first)
      LEFT JOIN {{rows "instruments"}} i ON i.instrument::text = wanted.name
      CROSS JOIN LATERAL (
        SELECT count(*)::int AS days, coalesce(string_agg(int4send(q.price_date - date '1970-01-01') || {{template "numberBytes" "q.price"}}, ''::bytea ORDER BY q.price_date), ''::bytea) AS prices
        FROM {{rows "instrument_prices"}} q
        WHERE q.instrument::text = wanted.name AND q.price_date >= coalesce(wanted.first, '0001-01-01')::date AND q.price_date <= made.prices_to
      ) history
    ) AS instruments,
    (SELECT string_agg({{template "numberBytes" "nav"}}, ''::bytea ORDER BY at) FROM daily WHERE days_back < {{.DrawdownDays}})
      || (SELECT {{template "numberBytes" "max(nav)"}} FROM daily) AS navs,
    made.rows_digest
  FROM made
),
inputs AS (
  SELECT coalesce(bool_or(encode(sha256(coalesce(book, ''::bytea) || coalesce(instruments, ''::bytea) || coalesce(navs, ''::bytea)), 'hex') <> rows_digest), false) AS are_other
  FROM bytes
)
{{- end}}

{{/* The bytes of a text, after the bytes of its length. The argument is an expression. */}}
{{define "textBytes" -}}
int4send(octet_length(convert_to({{.}}, 'UTF8'))) || convert_to({{.}}, 'UTF8')
{{- end}}

{{/* The bytes of a number. Null has bytes that no number has. Adding zero turns minus zero into zero. The argument is
     an expression. */}}
{{define "numberBytes" -}}
coalesce(float8send(({{.}})::float8 + 0), int8send(-1))
{{- end}}
