package daily

import (
	"strings"
	"testing"

	"macrowatch/internal/record/store"
	"macrowatch/internal/testkit/pgtest"
)

// The message about a day has the figures and the sentences of its pages.
func TestTheMessagesHaveTheFiguresOfThePages(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	at := sampleUntil()
	breakRecord(b, at)
	d := b.read(at)
	text := d.Text()
	for _, p := range d.Problems {
		if !strings.Contains(text, p.String()+"\n") {
			t.Errorf("the mail lacks %q", p)
		}
	}
	for _, tile := range tilesOf(d) {
		if !strings.Contains(text, tile.Name+": "+tile.Value+" (") {
			t.Errorf("the mail lacks the tile %s", tile.Name)
		}
	}
	for _, want := range []string{d.Risk.VaR99.percent(), "LIMITS\n", "SIGNALS\n", "PIPELINE\n", d.Checked} {
		if !strings.Contains(text, want) {
			t.Errorf("the mail lacks %q:\n%s", want, text)
		}
	}
	title, short := d.Title(), d.Short()
	if !strings.HasPrefix(title, "Macro desk, Fri 20 Nov 07:30: ") || !strings.Contains(title, " critical") || strings.Contains(title, "\n") {
		t.Errorf("the title is %q", title)
	}
	if lines := strings.Count(short, "\n") + 1; lines > problemsInChat+3 || !strings.Contains(short, "CRITICAL ") || !strings.Contains(short, "more: ") ||
		!strings.Contains(short, "Day "+d.Book.DayReturn.signed()) || !strings.Contains(short, "VaR 99% "+d.Risk.VaR99.percent()) {
		t.Errorf("%d lines in the chat:\n%s", lines, short)
	}
	if strings.Contains(text+short, "NaN") || strings.Contains(text+short, "%!") {
		t.Errorf("a figure is wrong:\n%s", text)
	}
}

func TestTheMessagesOfAnEmptyRecordSayWhatThereIsNot(t *testing.T) {
	t.Parallel()
	pool := pgtest.Migrated(t)
	d := bench{T: t, pool: pool, store: store.New(pool, nil)}.read(morning(20, 7, 30))
	text := d.Text()
	for _, want := range []string{"No snapshot of the book is recorded.", "No VaR by method is computed.", "No run of the pipeline is recorded in the last 30 days.", "No signal is recorded."} {
		if !strings.Contains(text, want) {
			t.Errorf("the mail lacks %q:\n%s", want, text)
		}
	}
}

func TestAGoodDayIsSaidInOneLine(t *testing.T) {
	t.Parallel()
	d := wellDay()
	d.SampleData = true
	if got, want := d.Title(), "Macro desk, Fri 27 Nov 07:30 (sample data): everything is as it should be"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	if text := d.Text(); !strings.HasPrefix(text, "Everything is as it should be.\n") {
		t.Errorf("%s", text)
	}
	if d.Short() == "" {
		t.Error("the chat gets nothing")
	}
}
