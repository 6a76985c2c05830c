package sanitize_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"macrowatch/internal/viewer/sanitize"
)

func TestALineShowsWhatItSays(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"Pipeline Health":                      "Pipeline Health",
		"Pipeline\u202eHealth":                 "PipelineHealth",
		"\u202aleft\u202c \u2066isolate\u2069": "left isolate",
		"Pipe\u200bline\ufeff He\u00adalth":    "Pipeline Health",
		"two\nlines\r\n\tand a tab":            "two lines and a tab",
		"  blanks \u00a0 \u3000 and \u2003 ":   "blanks and",
		"bell\a esc\x1b[31m nul\x00 c1\u009b":  "bell esc[31m nul c1",
		"not UTF-8: \xff\xfe":                  "not UTF-8:",
		"São Paulo, Čech, 日本, שלום":            "São Paulo, Čech, 日本, שלום",
		"Z" + strings.Repeat("\u0301", 500):    "Z" + strings.Repeat("\u0301", 4),
		"\u202e\u200b\x00":                     "",
	} {
		if got := sanitize.Line(text); got != want {
			t.Errorf("%q became %q, want %q", text, got, want)
		}
	}
	if got := sanitize.Text("SELECT 1\n\tFROM x\u202e"); got != "SELECT 1\n\tFROM x" {
		t.Errorf("a text became %q", got)
	}
}

func FuzzLine(f *testing.F) {
	f.Add("Pipeline\u202eHealth\n")
	f.Fuzz(func(t *testing.T, text string) {
		got := sanitize.Line(text)
		if !utf8.ValidString(got) || strings.ContainsAny(got, "\n\r\t\x00\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200b") || sanitize.Line(got) != got {
			t.Errorf("%q became %q", text, got)
		}
	})
}
