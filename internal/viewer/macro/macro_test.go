package macro_test

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"macrowatch/internal/viewer/macro"
	"macrowatch/internal/viewer/timerange"
)

func context() macro.Context {
	return macro.Context{
		Range: timerange.Range{
			From: time.Date(2025, 3, 1, 9, 0, 0, 0, time.FixedZone("", -3*3600)),
			To:   time.Date(2025, 3, 8, 9, 0, 0, 123456789, time.FixedZone("", -3*3600)),
		},
		Now:      time.Date(2025, 3, 8, 12, 0, 0, 0, time.UTC),
		Interval: 10 * time.Minute,
		Variables: map[string]macro.Variable{
			"step":  {Values: []string{"fred"}},
			"name":  {Values: []string{"O'Neil"}},
			"multi": {Values: []string{"a", "b'c"}, Multi: true, List: true},
			"one":   {Values: []string{"x"}, Multi: true, List: true},
			"all":   {Values: []string{"a", "b"}, Multi: true, List: true, All: "re.$step", Text: "All", URL: []string{"$__all"}},
			"none":  {Values: []string{}, Multi: true, List: true},
			"odd":   {Values: []string{"a/b (c)", "d\"e&f g"}, Multi: true, List: true},
			"at":    {Values: []string{"1740830400000"}},
		},
	}
}

// expansions are statements, and what Grafana makes of them.
func expansions() map[string]string {
	const from, to = "'2025-03-01T12:00:00Z'", "'2025-03-08T12:00:00.123456789Z'"
	return map[string]string{
		"$__time(t)":                                                      `t AS "time"`,
		"$__timeEpoch(t)":                                                 `extract(epoch from t) as "time"`,
		"WHERE $__timeFilter(started_at) AND x":                           "WHERE started_at BETWEEN " + from + " AND " + to + " AND x",
		"$__timeFrom()":                                                   from,
		"$__timeTo()::timestamptz":                                        to + "::timestamptz",
		"$__timeGroup(t, '5m') ":                                          "floor(extract(epoch from t)/300)*300 ",
		"$__timeGroup(t,5m), x":                                           `floor(extract(epoch from t)/300)*300 AS "time", x`,
		"$__timeGroupAlias(t, $__interval)":                               `floor(extract(epoch from t)/600)*600 AS "time"`,
		"$__timeGroup(t,'1d')":                                            "floor(extract(epoch from t)/86400)*86400",
		"$__timeGroup(t,'1M')":                                            "floor(extract(epoch from t)/2.6784e+06)*2.6784e+06",
		"$__unixEpochFilter(t)":                                           "t >= 1740830400 AND t <= 1741435200",
		"$__unixEpochNanoFilter(t)":                                       "t >= 1740830400000000000 AND t <= 1741435200123456789",
		"$__unixEpochNanoFrom() $__unixEpochNanoTo()":                     "1740830400000000000 1741435200123456789",
		"$__unixEpochFrom() $__unixEpochTo()":                             "1740830400 1741435200",
		"$__unixEpochGroup(t,'5m')":                                       "floor((t)/300)*300",
		"$__unixEpochGroupAlias(t,'5m')":                                  `floor((t)/300)*300 AS "time"`,
		"$__interval $__interval_ms ${__interval}":                        "10m 600000 10m",
		"$__range $__range_s $__range_ms":                                 "604800s 604800 604800123",
		"$__from [[__to]] ${__from:date}":                                 "1740830400000 1741435200123 2025-03-01T12:00:00.000Z",
		"${__to:date:seconds}":                                            "1741435200",
		"step = '$step'":                                                  "step = 'fred'",
		"'${step}' '[[step]]' '$name'":                                    "'fred' 'fred' 'O''Neil'",
		"IN ($multi)":                                                     "IN ('a','b''c')",
		"IN ($one)":                                                       "IN ('x')",
		"${multi:csv} ${multi:pipe} ${multi:raw}":                         "a,b'c a|b'c a,b'c",
		"${multi:sqlstring} ${multi:singlequote}":                         `'a','b''c' 'a','b\'c'`,
		"${multi:doublequote} ${multi:json}":                              `"a","b'c" ["a","b'c"]`,
		"${multi:regex} ${multi:glob} ${step:regex}":                      "(a|b'c) {a,b'c} fred",
		"${multi:text} ${multi:join: or }":                                "a + b'c a or b'c",
		"${step:json} ${one:json} ${none:json} IN ($none)":                `fred ["x"] [] IN ()`,
		"${step:percentencode} ${one:percentencode} ${odd:percentencode}": "fred %7Bx%7D %7Ba%2Fb%20%28c%29%2Cd%22e%26f%20g%7D",
		"${odd:uriencode} ${name:uriencode}":                              "%7Ba/b%20%28c%29,d%22e&f%20g%7D O%27Neil",
		"${odd:regex} ${odd:lucene} ${none:lucene}":                       `(a\/b \(c\)|d"e&f g) ("a\/b\ \(c\)" OR "d\"e\&f\ g") __empty__`,
		"${odd:html} ${multi:distributed} ${none:glob}":                   "a/b (c), d&quot;e&amp;f g a,multi=b'c ",
		"${step:queryparam} ${multi:queryparam} ${all:queryparam}":        "var-step=fred var-multi=a&var-multi=b%27c var-all=$__all",
		"$all ${all:csv} ${all:text} ${all:percentencode}":                "re.fred re.fred All re.%24step",
		"${at:date} ${at:date:seconds} ${at:date:ms} ${__from:date:ms}":   "2025-03-01T12:00:00.000Z 1740830400 1740830400000 1740830400000",
		"$__timezone":                                                     "UTC",
		"$1 $unknown ${unknown} $$ $ [[x]] arr[[1]] '$'":                  "$1 $unknown ${unknown} $$ $ [[x]] arr[[1]] '$'",
		"x ~ '^a$' AND y IN (1)":                                          "x ~ '^a$' AND y IN (1)",
		"SELECT count(*) FROM t WHERE a[1] = '${step' OR":                 "SELECT count(*) FROM t WHERE a[1] = '${step' OR",
	}
}

func TestExpandWritesWhatGrafanaWrites(t *testing.T) {
	t.Parallel()
	for sql, want := range expansions() {
		t.Run(sql, func(t *testing.T) {
			got, _, err := macro.Expand(sql, context())
			if err != nil || got != want {
				t.Errorf("got %s, %v\nwant %s", got, err, want)
			}
		})
	}
}

func TestEveryMacroIsTestedAndDocumented(t *testing.T) {
	t.Parallel()
	docs, err := os.ReadFile("../../../docs/grafana-support.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range macro.Names() {
		t.Run(name, func(t *testing.T) {
			if !strings.Contains(string(docs), "`$"+name+"`") {
				t.Errorf("docs/grafana-support.md does not name `$%s`", name)
			}
			for sql := range expansions() {
				if strings.Contains(sql, "$"+name+"(") {
					return
				}
			}
			t.Errorf("expansions has no statement with $%s", name)
		})
	}
}

func TestTimeGroupIsATimeBucketOnlyWhereTimescaleExists(t *testing.T) {
	t.Parallel()
	c := context()
	c.TimescaleDB = true
	got, _, err := macro.Expand("$__timeGroup(t,'5m')", c)
	if want := "time_bucket('300.000s',t)"; err != nil || got != want {
		t.Errorf("got %s, %v; want %s", got, err, want)
	}
}

func TestTimeGroupSaysHowToFill(t *testing.T) {
	t.Parallel()
	for arg, want := range map[string]macro.Fill{
		"NULL":     {Mode: macro.FillNull, Interval: 5 * time.Minute},
		"previous": {Mode: macro.FillPrevious, Interval: 5 * time.Minute},
		"0":        {Mode: macro.FillValue, Interval: 5 * time.Minute},
		"-1.5":     {Mode: macro.FillValue, Value: -1.5, Interval: 5 * time.Minute},
	} {
		t.Run(arg, func(t *testing.T) {
			_, fill, err := macro.Expand("$__timeGroup(t,'5m',"+arg+")", context())
			if err != nil || fill == nil || *fill != want {
				t.Errorf("%s: got %+v, %v", arg, fill, err)
			}
		})
	}
}

func TestExpandRefusesWhatItDoesNotKnow(t *testing.T) {
	t.Parallel()
	for sql, want := range map[string]string{
		"$__timeGrop(t,'5m')":               "$__timeGrop is unknown",
		"$lower(x)":                         "$lower is unknown",
		"$__timeFilter()":                   "needs a time column",
		"$__timeGroup(t)":                   "needs a time column and an interval",
		"$__timeGroup(t,'fortnight')":       "not an interval",
		"$__timeGroup(t,'0s')":              "not an interval",
		"$__timeGroup(t,'5m',x)":            "fill value",
		"$__timeFilter(date_trunc('d', t))": "parenthesis",
		"${step:nonsense}":                  "not known",
		"${step:date}":                      "needs an instant",
		"SELECT \x00":                       "holds a NUL",
		"${__from:YYYY}":                    "not supported",
	} {
		t.Run(sql, func(t *testing.T) {
			if _, _, err := macro.Expand(sql, context()); err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("%s: got %v, want %q", sql, err, want)
			}
		})
	}
}

func TestIntervalRoundsAsGrafana(t *testing.T) {
	t.Parallel()
	from := time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC)
	for _, tc := range []struct {
		span    time.Duration
		points  int
		minimum time.Duration
		want    time.Duration
	}{
		{6 * time.Hour, 1000, 0, 20 * time.Second},
		{7 * 24 * time.Hour, 1000, 0, 10 * time.Minute},
		{24 * time.Hour, 1000, 0, time.Minute},
		{24 * time.Hour, 1000, time.Hour, time.Hour},
		{90 * 24 * time.Hour, 1000, 0, 2 * time.Hour},
		{5 * 365 * 24 * time.Hour, 1000, 0, 24 * time.Hour},
		{0, 1000, 0, time.Millisecond},
		{time.Hour, 0, 0, time.Hour},
	} {
		t.Run(fmt.Sprintf("%s over %d points", tc.span, tc.points), func(t *testing.T) {
			if got := macro.Interval(timerange.Range{From: from, To: from.Add(tc.span)}, tc.points, tc.minimum); got != tc.want {
				t.Errorf("%s over %d: got %s, want %s", tc.span, tc.points, got, tc.want)
			}
		})
	}
}

func FuzzExpand(f *testing.F) {
	for _, s := range []string{"$__timeFilter(x)", "${step:csv}", "[[multi]]", "$__timeGroup(t,'5m',0),", "${", "[[", "$("} {
		f.Add(s)
	}
	c := context()
	f.Fuzz(func(t *testing.T, sql string) {
		out, _, err := macro.Expand(sql, c)
		if err != nil && out != "" {
			t.Errorf("%q: both %q and %v", sql, out, err)
		}
	})
}

func TestParseMinimumReadsAPanelsInterval(t *testing.T) {
	t.Parallel()
	for s, want := range map[string]time.Duration{"10s": 10 * time.Second, ">1m": time.Minute, "1.5h": time.Hour, "30": 30 * time.Second,
		"1M": 30 * 24 * time.Hour, "500ms": 500 * time.Millisecond, "1y": 365 * 24 * time.Hour} {
		t.Run(s, func(t *testing.T) {
			if got, err := macro.ParseMinimum(s); err != nil || got != want {
				t.Errorf("%s: got %s, %v; want %s", s, got, err, want)
			}
		})
	}
	for _, s := range []string{"", "soon", "5x", "m", "9999999999y"} {
		t.Run("refuses "+s, func(t *testing.T) {
			if got, err := macro.ParseMinimum(s); err == nil {
				t.Errorf("%q: got %s", s, got)
			}
		})
	}
}
