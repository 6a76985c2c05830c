package desk_test

import (
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"macrowatch/internal/desk"
)

func TestStepNamesThatADashboardCanShow(t *testing.T) {
	t.Parallel()
	for _, good := range []string{
		"fred", "bcb_sgs", "Fetch rates (São Paulo)", strings.Repeat("é", 200), "Sa\u0303o Paulo", "日本国債 10y", "ευρώ €", "عائد", "🏦 desk", "a–b/c:d%",
	} {
		t.Run("good "+strconv.QuoteToASCII(good), func(t *testing.T) {
			if err := desk.ValidateStep(good); err != nil {
				t.Error(err)
			}
		})
	}
	for bad, want := range map[string]string{
		"":                       "is empty",
		" ":                      "white space",
		" fred":                  "white space",
		"fred\n":                 "white space",
		"a\nb":                   "line break",
		"a\x00b":                 "control character",
		"a\u0085b":               "control character",
		"a\u2028b":               "line break",
		"\xff":                   "UTF-8",
		"a\xed\xa0\x80b":         "UTF-8", // a surrogate written as bytes
		strings.Repeat("x", 201): "longer than 200 characters",
		strings.Repeat("é", 201): "longer than 200 characters",
		"fred\u200b":             "U+200B",
		"fr\u200ded":             "U+200D",
		"fr\u00aded":             "U+00AD",
		"\ufefffred":             "U+FEFF",
		"fr\u2060ed":             "U+2060",
		"fr\u3164ed":             "U+3164",
		"fr\u115fed":             "U+115F",
		"fr\u2800ed":             "U+2800",
		"fr\u00a0ed":             "looks like a space",
		"fr\u3000ed":             "looks like a space",
		"fred\ufe0f":             "U+FE0F",
		"fred\U000e0041":         "U+E0041",
		"fred\u202e":             "direction",
		"a\u2066b":               "direction",
		"a\u200fb":               "direction",
		"a\u061cb":               "direction",
		"a\ufffdb":               "unpaired surrogate",
		"\u0301fred":             "without a letter",
		"fred \u0301":            "without a letter",
		"fred\ue000":             "U+E000",
		"fred\uffff":             "U+FFFF",
	} {
		t.Run("bad "+strconv.QuoteToASCII(bad), func(t *testing.T) {
			if err := desk.ValidateStep(bad); err == nil || !strings.Contains(err.Error(), want) || !strings.HasPrefix(err.Error(), "step_name ") {
				t.Errorf("%v, want %s", err, want)
			}
		})
	}
}

// Every name of every kind of row is held against the same rules.
func TestEveryNameOfEveryRowIsHeldAgainstTheRules(t *testing.T) {
	t.Parallel()
	const bad = "A\u200bB"
	at := time.Date(2026, 3, 2, 21, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		column string
		row    interface{ Validate() error }
	}{
		{"run_id", desk.Run{ID: bad, Step: "a", Status: desk.Running, StartedAt: at}},
		{"step_name", desk.Run{ID: "a", Step: bad, Status: desk.Running, StartedAt: at}},
		{"strategy_id", desk.Signal{Strategy: bad, Instrument: "a", Direction: desk.Long, GeneratedAt: at}},
		{"instrument", desk.Signal{Strategy: "a", Instrument: bad, Direction: desk.Long, GeneratedAt: at}},
		{"strategy_id", desk.PortfolioState{Strategy: bad, Instrument: "a", Timestamp: at}},
		{"instrument", desk.PortfolioState{Strategy: "a", Instrument: bad, Timestamp: at}},
		{"instrument", desk.Price{Instrument: bad, Date: at}},
		{"instrument", desk.Instrument{Name: bad, Kind: desk.KindPrice, QuotedIn: "USD"}},
		{"quoted_in", desk.Instrument{Name: "a", Kind: desk.KindPrice, QuotedIn: bad}},
		{"asset_class", desk.Instrument{Name: "a", Kind: desk.KindPrice, QuotedIn: "USD", AssetClass: bad}},
		{"scenario_name", desk.StressResult{Scenario: bad, RunDate: at}},
		{"limit_name", desk.LimitStatus{Limit: bad, CheckedAt: at, LimitValue: 1}},
	} {
		t.Run(fmt.Sprintf("%s of %T", c.column, c.row), func(t *testing.T) {
			if err := c.row.Validate(); err == nil || !strings.HasPrefix(err.Error(), c.column+" holds U+200B") {
				t.Errorf("%v, want a sentence about %s", err, c.column)
			}
		})
	}
}
