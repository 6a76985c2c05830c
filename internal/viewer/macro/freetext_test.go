package macro_test

import (
	"errors"
	"strconv"
	"strings"
	"testing"

	"macrowatch/internal/viewer/macro"
)

// boxed is a context with a text box x that holds value.
func boxed(value string) macro.Context {
	c := context()
	c.Variables = map[string]macro.Variable{
		"x":    {Values: []string{value}, Free: true},
		"list": {Values: []string{value, "b"}, Multi: true, List: true, Free: true},
		"gone": {Problem: errors.New("its query failed")},
		"ring": {Values: []string{"a"}, All: "$ring"},
	}
	return c
}

func TestATextBoxIsAStringOrPartOfOne(t *testing.T) {
	t.Parallel()
	for sql, want := range map[string]string{
		"SELECT '$x'":                                  `SELECT 'it''s \ $__timeFrom()'`,
		"SELECT ${x:sqlstring}, '%${x:csv}%'":          `SELECT 'it''s \ $__timeFrom()', '%it''s \ $__timeFrom()%'`,
		"v IN ($list) AND $__timeFilter(t)":            `v IN ('it''s \ $__timeFrom()','b') AND t BETWEEN '2025-03-01T12:00:00Z' AND '2025-03-08T12:00:00.123456789Z'`,
		"SELECT 'a' /* ' */ || '$x' -- it's":           `SELECT 'a' /* ' */ || 'it''s \ $__timeFrom()' -- it's`,
		`SELECT date '2025-01-01', E'\'', '[[x:raw]]'`: `SELECT date '2025-01-01', E'\'', 'it''s \ $__timeFrom()'`,
	} {
		t.Run(sql, func(t *testing.T) {
			got, _, err := macro.Expand(sql, boxed(`it's \ $__timeFrom()`))
			if err != nil || got != want {
				t.Errorf("%s:\n got %s, %v\nwant %s", sql, got, err, want)
			}
		})
	}
}

func TestATextBoxAnywhereElseIsRefusedInPlainWords(t *testing.T) {
	t.Parallel()
	for sql, want := range map[string]string{
		"SELECT $x":                        `the text box "x" stands outside of quotes, where only a number may, in the query: write '$x' or ${x:sqlstring}`,
		"SELECT '$list'":                   "is quoted by its format and stands between quotes too",
		"SELECT E'$x'":                     "stands in a string with a letter before it",
		`SELECT E'\$x`:                     "stands in a string with a letter before it",
		`SELECT E'\$x'`:                    "stands in a string with a letter before it",
		`SELECT e'a\\\${x}b'`:              "stands in a string with a letter before it",
		`SELECT E'\${x:sqlstring}'`:        "stands in a string with a letter before it",
		`SELECT E'\$list', '$x'`:           "stands in a string with a letter before it",
		"SELECT E'a'\n'\\[[x]]'":           "stands in a string with a letter before it",
		"SELECT 'a ''$x'''":                "stands in a string that holds quotes",
		"SELECT 1 -- $x":                   "stands in a comment",
		`SELECT "$x"`:                      "stands in a quoted name",
		"SELECT $q$ $x $q$":                "stands in a dollar-quoted string",
		"SELECT date${x:sqlstring}":        "touches another word or string",
		"SELECT ${x:singlequote}":          "can't have the format singlequote",
		"SELECT query_to_xml('$x')":        "runs a text as SQL",
		"SELECT $__timeGroup(t, '$x')":     `"${x}" is not an interval`,
		"SELECT '$gone'":                   `the variable "gone": its query failed`,
		"SELECT $ring":                     "stands for itself",
		"SELECT '' -- '\n E'\\'' || $x --": "stands outside of quotes",
	} {
		t.Run(sql, func(t *testing.T) {
			got, _, err := macro.Expand(sql, boxed("5m"))
			if err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("%s: got %s, %v; want %q", sql, got, err, want)
			}
		})
	}
	for _, value := range []string{"a\x00b", "\xff"} {
		t.Run(strconv.Quote(value), func(t *testing.T) {
			if got, _, err := macro.Expand("SELECT '$x'", boxed(value)); err == nil {
				t.Errorf("%q: got %q", value, got)
			}
		})
	}
}

func TestATextBoxMayBeANumberWithoutQuotes(t *testing.T) {
	t.Parallel()
	for value, want := range map[string]string{"5": "SELECT 10 -5*(5)", "-5": "SELECT 10 - -5*( -5)", "0.25": "SELECT 10 -0.25*(0.25)", "007": "SELECT 10 -007*(007)"} {
		t.Run(value, func(t *testing.T) {
			if got, _, err := macro.Expand("SELECT 10 -$x*(${x:csv})", boxed(value)); err != nil || got != want {
				t.Errorf("%s: got %s, %v; want %s", value, got, err, want)
			}
		})
	}
	for _, value := range []string{"", "-", "--5", "5.", ".5", "1e5", "5 ", "5;", "0x1", "५", "5--", "+5"} {
		t.Run("refuses "+value, func(t *testing.T) {
			if got, _, err := macro.Expand("SELECT $x", boxed(value)); err == nil {
				t.Errorf("%q: got %s", value, got)
			}
		})
	}
	for _, sql := range []string{"SELECT a${x}", "SELECT 1${x}", "SELECT ${x}a", "SELECT ${x}.5", "SELECT 1.${x}", "SELECT $${x}", "SELECT ${x}${x}", "SELECT 'a'${x}", "SELECT ${x}'a'", "SELECT é${x}"} {
		t.Run(sql, func(t *testing.T) {
			if got, _, err := macro.Expand(sql, boxed("5")); err == nil {
				t.Errorf("%s: got %s", sql, got)
			}
		})
	}
}

func TestReferencesAreTheNamesInAText(t *testing.T) {
	t.Parallel()
	got := strings.Join(macro.References("$a ${b:csv} [[c]] $$d '${e' $__interval $1"), " ")
	if got != "a b c d __interval 1" {
		t.Errorf("got %s", got)
	}
}

// FuzzPlace looks for statements that make the scanner fail, or lose a part of the statement.
func FuzzPlace(f *testing.F) {
	for _, s := range []string{"SELECT '$x' -- a", "E'\\'$x'", "$$ $x", "'a'\n'$x", "/* /* ${x:sqlstring}", "U&'$x", `"$x`, "${list:csv}"} {
		f.Add(s, "it's")
	}
	f.Fuzz(func(t *testing.T, sql, value string) {
		out, _, err := macro.Expand(sql, boxed(value))
		if err != nil && out != "" {
			t.Errorf("%q: both %q and %v", sql, out, err)
		}
		if err == nil && !strings.ContainsAny(sql, "$[") && out != sql {
			t.Errorf("%q became %q", sql, out)
		}
	})
}
