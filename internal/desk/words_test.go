package desk_test

import (
	"slices"
	"strconv"
	"strings"
	"testing"

	"macrowatch/internal/desk"
)

func TestStatusesOfOtherToolsAreRead(t *testing.T) {
	t.Parallel()
	words := desk.BuiltInWords()
	for want, spellings := range map[desk.Status][]string{
		desk.Success:   {"success", "  ok ", "PASS", "Completed", "SUCCEEDED", "Done\n"},
		desk.Running:   {"running", "in_progress", "In Progress", "IN-PROGRESS", "started", "up_for_reschedule"},
		desk.Failed:    {"failed", "upstream_failed", "Crashed", "TIMEOUT", "timed out", "TimedOut", "UP_FOR_RETRY", "runtime error", "AwaitingRetry", "OOMKilled"},
		desk.Cancelled: {"CANCELLED", "canceled", "STOPPED", "Aborted"},
		desk.Skipped:   {"skipped", "Omitted", "NOT_BUILT"},
		desk.Queued:    {"queued", "Scheduled", "NOT_STARTED", "pending   "},
	} {
		for _, text := range spellings {
			t.Run(strconv.Quote(text), func(t *testing.T) {
				if got, known := words.Read(desk.StatusWord, text); !known || got != string(want) {
					t.Errorf("it is read as %q (known: %v), want %s", got, known, want)
				}
			})
		}
	}
	for _, text := range []string{"", "  ", "error (timeout)", "ÉCHEC", "warn", "0", "true", "UNKNOWN", "not successful", "failed!"} {
		t.Run("unknown "+strconv.Quote(text), func(t *testing.T) {
			if got, known := words.Read(desk.StatusWord, text); known {
				t.Errorf("it is read as %s, and nobody knows what it means", got)
			}
		})
	}
}

func TestDirectionsOfOtherToolsAreRead(t *testing.T) {
	t.Parallel()
	words := desk.BuiltInWords()
	for want, spellings := range map[desk.Direction][]string{
		desk.Long:    {"BUY", "b", "BOT", "Long", "1", "+1", "1.00", "+1.0", "buy-to-open", "Receive", "sell protection"},
		desk.Short:   {"SELL", "short", "Sell Short", "sell_short", "sld", "-1", "-1.000", " S ", "Buy Protection", "PAY"},
		desk.Neutral: {"Hold", "FLAT", "0", "-0", "0.0", "cover", "Buy To Cover", "SELL_TO_CLOSE"},
	} {
		for _, text := range spellings {
			t.Run(strconv.Quote(text), func(t *testing.T) {
				if got, known := words.Read(desk.DirectionWord, text); !known || got != string(want) {
					t.Errorf("it is read as %q (known: %v), want %s", got, known, want)
				}
			})
		}
	}
	// 2 is a sale in FIX, and a doubled long elsewhere.
	for _, text := range []string{"", "2", "-2", "0.5", "-0.5", "NaN", "sideways", "up", "--1", "+-1", "1 1", "- 1", "1e0"} {
		t.Run("unknown "+strconv.Quote(text), func(t *testing.T) {
			if got, known := words.Read(desk.DirectionWord, text); known {
				t.Errorf("it is read as %s, and nobody knows what it means", got)
			}
		})
	}
}

// Two meanings of a word would let the order of a map decide.
func TestNoBuiltInWordHasTwoMeanings(t *testing.T) {
	t.Parallel()
	for range 20 {
		if !slices.Equal(desk.BuiltInWords().List(), desk.BuiltInWords().List()) {
			t.Fatal("the built-in words differ from call to call: one is listed with two meanings")
		}
	}
	for _, w := range desk.BuiltInWords().List() {
		if strings.ContainsFunc(w.Plain, func(r rune) bool { return r > '~' || r < ' ' }) {
			t.Errorf("the word %q has letters that not every database can hold", w.Plain)
		}
	}
}

func TestConfiguredWords(t *testing.T) {
	t.Parallel()
	words, err := desk.ConfiguredWords(
		map[string]desk.Status{"échec": desk.Failed, "DONE_OK": desk.Success, "0": desk.Success, "KILLED": desk.Cancelled, "failed": desk.Failed},
		map[string]desk.Direction{"ACHAT": desk.Long, "-2": desk.Short})
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]string{
		"ÉCHEC": "FAILED", "Échec": "FAILED", "échec": "FAILED", "done ok": "SUCCESS", "0.0": "SUCCESS", "Killed": "CANCELLED",
	} {
		if got, _ := words.Read(desk.StatusWord, text); got != want {
			t.Errorf("%q is read as %q, want %s", text, got, want)
		}
	}
	for text, want := range map[string]string{"achat": "LONG", "-2.0": "SHORT", "2": ""} {
		if got, _ := words.Read(desk.DirectionWord, text); got != want {
			t.Errorf("%q is read as %q, want %q", text, got, want)
		}
	}
}

func TestConfiguredWordsThatAreRefused(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		statuses   map[string]desk.Status
		directions map[string]desk.Direction
		says       string
	}{
		"an empty word":          {map[string]desk.Status{"  ": desk.Success}, nil, "a status is empty: blanks, hyphens and underscores do not count"},
		"no such status":         {map[string]desk.Status{"FINE": "GREAT"}, nil, `status "FINE" can't mean "GREAT"; allowed is SUCCESS, RUNNING, FAILED, C`},
		"a word of macrowatch's": {map[string]desk.Status{"failed": desk.Success}, nil, `status "failed" is macrowatch's own word and can't mean SUCCESS`},
		"two meanings":           {map[string]desk.Status{"d one": desk.Success, "D-ONE": desk.Failed}, nil, `status "d one" means both FAILED and SUCCESS`},
		"no such direction":      {nil, map[string]desk.Direction{"BUY": "SUCCESS"}, "allowed is LONG, SHORT or NEUTRAL"},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := desk.ConfiguredWords(c.statuses, c.directions); err == nil || !strings.Contains(err.Error(), c.says) {
				t.Errorf("%v, want %q", err, c.says)
			}
		})
	}
}
