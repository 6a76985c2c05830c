package query_test

import (
	"context"
	"errors"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/data"
	"github.com/jackc/pgx/v5/pgxpool"

	"macrowatch/internal/testkit/pgtest"
	"macrowatch/internal/viewer/query"
)

func run(t *testing.T, pool *pgxpool.Pool, format, sql string) *data.Frame {
	t.Helper()
	f, err := query.NewRunner(pool, query.Options{}).Query(t.Context(), sql, format, nil)
	if err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	return f
}

func concrete(t *testing.T, f *data.Field, row int) any {
	t.Helper()
	v, ok := f.ConcreteAt(row)
	if !ok {
		return nil
	}
	return v
}

func TestEveryColumnTypeBecomesWhatGrafanaShows(t *testing.T) {
	t.Parallel()
	pool := pgtest.New(t)
	if _, err := pool.Exec(t.Context(), "CREATE TYPE mood AS ENUM ('calm', 'wild')"); err != nil {
		t.Fatal(err)
	}
	instant := time.Date(2025, 3, 1, 12, 30, 0, 123456000, time.UTC)
	for expr, want := range map[string]any{
		"1::int2":                   int16(1),
		"2::int4":                   int32(2),
		"9007199254740993::int8":    int64(9007199254740993),
		"1.5::float8":               1.5,
		"0.1::float4":               0.1,
		"0.1::float8 + 0.2::float8": 0.30000000000000004,
		"12345.678::numeric":        12345.678,
		"'NaN'::numeric":            math.NaN(),
		"'Infinity'::float8":        math.Inf(1),
		"true":                      true,
		"'x'::text":                 "x",
		"'x'::varchar(3)":           "x",
		"'pg_class'::name":          "pg_class",
		"'wild'::mood":              "wild",
		"'{\"a\": 1}'::jsonb":       `{"a": 1}`,
		"'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'::uuid": "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11",
		"'1 day 02:00'::interval":                      "1 day 02:00:00",
		"ARRAY[1,2]":                                   "{1,2}",
		"'\\x6869'::bytea":                             `\x6869`,
		"'12:30'::time":                                "12:30:00",
		"'2025-03-01 09:30:00.123456-03'::timestamptz": instant,
		"'2025-03-01 12:30:00.123456'::timestamp":      instant,
		"'2025-03-01'::date":                           time.Date(2025, 3, 1, 0, 0, 0, 0, time.UTC),
		"'1890-01-01 00:00+00'::timestamptz":           time.Date(1890, 1, 1, 0, 0, 0, 0, time.UTC),
	} {
		t.Run(expr, func(t *testing.T) {
			f := run(t, pool, query.Table, "SELECT "+expr+" AS v UNION ALL SELECT NULL")
			got := concrete(t, f.Fields[0], 0)
			switch want := want.(type) {
			case float64:
				g, ok := got.(float64)
				if !ok || g != want && !(math.IsNaN(g) && math.IsNaN(want)) {
					t.Errorf("%s: got %v (%T), want %v", expr, got, got, want)
				}
			case time.Time:
				if g, ok := got.(time.Time); !ok || !g.Equal(want) {
					t.Errorf("%s: got %v, want %v", expr, got, want)
				}
			default:
				if got != want {
					t.Errorf("%s: got %v (%T), want %v (%T)", expr, got, got, want, want)
				}
			}
			if null := concrete(t, f.Fields[0], 1); null != nil {
				t.Errorf("%s: NULL became %v", expr, null)
			}
		})
	}
}

func TestTimesDoNotDependOnTheSessionsZoneOrStyle(t *testing.T) {
	t.Parallel()
	url := pgtest.URL(t)
	want := time.Date(2025, 3, 1, 12, 0, 0, 0, time.UTC)
	for _, settings := range [][2]string{{"Asia/Kolkata", "ISO"}, {"America/Sao_Paulo", "German"}, {"UTC", "SQL, DMY"}} {
		t.Run(settings[0], func(t *testing.T) {
			cfg, err := pgxpool.ParseConfig(url)
			if err != nil {
				t.Fatal(err)
			}
			cfg.ConnConfig.RuntimeParams["timezone"] = settings[0]
			cfg.ConnConfig.RuntimeParams["datestyle"] = settings[1]
			pool, err := pgxpool.NewWithConfig(t.Context(), cfg)
			if err != nil {
				t.Fatal(err)
			}
			f := run(t, pool, query.Table, "SELECT '2025-03-01 12:00+00'::timestamptz AS time")
			pool.Close()
			if got := concrete(t, f.Fields[0], 0).(time.Time); !got.Equal(want) {
				t.Errorf("%v: got %s, want %s", settings, got, want)
			}
		})
	}
}

// A dashboard of pgwatch names its times of day so.
func TestTimesOfDayInTheColumnTimeStayTexts(t *testing.T) {
	t.Parallel()
	pool := pgtest.New(t)
	for expr, want := range map[string]string{
		"time '12:30'": "12:30:00", "time '23:59:59.125'": "23:59:59.125", "timetz '09:30-03'": "09:30:00-03", "timetz '09:30+05:30'": "09:30:00+05:30",
	} {
		f := run(t, pool, query.Table, "SELECT "+expr+" AS time UNION ALL SELECT NULL")
		if got := concrete(t, f.Fields[0], 0); got != want {
			t.Errorf("%s: got %v, want %s", expr, got, want)
		}
		if null := concrete(t, f.Fields[0], 1); null != nil {
			t.Errorf("%s: NULL became %v", expr, null)
		}
		if _, err := query.NewRunner(pool, query.Options{}).Query(t.Context(), "SELECT "+expr+" AS time, 1 AS v", query.TimeSeries, nil); err == nil {
			t.Errorf("%s is the time of a series", expr)
		}
	}
}

func TestASeriesIsNamedByMetric(t *testing.T) {
	t.Parallel()
	f := run(t, pgtest.New(t), query.TimeSeries, `SELECT t AS time, m AS metric, v::int4 AS "Duration (s)"
		FROM (VALUES (timestamptz '2025-01-01 00:00+00', 'fred SUCCESS', 1), ('2025-01-01 00:00+00', 'bcb FAILED', 2),
		('2025-01-01 01:00+00', 'bcb FAILED', NULL)) x(t, m, v) ORDER BY 1`)
	var names []string
	for _, c := range f.Fields {
		names = append(names, c.Name)
		if len(c.Labels) > 0 {
			t.Errorf("%s has labels %v", c.Name, c.Labels)
		}
	}
	if got := strings.Join(names, "|"); got != "Time|bcb FAILED|fred SUCCESS" {
		t.Errorf("fields: %s", got)
	}
	if v := concrete(t, f.Fields[2], 0); v != 1.0 {
		t.Errorf("fred at midnight: %v", v)
	}
	if v := concrete(t, f.Fields[2], 1); v != nil {
		t.Errorf("fred has no row at one, got %v", v)
	}
}

func TestOtherTextColumnsBecomeLabels(t *testing.T) {
	t.Parallel()
	f := run(t, pgtest.New(t), query.TimeSeries,
		`SELECT 1735689600 AS time, 'EU' AS region, 'a' AS host, 1.5 AS load, true AS up`)
	if len(f.Fields) != 3 || f.Fields[1].Name != "load" || f.Fields[1].Labels["region"] != "EU" || f.Fields[1].Labels["host"] != "a" {
		t.Fatalf("got %v", f.Fields)
	}
	if at := concrete(t, f.Fields[0], 0).(time.Time); !at.Equal(time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC)) {
		t.Errorf("seconds since the epoch: got %s", at)
	}
	if v := concrete(t, f.Fields[2], 0); v != 1.0 {
		t.Errorf("a boolean is drawn as 1, got %v", v)
	}
}

func TestARepeatedColumnNameIsKept(t *testing.T) {
	t.Parallel()
	f := run(t, pgtest.New(t), query.Table, "SELECT 1 AS a, 2 AS a")
	if len(f.Fields) != 2 || f.Fields[0].Name != "a" || f.Fields[1].Name != "a" {
		t.Errorf("got %v", f.Fields)
	}
}

func TestNoRowsIsAFrameWithoutFields(t *testing.T) {
	t.Parallel()
	f := run(t, pgtest.New(t), query.TimeSeries, "SELECT now() AS time, 1 AS v WHERE false")
	if len(f.Fields) != 0 || f.Meta.ExecutedQueryString == "" {
		t.Errorf("got %v, meta %+v", f.Fields, f.Meta)
	}
}

func TestRowsBeyondTheLimitAreCutAndThatIsSaid(t *testing.T) {
	t.Parallel()
	pool := pgtest.New(t)
	r := query.NewRunner(pool, query.Options{MaxRows: 10})
	for range 3 { // the connection must stay usable after a query was cancelled
		f, err := r.Query(t.Context(), "SELECT generate_series(1, 5000000) AS n", query.Table, nil)
		if err != nil {
			t.Fatal(err)
		}
		if f.Rows() != 10 || len(f.Meta.Notices) != 1 || !strings.Contains(f.Meta.Notices[0].Text, "first 10 rows") {
			t.Errorf("got %d rows, notices %v", f.Rows(), f.Meta.Notices)
		}
	}
	f, err := r.Query(t.Context(), "SELECT generate_series(1, 10) AS n", query.Table, nil)
	if err != nil || f.Rows() != 10 || len(f.Meta.Notices) != 0 {
		t.Errorf("exactly the limit: got %v, %v", f, err)
	}
}

// A query may return rows without end, or rows as large as the memory.
func TestAnAnswerThatIsTooLargeIsCut(t *testing.T) {
	t.Parallel()
	pool := pgtest.New(t)
	r := query.NewRunner(pool, query.Options{MaxBytes: 1 << 20})
	for sql, rows := range map[string]int{
		"SELECT repeat('x', 100000) AS v FROM generate_series(1, 100000)":                          10,
		"SELECT n, repeat('x', 500000) AS a, repeat('y', 50000) AS b FROM generate_series(1, 4) n": 1,
		"SELECT ARRAY[repeat('x', 300000), repeat('y', 300000)] AS v FROM generate_series(1, 100)": 1,
		"SELECT repeat('x', 100000) AS v FROM generate_series(1, 10)":                              10, // all of it
	} {
		f, err := r.Query(t.Context(), sql, query.Table, nil)
		if err != nil {
			t.Fatalf("%s: %v", sql, err)
		}
		told := len(f.Meta.Notices) == 1 && strings.Contains(f.Meta.Notices[0].Text, "together they have 1 MiB")
		if f.Rows() != rows || told == strings.Contains(sql, "(1, 10)") {
			t.Errorf("%s: %d rows, %v", sql, f.Rows(), f.Meta.Notices)
		}
	}
	for _, sql := range []string{"SELECT repeat('x', 2000000) AS v", "SELECT 1 AS n, repeat('x', 100000000) AS v", "SELECT string_agg(repeat('x', 1000), '') AS v FROM generate_series(1, 5000)"} {
		if _, err := r.Query(t.Context(), sql, query.Table, nil); err == nil || !strings.HasPrefix(err.Error(), "One row of the query has more than 1 MiB") {
			t.Errorf("%s: %v", sql, err)
		}
		if f, err := r.Query(t.Context(), "SELECT 1 AS v", query.Table, nil); err != nil || f.Rows() != 1 {
			t.Errorf("after %s the next query fails: %v", sql, err)
		}
	}
}

func TestErrorsAreSentences(t *testing.T) {
	t.Parallel()
	pool := pgtest.New(t)
	if _, err := pool.Exec(t.Context(), "CREATE TABLE t (v int)"); err != nil {
		t.Fatal(err)
	}
	for _, tc := range []struct{ sql, format, code, want string }{
		{"SELECT * FROM nowhere", query.Table, "42P01", `The table "nowhere" does not exist in the database (42P01).`},
		{"SELECT * FROM made_up.cars", query.Table, "42P01", `The table "made_up.cars" does not exist in the database (42P01).`},
		{"SELECT x.v FROM t", query.Table, "42P01", `missing FROM-clause entry for table "x"`},
		{"SELECT 1/0 AS v", query.Table, "22012", "division by zero"},
		{"INSERT INTO t VALUES (1)", query.Table, "25006", "a panel may only read"},
		{"SELECT 1; DROP TABLE t", query.Table, "42601", "more than one statement"},
		{"SELECT 1 AS v", query.TimeSeries, "", `no column "time"`},
		{"SELECT 'x' AS time", query.Table, "", "neither times nor numbers"},
		{"SELECT 'infinity'::timestamptz AS time", query.Table, "", "infinity"},
		{"SELECT NULL::timestamptz AS time, 'a' AS l, 1.0 AS v", query.TimeSeries, "", "has no time"},
		{"SELECT t AS time, 'a' AS l, 1.0 AS v FROM (VALUES (timestamptz '2025-01-02'), ('2025-01-01')) x(t)", query.TimeSeries, "", "ORDER BY time"},
	} {
		t.Run(tc.sql, func(t *testing.T) {
			_, err := query.NewRunner(pool, query.Options{}).Query(t.Context(), tc.sql, tc.format, nil)
			var e *query.Error
			if !errors.As(err, &e) || e.Code != tc.code || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("%s: got %v, want %q", tc.sql, err, tc.want)
			}
		})
	}
}

func TestASlowQueryIsEnded(t *testing.T) {
	t.Parallel()
	r := query.NewRunner(pgtest.New(t), query.Options{Timeout: 50 * time.Millisecond})
	_, err := r.Query(t.Context(), "SELECT pg_sleep(60)", query.Table, nil)
	if err == nil || !strings.Contains(err.Error(), "took longer than 50ms") {
		t.Errorf("got %v", err)
	}
}

func TestACancelledRequestEndsTheQuery(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := query.NewRunner(pgtest.New(t), query.Options{}).Query(ctx, "SELECT 1", query.Table, nil)
	if err == nil || !strings.Contains(err.Error(), "cancelled") {
		t.Errorf("got %v", err)
	}
}

func TestAMissingDatabaseIsToldApartAndShowsNoSecrets(t *testing.T) {
	t.Parallel()
	pool, err := pgxpool.New(t.Context(), "postgres://someone:secret@127.0.0.1:1/db?connect_timeout=2")
	if err != nil {
		t.Fatal(err)
	}
	defer pool.Close()
	_, err = query.NewRunner(pool, query.Options{}).Query(t.Context(), "SELECT 1", query.Table, nil)
	var away *query.UnreachableError
	if !errors.As(err, &away) {
		t.Fatalf("got %v", err)
	}
	for _, secret := range []string{"secret", "someone", "127.0.0.1"} {
		if strings.Contains(err.Error(), secret) {
			t.Errorf("%q stands in %q", secret, err)
		}
	}
}
