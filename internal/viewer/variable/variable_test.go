package variable_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"testing"

	"macrowatch/internal/testkit/paneltest"
	"macrowatch/internal/viewer/annotation"
	"macrowatch/internal/viewer/model"
	"macrowatch/internal/viewer/render"
	"macrowatch/internal/viewer/variable"
	"macrowatch/internal/viewer/view"
)

// withVariables returns a dashboard with variables, and with one stat that shows the result of sql as a text.
func withVariables(sql string, list ...string) string {
	return `{"templating": {"list": [` + strings.Join(list, ",") + `]},` +
		paneltest.OnePanel("stat", sql, `"options": {"reduceOptions": {"fields": "/.*/"}}`)[1:]
}

// stat returns the value that such a dashboard shows, or its error.
func stat(b paneltest.Bench, text string, given map[string][]string) string {
	b.TB.Helper()
	r := paneltest.Request()
	r.Variables = given
	p := b.Render(text, r)
	if p.Error != "" {
		return "error: " + p.Error
	}
	return p.View.Stat.Items[0].Value.Text
}

// resolved computes a dashboard's variables, which must be possible.
func resolved(b paneltest.Bench, given map[string][]string, list ...string) []view.Variable {
	b.TB.Helper()
	r := paneltest.Request()
	r.Variables = given
	out, _, err := variable.Resolve(b.TB.Context(), paneltest.Runner(b.Pool), b.Dashboard(withVariables("SELECT 1", list...)), r)
	if err != nil {
		b.TB.Fatal(err)
	}
	return out.Variables
}

// choices writes a variable as "text=value text=value -> current (text)".
func choices(v view.Variable) string {
	var all []string
	for _, o := range v.Options {
		if o.Text == o.Value {
			all = append(all, o.Text)
		} else {
			all = append(all, o.Text+"="+o.Value)
		}
	}
	out := strings.Join(all, " ") + " -> " + strings.Join(v.Current, ",")
	if v.Text != strings.Join(v.Current, ",") {
		out += " (" + v.Text + ")"
	}
	if v.Error != "" {
		out += " error: " + v.Error
	}
	return out
}

func TestAQuerysRowsAreChoices(t *testing.T) {
	t.Parallel()
	b := paneltest.New(t)
	const steps = `"query": "SELECT s FROM (VALUES ('fred-2'), ('bcb-10'), (NULL), ('fred-2'), ('Bcb-1')) x(s)"`
	for rest, want := range map[string]string{
		steps: "fred-2 bcb-10  Bcb-1 -> fred-2",
		steps + `, "sort": 1, "includeAll": true`:               " Bcb-1 bcb-10 fred-2 -> $__all (All)",
		steps + `, "sort": 2`:                                   "fred-2 bcb-10 Bcb-1  -> fred-2",
		steps + `, "sort": 3`:                                   " Bcb-1 fred-2 bcb-10 -> ",
		steps + `, "sort": 4`:                                   "bcb-10 fred-2 Bcb-1  -> bcb-10",
		steps + `, "sort": 5`:                                   " Bcb-1 bcb-10 fred-2 -> ",
		steps + `, "sort": 6`:                                   "fred-2 bcb-10 Bcb-1  -> fred-2",
		steps + `, "sort": 7`:                                   " Bcb-1 bcb-10 fred-2 -> ",
		steps + `, "sort": 8`:                                   "fred-2 bcb-10 Bcb-1  -> fred-2",
		steps + `, "regex": "/^[a-z]/"`:                         "fred-2 bcb-10 -> fred-2",
		steps + `, "regex": "fred.*"`:                           "fred-2 -> fred-2",
		steps + `, "regex": "/-(\\d+)$/"`:                       "2 10 1 -> 2",
		steps + `, "regex": "/^(?<text>\\w+)-(?<value>\\d+)$/"`: "fred=2 bcb=10 Bcb=1 -> 2 (fred)",
		steps + `, "regex": "/(?<value>\\d+)/"`:                 "2 10 1 -> 2",
		steps + `, "regex": "/([a-z])[a-z]/g"`:                  "f e b c -> f",
		steps + `, "regex": "/(?=x)/"`:                          ` ->  error: "/(?=x)/" is not a regular expression that can be read here.`,
		`"query": {"rawSql": "SELECT 'T' || n AS __text, n AS __value FROM generate_series(1, 3) n", "refId": "A"}`:               "T1=1 T2=2 T3=3 -> 1 (T1)",
		`"query": "SELECT 'T' AS __text, n AS __value FROM generate_series(1, 3) n"`:                                              "T=1 -> 1 (T)",
		`"query": "SELECT n, 10 * n AS __value FROM generate_series(1, 2) n"`:                                                     "1 2 10 20 -> 1",
		`"query": "SELECT count(*) FROM generate_series(timestamp '2025-05-29', '2025-06-02', '1 day') g WHERE $__timeFilter(g)"`: "1 -> 1",
		`"query": "SELECT 1 WHERE false"`:                                                " -> ",
		`"query": "SELECT 1 WHERE false", "includeAll": true, "current": {"value": "x"}`: " -> $__all (All)",
		`"query": ""`:                " -> ",
		`"query": "SELECT nonsense"`: ` ->  error: The database refused the query (42703): column "nonsense" does not exist.`,
		`"query": "SELECT 1", "datasource": {"type": "prometheus"}`: ` ->  error: Its query goes to a datasource of the type "prometheus"; only PostgreSQL is supported.`,
	} {
		t.Run(rest, func(t *testing.T) {
			v := resolved(b, nil, `{"name": "x", "type": "query", `+rest+`}`)[0]
			if got := choices(v); got != want {
				t.Errorf("%s:\n got %s\nwant %s", rest, got, want)
			}
		})
	}
}

func TestListsIntervalsConstantsAndTextBoxesAreReadAsGrafanaDoes(t *testing.T) {
	t.Parallel()
	b := paneltest.New(t)
	for text, want := range map[string]string{
		`"type": "custom", "query": "a, b c ,d\\,e, Long name : v, x:y, "`:                                                                    "a b c d,e Long name=v x:y  -> a",
		`"type": "custom", "query": "1,2,3", "current": {"value": "2", "text": "2"}`:                                                          "1 2 3 -> 2",
		`"type": "custom", "query": "one : 1,two : 2", "current": {"value": "old", "text": "two"}`:                                            "one=1 two=2 -> 2 (two)",
		`"type": "custom", "query": "1,2,3", "current": {"value": "9"}`:                                                                       "1 2 3 -> 1",
		`"type": "custom", "query": "1,2,3", "current": {"value": "9"}, "includeAll": true`:                                                   "1 2 3 -> $__all (All)",
		`"type": "custom", "query": "1,2,3", "multi": true, "current": {"value": ["3", "9", "1"]}`:                                            "1 2 3 -> 3,1 (3 + 1)",
		`"type": "custom", "query": "1,2,3", "multi": true, "includeAll": true, "current": {"value": ["$__all"], "text": ["All"]}`:            "1 2 3 -> $__all (All)",
		`"type": "custom", "query": "1,2,3", "current": {"value": "$__all"}`:                                                                  "1 2 3 -> 1",
		`"type": "interval", "query": "1m,10m,\"1 d\", 7d", "current": {"value": "10m"}`:                                                      "1m 10m 1 d 7d -> 10m",
		`"type": "interval", "query": "1m,10m", "auto": true, "auto_count": 24, "auto_min": "1m", "current": {"value": "$__auto_interval_x"}`: "Auto=$__auto 1m 10m -> $__auto (Auto)",
		`"type": "interval", "query": "1m,10m", "auto": true, "current": {"value": "3h"}`:                                                     "Auto=$__auto 1m 10m -> 1m",
		`"type": "constant", "query": "7y", "hide": 2`:                                                                                        " -> 7y",
		`"type": "textbox", "query": "abc"`:                                                                                                   " -> abc",
		`"type": "textbox", "query": "abc", "current": {"value": "d'e"}`:                                                                      " -> d'e",
		`"type": "datasource", "query": "postgres", "current": {"value": "p"}`:                                                                ` ->  error: Variables of the kind "datasource" are not supported.`,
	} {
		t.Run(text, func(t *testing.T) {
			v := resolved(b, nil, `{"name": "x", `+text+`}`)[0]
			if got := choices(v); got != want {
				t.Errorf("%s:\n got %s\nwant %s", text, got, want)
			}
		})
	}
	v := resolved(b, nil, `{"name": "x", "label": "Ex", "description": "d", "type": "custom", "query": "a", "multi": true, "includeAll": true, "hide": 1}`,
		`{"name": "y", "type": "constant", "query": "a", "hide": 2}`)
	v[0].Options = nil
	if got := fmt.Sprintf("%+v", v); got != "[{Name:x Label:Ex Kind:custom Hide:label Description:d Multi:true IncludeAll:true Options:[] Current:[$__all] Text:All Error:} "+
		"{Name:y Label:y Kind:constant Hide:variable Description: Multi:false IncludeAll:false Options:[] Current:[a] Text:a Error:}]" {
		t.Errorf("got %s", got)
	}
}

func TestTheAddressChoosesAmongTheChoices(t *testing.T) {
	t.Parallel()
	b := paneltest.New(t)
	const many = `{"name": "x", "type": "custom", "query": "one : 1,2,3", "multi": true, "includeAll": true, "current": {"value": ["2"]}}`
	for address, want := range map[string]string{
		`{}`: "2", `{"x": [""]}`: "2", `{"x": ["1"]}`: "1 (one)", `{"x": ["one", "3"]}`: "1,3 (one + 3)", `{"x": ["3", "3", "2"]}`: "3,2 (3 + 2)",
		`{"x": ["$__all"]}`: "$__all (All)", `{"x": ["All"]}`: "$__all (All)", `{"x": ["2", "$__all"]}`: "$__all (All)", `{"x": ["$__all", "2"]}`: "2",
		`{"y": ["1"]}`: "2",
	} {
		t.Run(address, func(t *testing.T) {
			var given map[string][]string
			if err := json.Unmarshal([]byte(address), &given); err != nil {
				t.Fatal(err)
			}
			if got := choices(resolved(b, given, many)[0]); got != "one=1 2 3 -> "+want {
				t.Errorf("%s: got %s, want %s", address, got, want)
			}
		})
	}
	own := `{"name": "x", "type": "custom", "query": "1,2", "includeAll": true, "allValue": ".*"}`
	if got := choices(resolved(b, map[string][]string{"x": {".*"}}, own)[0]); got != "1 2 -> $__all (All)" {
		t.Errorf("the value for all: %s", got)
	}
}

func TestAValueThatIsNoChoiceIsRefused(t *testing.T) {
	t.Parallel()
	b := paneltest.New(t)
	for text, want := range map[string]string{
		`"type": "custom", "query": "a,b"`:                                   `the variable "x" has no value "1; DROP TABLE t"; its values are: a, b`,
		`"type": "custom", "query": "a,b", "multi": true`:                    `the variable "x" has no value "1; DROP TABLE t"; its values are: a, b`,
		`"type": "query", "query": "SELECT 'a'"`:                             `the variable "x" has no value "1; DROP TABLE t"; its values are: a`,
		`"type": "query", "query": "SELECT 'a' WHERE false"`:                 `the variable "x" has no value "1; DROP TABLE t": it has none at all`,
		`"type": "interval", "query": "1m,1h"`:                               `the variable "x" has no value "1; DROP TABLE t"; its values are: 1m, 1h`,
		`"type": "constant", "query": "a"`:                                   `the variable "x" is a constant and can't be changed`,
		`"type": "query", "query": "SELECT n FROM generate_series(1, 30) n"`: `11, 12, 13, 14, 15, 16, 17, 18, 19, 20, …`,
	} {
		t.Run(text, func(t *testing.T) {
			r := paneltest.Request()
			r.Variables = map[string][]string{"x": {"1; DROP TABLE t"}}
			d := b.Dashboard(withVariables("SELECT '$x' AS v", `{"name": "x", `+text+`}`))
			_, _, err := variable.Resolve(t.Context(), paneltest.Runner(b.Pool), d, r)
			if bad := new(variable.Error); !errors.As(err, &bad) || !strings.Contains(err.Error(), want) {
				t.Errorf("%s: got %v, want %s", text, err, want)
			}
			// A panel refuses it too if its request was not resolved before.
			if p := render.Panel(t.Context(), paneltest.Runner(b.Pool), d, 1, r, annotation.Marks{}); !strings.Contains(strings.ToLower(p.Error),
				strings.ToLower(want)) {
				t.Errorf("%s: a panel says %q and shows %+v", text, p.Error, p.View)
			}
		})
	}
	for _, text := range []string{`"type": "custom", "query": "a,b"`, `"type": "textbox"`, `"type": "interval", "query": "a,b"`, `"type": "constant", "query": "a"`} {
		t.Run("two values for "+text, func(t *testing.T) {
			r := paneltest.Request()
			r.Variables = map[string][]string{"x": {"a", "b"}}
			_, _, err := variable.Resolve(t.Context(), paneltest.Runner(b.Pool), b.Dashboard(withVariables("SELECT 1", `{"name": "x", `+text+`}`)), r)
			if err == nil {
				t.Errorf("%s takes two values", text)
			}
		})
	}
	r := paneltest.Request()
	for _, bad := range []string{"a\x00b", "\xff"} {
		t.Run(strconv.Quote(bad), func(t *testing.T) {
			r.Variables = map[string][]string{"x": {bad}}
			if _, _, err := variable.Resolve(t.Context(), paneltest.Runner(b.Pool), b.Dashboard(withVariables("SELECT 1", `{"name": "x", "type": "textbox"}`)), r); err == nil {
				t.Errorf("%q is taken for a text", bad)
			}
		})
	}
}

func TestChoicesThatDependOnOthersAreFoundInOrder(t *testing.T) {
	t.Parallel()
	b := paneltest.New(t)
	list := []string{
		`{"name": "host", "type": "query", "query": "SELECT '$region-' || n || '$suffix' FROM generate_series(1, 2) n WHERE '$region' IN ($regions)", "regex": "/^($region)-(?<value>.*)$/"}`,
		`{"name": "region", "type": "query", "query": "SELECT unnest(ARRAY[$regions])", "sort": 2}`,
		`{"name": "regions", "type": "custom", "query": "EU,US", "multi": true, "includeAll": true, "current": {"value": "$__all"}}`,
		`{"name": "suffix", "type": "constant", "query": "s"}`,
	}
	got := resolved(b, nil, list...)
	if choices(got[0]) != "1s 2s -> 1s" || choices(got[1]) != "US EU -> US" {
		t.Errorf("got %s and %s", choices(got[0]), choices(got[1]))
	}
	if got := stat(b, withVariables("SELECT '$region/$host' AS v", list...), map[string][]string{"regions": {"EU"}}); got != "EU/1s" {
		t.Errorf("got %s", got)
	}
	ring := resolved(b, nil, `{"name": "a", "type": "query", "query": "SELECT '$b'"}`, `{"name": "b", "type": "query", "query": "SELECT '$a'"}`,
		`{"name": "c", "type": "custom", "query": "1,$c"}`)
	for i, want := range []string{"It refers to itself.", `The variable "a": it refers to itself.`, "It refers to itself."} {
		if ring[i].Error != want {
			t.Errorf("%s: %q, want %q", ring[i].Name, ring[i].Error, want)
		}
	}
}

// If the choices of a query have changed, the bar takes another one, as Grafana's does. A panel never takes a value that is
// not a choice.
func TestTheBarFallsBackWhereAQuerysChoicesHaveChanged(t *testing.T) {
	t.Parallel()
	b := paneltest.New(t)
	d := b.Dashboard(withVariables("SELECT '$host' AS v", `{"name": "region", "type": "custom", "query": "EU,US"}`,
		`{"name": "host", "type": "query", "query": "SELECT '$region' || n FROM generate_series(1, 2) n"}`))
	r := paneltest.Request()
	r.Variables = map[string][]string{"region": {"US"}, "host": {"EU2"}}
	offered, err := variable.Offer(t.Context(), paneltest.Runner(b.Pool), d, r)
	if err != nil || choices(offered.Variables[1]) != "US1 US2 -> US1" {
		t.Errorf("got %+v, %v", offered, err)
	}
	if p := render.Panel(t.Context(), paneltest.Runner(b.Pool), d, 1, r, annotation.Marks{}); !strings.Contains(p.Error, `no value "EU2"`) {
		t.Errorf("the panel shows %+v %q", p.View, p.Error)
	}
	r.Variables["region"] = []string{"Mars"}
	if _, err := variable.Offer(t.Context(), paneltest.Runner(b.Pool), d, r); err == nil {
		t.Error("a list takes what is not in it")
	}
}

func TestValuesReachQueriesTitlesAndRanges(t *testing.T) {
	t.Parallel()
	b := paneltest.New(t)
	for _, tc := range []struct{ sql, list, given, want string }{
		{"SELECT (SELECT string_agg(s, '|') FROM unnest(ARRAY[$x]) s)", `{"name": "x", "type": "custom", "query": "a,it's", "multi": true, "includeAll": true}`, "$__all", "a|it's"},
		{"SELECT (SELECT string_agg(s, '|') FROM unnest(ARRAY[$x]) s)", `{"name": "x", "type": "custom", "query": "a,b", "includeAll": true}`, "b", "b"},
		{"SELECT '$x'", `{"name": "x", "type": "custom", "query": "it's,b"}`, "it's", "it's"},
		{"SELECT $x", `{"name": "x", "type": "custom", "query": "a,b", "includeAll": true, "allValue": "'all of ' || '${__from:date:seconds}'"}`, "$__all", "all of 1748520000"},
		{"SELECT '${x:text}'", `{"name": "x", "type": "custom", "query": "One : 1", "includeAll": true, "allValue": "'"}`, "$__all", "All"},
		{"SELECT '$x'", `{"name": "x", "type": "interval", "query": "1m", "auto": true, "auto_count": 24, "auto_min": "1m"}`, "$__auto", "1h"},
		{"SELECT '$x'", `{"name": "x", "type": "interval", "query": "1m", "auto": true, "auto_count": 10000, "auto_min": "5m"}`, "$__auto_interval_x", "5m"},
		{"SELECT '$__timezone'", `{"name": "x", "type": "constant", "query": ""}`, "", "UTC"},
		{"SELECT '${x:json}'", `{"name": "x", "type": "custom", "query": "a,b", "multi": true}`, "b", `["b"]`},
		{"SELECT '${x:json}'", `{"name": "x", "type": "custom", "query": "a,b"}`, "b", `b`},
	} {
		t.Run(tc.sql+" of "+tc.list, func(t *testing.T) {
			given := map[string][]string{}
			if tc.given != "" {
				given["x"] = []string{tc.given}
			}
			if got := stat(b, withVariables(tc.sql+" AS v", tc.list), given); got != tc.want {
				t.Errorf("%s of %s: got %s, want %s", tc.sql, tc.list, got, tc.want)
			}
		})
	}
	text := strings.Replace(withVariables("SELECT 1 AS v", `{"name": "history", "type": "query", "hide": 2, "query": "SELECT '7' || 'd'"}`),
		`"title": "T"`, `"title": "Over $history", "timeFrom": "$history"`, 1)
	p := b.Render(text, paneltest.Request())
	if p.Title != "Over 7d" || p.Range.From != paneltest.Noon().AddDate(0, 0, -7).UnixMilli() {
		t.Errorf("got %q and %+v, %s", p.Title, p.Range, p.Error)
	}
	broken := strings.Replace(text, "SELECT '7'", "SELECT nonsense", 1)
	if p := b.Render(broken, paneltest.Request()); !strings.HasPrefix(p.Error, `The variable "history": `) {
		t.Errorf("a variable without a value gives %q", p.Error)
	}
	if got := stat(b, withVariables("SELECT 'fine' AS v", `{"name": "x", "type": "query", "query": "SELECT nonsense"}`), map[string][]string{"x": {"y"}}); got != "fine" {
		t.Errorf("a panel that does not use a broken variable says %s", got)
	}
}

func TestARepeatedPanelSaysThatItIsNotRepeated(t *testing.T) {
	t.Parallel()
	b := paneltest.New(t)
	paneltest.WantNotice(t, b.View("table", "SELECT 1", `"repeat": "step"`), `Repeating is not supported: this stands once for all values of "step".`)
}

// Each variable of a chain may name the one before it twice. The text must not grow without end.
func TestChainsOfVariablesDoNotFillTheMemory(t *testing.T) {
	t.Parallel()
	chain := func(first, next string) []string {
		all := []string{fmt.Sprintf(`{"name": "v0", "type": "custom", "multi": true, "includeAll": true, "current": {"value": "$__all"}, "query": %q}`, first)}
		for i := 1; i < 60; i++ {
			all = append(all, fmt.Sprintf(`{"name": "v%d", "type": "custom", "multi": true, "includeAll": true, "current": {"value": "$__all"}, "query": %q}`, i, strings.ReplaceAll(next, "$", fmt.Sprintf("$v%d", i-1))))
		}
		return all
	}
	for name, variables := range map[string][]string{
		"doubled texts": chain("xxxxxxxxxx", "$$"),
		"tenfold":       chain("xxxxxxxxxx", "$$$$$$$$$$"),
		"longer lists":  chain("a,b,c", "$,$"),
	} {
		d, err := model.Parse([]byte(withVariables("SELECT '$v59'", variables...)))
		if err != nil {
			t.Fatal(err)
		}
		offered, _, err := variable.Resolve(t.Context(), nil, d, paneltest.Request())
		if err != nil {
			t.Fatal(err)
		}
		size, faults := 0, 0
		for _, v := range offered.Variables {
			for _, o := range v.Options {
				size += len(o.Text)
			}
			if v.Error != "" {
				faults++
			}
		}
		if size > 64<<20 || name != "longer lists" && faults == 0 {
			t.Errorf("%s: the choices have %d bytes, and %d variables say that they are too long", name, size, faults)
		}
	}
	d, err := model.Parse([]byte(withVariables("SELECT 1", `{"name": "many", "type": "custom", "query": "`+strings.Repeat("x,", 10_001)+`"}`)))
	if err != nil {
		t.Fatal(err)
	}
	offered, err := variable.Offer(t.Context(), nil, d, paneltest.Request())
	if err != nil || !strings.Contains(offered.Variables[0].Error, "more than 10000 choices") {
		t.Errorf("%v %v", offered.Variables[0].Error, err)
	}
}
