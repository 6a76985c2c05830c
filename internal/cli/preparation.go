package cli

import (
	"fmt"
	"sync/atomic"
	"time"

	"macrowatch/internal/sample/samplerecord"
	"macrowatch/internal/viewer/server"
)

// preparation is what demo still has to do while its page is up already. The page and the terminal show it.
type preparation struct {
	line *progressLine
	now  atomic.Pointer[server.Preparing] // nil when all is done
}

// The shares of the work in percent: the days of the record come first, and then their risk.
const (
	daysShare = 40
	riskShare = 60
)

// newPreparation returns a preparation that has just begun.
func (a *app) newPreparation() *preparation {
	p := &preparation{line: a.progressLine()}
	p.show("Opening the sample desk", 0)
	return p
}

// left returns what is still to be done; nil if nothing is.
func (p *preparation) left() *server.Preparing { return p.now.Load() }

// show says what is being done, and how much of all the work is done.
func (p *preparation) show(text string, percent int) {
	p.now.Store(&server.Preparing{Text: text, Percent: percent})
}

// days says up to which day the record is written.
func (p *preparation) days(w samplerecord.Progress) {
	text := writingText(w)
	p.show(text, daysShare*w.Done()/w.Total())
	if p.line.due() || w.Done() == w.Total() {
		p.line.show(text)
	}
}

// writingText says up to which day the record is written: by the year, or by the day if it is a few months.
func writingText(w samplerecord.Progress) string {
	if w.Day.Before(w.From) {
		return "Writing the sample desk"
	}
	if total := w.To.Year() - w.From.Year() + 1; total > 1 {
		return fmt.Sprintf("Writing the sample desk: %d, %d of %d years", w.Day.Year(), w.Day.Year()-w.From.Year()+1, total)
	}
	return fmt.Sprintf("Writing the sample desk: %s, %s of %s", w.Day.Format(time.DateOnly), grouped(int64(w.Done())), daysText(w.Total()))
}

// risk returns a function that says how many days have their risk.
func (p *preparation) risk() func(done, total int) {
	p.show("Computing the sample desk's risk", daysShare)
	onTerminal := riskProgress(p.line)
	return func(done, total int) {
		p.show(fmt.Sprintf("Computing the sample desk's risk: %s of %s", grouped(int64(done)), daysText(total)), daysShare+riskShare*done/(total+1))
		if onTerminal != nil {
			onTerminal(done, total)
		}
	}
}

// end says that all is done.
func (p *preparation) end() {
	p.line.wipe()
	p.now.Store(nil)
}
