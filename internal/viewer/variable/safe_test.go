package variable_test

import (
	"math/rand/v2"
	"strings"
	"testing"

	"macrowatch/internal/testkit/paneltest"
	"macrowatch/internal/testkit/testenv"
)

// hostile are texts that would become SQL if they were pasted into a statement.
func hostile() []string {
	return []string{"", "plain", "it's", "'", "''", "'''", `\`, `\'`, `\\'`, "' OR '1'='1", "'; DROP TABLE t; --", "' || version() || '", "x' UNION SELECT 'y", "-- x", "/* x", "*/ x",
		"a\nb", "'\n'", "'\n' || 'b", "$$", "$tag$ x $tag$", "$1", "U&'x'", `E'\''`, "'::text || '", "\u2019 ' \u02bc", "%' OR 1=1 OR '", `"`, `"; x`, "(", "a,b", "{a}", "$__timeFrom()",
		"$__timeFilter(x)", "$__timeGroup(a,'5m')", "' || $__timeFrom() || '", "${x}", "$x", "[[x]]", "${__from}", "$__interval",
		"é 日本 😀", "\t", strings.Repeat("'", 99), "\x01\x02", "'||pg_sleep(9)||'"}
}

func TestAReadersTextStaysAText(t *testing.T) {
	t.Parallel()
	b := paneltest.New(t)
	const box = `{"name": "x", "type": "textbox", "query": "start"}`
	plain := func(s string) string { return s }
	for _, tc := range []struct {
		sql  string
		list []string
		want func(string) string
	}{
		{"SELECT '$x' AS v", []string{box}, plain},
		{"SELECT ${x:sqlstring} AS v", []string{box}, plain},
		{"SELECT 'a ${x} b'  AS v", []string{box}, func(s string) string { return "a " + s + " b" }},
		{"SELECT '${x:raw}' || '[[x:csv]]' AS v", []string{box}, func(s string) string { return s + s }},
		{"SELECT concat('<', ${x:sqlstring}, '>') /* ' */ AS v", []string{box}, func(s string) string { return "<" + s + ">" }},
		{`SELECT E'it\'s' || '$x' || $q$'$q$ || "c" AS v FROM (SELECT '''' AS "c") y`, []string{box}, func(s string) string { return "it's" + s + "''" }},
		// Choices that were computed from a reader's text are no safer.
		{"SELECT '$y' AS v", []string{box, `{"name": "y", "type": "query", "query": "SELECT '$x' AS a"}`}, plain},
		{"SELECT y AS v FROM unnest(ARRAY[$y]) y LIMIT 1", []string{box, `{"name": "y", "type": "query", "multi": true, "query": "SELECT ${x:sqlstring}"}`}, plain},
		{"SELECT '$z' AS v", []string{`{"name": "z", "type": "query", "query": "SELECT '$y'"}`, `{"name": "y", "type": "query", "query": "SELECT '$x'"}`, box}, plain},
	} {
		t.Run(tc.sql, func(t *testing.T) {
			for _, value := range hostile() {
				want := tc.want(value)
				if got := stat(b, withVariables(tc.sql, tc.list...), map[string][]string{"x": {value}}); got != want && !(want == "" && got == "No data") {
					t.Errorf("%s with %q: got %q, want %q", tc.sql, value, got, want)
				}
			}
		})
	}
}

func TestAReadersTextIsRefusedWhereItWouldBeSQL(t *testing.T) {
	t.Parallel()
	b := paneltest.New(t)
	box := `{"name": "x", "type": "textbox", "query": "1"}`
	made := `{"name": "y", "type": "custom", "query": "uno,$x"}`
	for _, sql := range []string{
		"SELECT $x AS v", "SELECT ${x:raw} AS v", "SELECT ${x:csv} AS v", "SELECT ${x:regex} AS v", "SELECT ${x:text} AS v",
		"SELECT ${x:json} AS v", "SELECT ${x:singlequote} AS v", "SELECT ${x:doublequote} AS v",
		"SELECT '${x:sqlstring}' AS v", "SELECT '${x:singlequote}' AS v", "SELECT E'$x' AS v", "SELECT e'a' || E'\\'$x' AS v",
		"SELECT U&'$x' AS v", "SELECT N'$x' AS v", "SELECT B'$x' AS v", "SELECT X'$x' AS v",
		"SELECT $$ $x $$ AS v", "SELECT $a$ $x $a$ AS v", "SELECT 1 AS \"$x\"", "SELECT 1 AS v -- $x", "SELECT 1 /* $x */ AS v",
		"SELECT 1 /* /* */ $x */ AS v", "SELECT E'a'\n'$x' AS v", "SELECT E'a' -- '\n '$x' AS v",
		"SELECT E${x:sqlstring} AS v", "SELECT U&${x:sqlstring} AS v", "SELECT E'a'\n${x:sqlstring} AS v", "SELECT 'a'${x:sqlstring} AS v",
		"SELECT ${x:sqlstring}'a' AS v", "SELECT ${x:sqlstring}\n'a' AS v",
		"SELECT date${x:sqlstring} AS v", "SELECT 'say ''$x''' AS v", "SELECT query_to_xml('SELECT $x', true, true, '') AS v",
		"SELECT dblink('x', '$x') AS v", "SELECT $__timeFilter($x) AS v",
		"SELECT $__timeGroup(now(), '$x') AS v", "SELECT $y AS v", "SELECT ${y:csv} AS v", "SELECT 1 AS v ORDER BY $y",
	} {
		t.Run(sql, func(t *testing.T) {
			got := stat(b, withVariables(sql, box, made), map[string][]string{"x": {"one"}})
			if !strings.HasPrefix(got, "error: ") || strings.Contains(got, "refused the query") || strings.Contains(got, "\x00") {
				t.Errorf("%s: got %q", sql, got)
			}
		})
	}
}

// The test puts statements together at random, with a reader's text somewhere in them. Either the text is refused, or a
// hostile text gives the same statement as a harmless one.
func TestNoStatementChangesItsShapeWithAReadersText(t *testing.T) {
	t.Parallel()
	b := paneltest.New(t)
	r := rand.New(rand.NewPCG(9, 4))
	terms := []string{"'$x'", "'$x'", "${x:sqlstring}", "'b'", "E'\\''", "$$'$$", "$a$''$a$", "'a''b'", "'a\\'", "E'$x'", "$x", "'", "\"",
		"(('c'))", "U&'d'", "e'\\\\'", "E'f'\n'$x'", "'g'\n'$x'", "N'h'"}
	joins := []string{" || ", "||", "\n||\n", " || -- '\n", " /* ' /* \" */ */ || ", "\n", " ", "", " || /* ", " */ || ", " -- "}
	const box = `{"name": "x", "type": "textbox", "query": "1"}`
	accepted := 0
	statements := testenv.Scaled(1500, 12_000)
	for range statements {
		var sql strings.Builder
		sql.WriteString("SELECT 'start'")
		for range 1 + r.IntN(4) {
			sql.WriteString(joins[r.IntN(len(joins))] + terms[r.IntN(len(terms))])
		}
		text := withVariables(sql.String(), box)
		harmless := stat(b, text, map[string][]string{"x": {"harmless"}})
		if strings.HasPrefix(harmless, "error: ") || !strings.Contains(harmless, "harmless") {
			continue
		}
		accepted++
		value := hostile()[r.IntN(len(hostile()))]
		if got := stat(b, text, map[string][]string{"x": {value}}); got != strings.ReplaceAll(harmless, "harmless", value) {
			t.Errorf("%q with %q: got %q beside %q", sql.String(), value, got, harmless)
		}
	}
	if accepted < statements/20 {
		t.Errorf("only %d of %d statements were compared", accepted, statements)
	}
	t.Logf("%d statements took a hostile text for a text", accepted)
}
