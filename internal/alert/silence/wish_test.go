package silence_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"macrowatch/internal/alert/silence"
)

// nine is the time at which the silences of these tests begin.
var nine = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)

func TestAWishMustNameWhatAndForHowLong(t *testing.T) {
	t.Parallel()
	good := silence.Wish{Subject: "fred", For: time.Hour, Reason: "the source moves", By: "ana"}
	for what, c := range map[string]struct {
		change func(*silence.Wish)
		part   silence.Part // "" if the wish is good
	}{
		"as it is":                     {func(*silence.Wish) {}, ""},
		"a rule alone":                 {func(w *silence.Wish) { w.Rule, w.Subject = "limit_breach", "" }, ""},
		"a rule and every subject":     {func(w *silence.Wish) { w.Rule, w.Subject = "limit_breach", "*" }, ""},
		"the longest time":             {func(w *silence.Wish) { w.For = silence.Longest }, ""},
		"until a time":                 {func(w *silence.Wish) { w.For, w.Until = 0, nine.Add(time.Minute) }, ""},
		"a reason with other letters":  {func(w *silence.Wish) { w.Reason = "ação às 9 h – ok" }, ""},
		"no reason where none is due":  {func(w *silence.Wish) { w.Reason = "" }, ""},
		"no reason where one is due":   {func(w *silence.Wish) { w.Reason, w.NeedsReason = "  ", true }, silence.Reason},
		"nothing named":                {func(w *silence.Wish) { w.Subject = "" }, silence.Subject},
		"every subject of every rule":  {func(w *silence.Wish) { w.Subject = "**" }, silence.Subject},
		"a rule that is none":          {func(w *silence.Wish) { w.Rule = "limit_breached" }, silence.Rule},
		"no end":                       {func(w *silence.Wish) { w.For = 0 }, silence.Until},
		"a negative time":              {func(w *silence.Wish) { w.For = -time.Hour }, silence.Until},
		"an end in the past":           {func(w *silence.Wish) { w.For, w.Until = 0, nine }, silence.Until},
		"longer than the longest time": {func(w *silence.Wish) { w.For = silence.Longest + time.Second }, silence.Until},
		"a reason that is too long":    {func(w *silence.Wish) { w.Reason = strings.Repeat("é", 501) }, silence.Reason},
		"a reason of two lines":        {func(w *silence.Wish) { w.Reason = "one\ntwo" }, silence.Reason},
		"a reason that turns the text": {func(w *silence.Wish) { w.Reason = "\u202eevil" }, silence.Reason},
		"a subject that is too long":   {func(w *silence.Wish) { w.Subject = strings.Repeat("x", 201) }, silence.Subject},
		"a subject that is no text":    {func(w *silence.Wish) { w.Subject = "\xff" }, silence.Subject},
	} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			w := good
			c.change(&w)
			q, err := silence.Of(w, nine)
			var fault *silence.Fault
			switch {
			case c.part == "" && (err != nil || !q.EndsAt.After(nine) || q.MadeBy != "ana" || q.ID == ""):
				t.Errorf("%+v, %v", q, err)
			case c.part != "" && (!errors.As(err, &fault) || fault.Part != c.part):
				t.Errorf("%v, want a fault of %s", err, c.part)
			}
		})
	}
}

func TestASilenceIsReadFromJSON(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		`{"subject":"fred","for":"90m","reason":"x"}`:                                "",
		`{"rule":"step_late","until":"2026-03-02T18:00:00-03:00","reason":"x"}`:      "",
		`{"subject":"fred","for":"90m","until":"2026-03-02T18:00:00Z","reason":"x"}`: "for and until exclude each other",
		`{"subject":"fred","for":"two hours","reason":"x"}`:                          "for is not a length of time, such as 90m or 4h",
		`{"subject":"fred","for":"-1h","reason":"x"}`:                                "for is not a length of time, such as 90m or 4h",
		`{"subject":"fred","until":"18:00","reason":"x"}`:                            "until is not a time with its zone, such as 2026-03-02T18:00:00Z",
		`{"subject":7,"for":"1h","reason":"x"}`:                                      "subject is a number; it must be a text",
		`{"subject":"fred","for":"1h","reason":"x","by":"somebody else"}`:            `unknown field "by"`,
		`{"subject":"fred","for":"1h","reason":"x"} {}`:                              "something follows the JSON object",
		``:                  "the body is not a whole JSON object",
		`[]`:                "the body is not a whole JSON object",
		`{"subject":"fred"`: "the body is not a whole JSON object",
		`{"reason":"` + strings.Repeat("x", 20_000): "the body is not a whole JSON object",
	} {
		_, err := silence.ReadAsked(strings.NewReader(text), "ana")
		if said := ""; err != nil {
			said = err.Error()
			if said != want {
				t.Errorf("%.60s: %q, want %q", text, said, want)
			}
		} else if want != "" {
			t.Errorf("%.60s is taken, want %q", text, want)
		}
	}
}
