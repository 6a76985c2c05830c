package desk_test

import (
	"slices"
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
			if got, known := words.Read(desk.StatusWord, text); !known || got != string(want) {
				t.Errorf("%q is read as %q (known: %v), want %s", text, got, known, want)
			}
		}
	}
	for _, text := range []string{"", "  ", "error (timeout)", "ÉCHEC", "warn", "0", "true", "UNKNOWN", "not successful", "failed!"} {
		if got, known := words.Read(desk.StatusWord, text); known {
			t.Errorf("%q is read as %s, and nobody knows what it means", text, got)
		}
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
			if got, known := words.Read(desk.DirectionWord, text); !known || got != string(want) {
				t.Errorf("%q is read as %q (known: %v), want %s", text, got, known, want)
			}
		}
	}
	// 2 is a sale in FIX, and a doubled long elsewhere.
	for _, text := range []string{"", "2", "-2", "0.5", "-0.5", "NaN", "sideways", "up", "--1", "+-1", "1 1", "- 1", "1e0"} {
		if got, known := words.Read(desk.DirectionWord, text); known {
			t.Errorf("%q is read as %s, and nobody knows what it means", text, got)
		}
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
	for says, statuses := range map[string]map[string]desk.Status{
		`a status is empty: blanks, hyphens and underscores do not count`:          {"  ": desk.Success},
		`status "FINE" can't mean "GREAT"; allowed is SUCCESS, RUNNING, FAILED, C`: {"FINE": "GREAT"},
		`status "failed" is macrowatch's own word and can't mean SUCCESS`:          {"failed": desk.Success},
		`status "d one" means both FAILED and SUCCESS`:                             {"d one": desk.Success, "D-ONE": desk.Failed},
	} {
		if _, err := desk.ConfiguredWords(statuses, nil); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%v: %v, want %q", statuses, err, says)
		}
	}
	if _, err := desk.ConfiguredWords(nil, map[string]desk.Direction{"BUY": "SUCCESS"}); err == nil || !strings.Contains(err.Error(), "allowed is LONG, SHORT or NEUTRAL") {
		t.Errorf("%v", err)
	}
}
