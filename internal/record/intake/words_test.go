package intake_test

import (
	"strings"
	"testing"

	"macrowatch/internal/desk"
	"macrowatch/internal/record/intake"
)

func TestWordsOfOtherToolsAreImportedAsWhatTheyMean(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	words, err := s.Words(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	runs := runHeader
	for i, status := range []string{"success", "upstream_failed", "Crashed", "canceled", "SKIPPED", " ok "} {
		runs += string(rune('a'+i)) + ",fred," + status + ",2026-03-02T09:00:00Z,,1,\n"
	}
	runs += "z,fred,in-progress,2026-03-02T10:00:00Z,,,\n"
	signals := "strategy_id,instrument,direction,confidence,generated_at\n"
	for i, direction := range []string{"SELL", "Sell Short", "BOT", "-1", "Hold", "1.00"} {
		signals += "FX_" + string(rune('A'+i)) + ",USDBRL," + direction + ",0.5,2026-03-02T09:00:00Z\n"
	}
	for kind, text := range map[string]string{"pipeline-runs": runs, "signals": signals} {
		t.Run(kind, func(t *testing.T) {
			if _, err := intake.Import(t.Context(), s, kind, strings.NewReader(text), "file.csv", intake.Options{Words: words}); err != nil {
				t.Fatal(err)
			}
		})
	}
	for table, want := range map[string]string{
		"SELECT string_agg(status, ' ' ORDER BY run_id) FROM pipeline_runs":            "SUCCESS FAILED FAILED CANCELLED SKIPPED SUCCESS RUNNING",
		"SELECT string_agg(direction, ' ' ORDER BY strategy_id) FROM strategy_signals": "SHORT SHORT LONG SHORT NEUTRAL LONG",
	} {
		t.Run(table, func(t *testing.T) {
			var got string
			if err := s.Pool().QueryRow(t.Context(), table).Scan(&got); err != nil || got != want {
				t.Errorf("%s: %q, want %q (%v)", table, got, want, err)
			}
		})
	}
}

func TestAWordThatIsNotKnownIsRefusedAndTheAllowedOnesAreNamed(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	for _, direction := range []string{"2", "sideways", "0.5", "up"} {
		t.Run(direction, func(t *testing.T) {
			text := "strategy_id,instrument,direction,confidence,generated_at\nFX_A,USDBRL," + direction + ",0.5,2026-03-02T09:00:00Z\n"
			_, err := intake.Import(t.Context(), s, "signals", strings.NewReader(text), "file.csv", intake.Options{Words: desk.BuiltInWords()})
			if err == nil || !strings.Contains(err.Error(), `line 2, direction "`+direction+`": not LONG, SHORT or NEUTRAL, and no word that is known for one of them (macrowatch migrate --words-file makes words known)`) {
				t.Errorf("%s: %v", direction, err)
			}
		})
	}
}
