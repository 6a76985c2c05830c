package cli

import (
	"fmt"
	"os"
	"time"

	"github.com/clipperhouse/displaywidth"
	"golang.org/x/term"
)

const (
	// progressEvery is how often a progress line is written anew, which is as often as anybody can read it.
	progressEvery = 200 * time.Millisecond
	// waitingAfter is how long work may go on before a progress line says that it does.
	waitingAfter = time.Second
	// wipeLine clears the line of a terminal.
	wipeLine = "\r\x1b[K"
)

// progressLine is a line on a terminal that is written anew in the same place. A nil one shows nothing.
type progressLine struct {
	out   *os.File
	shown time.Time
}

// progressLine returns a line on standard error, or nil if that is no terminal on which a line can be written anew.
func (a *app) progressLine() *progressLine {
	if !isTerminal(a.Err) || os.Getenv("TERM") == "dumb" {
		return nil
	}
	return &progressLine{out: a.Err}
}

// due reports whether the line was last written so long ago that it is time to write it anew.
func (l *progressLine) due() bool { return l != nil && time.Since(l.shown) >= progressEvery }

// show writes the line anew. It cuts a text that is wider than the terminal, because a line that is broken in
// two can't be wiped.
func (l *progressLine) show(text string) {
	if l == nil {
		return
	}
	l.shown = time.Now()
	if width, _, err := term.GetSize(int(l.out.Fd())); err == nil && width > 1 {
		text = displaywidth.TruncateString(text, width-1, "…")
	}
	fmt.Fprint(l.out, wipeLine+text)
}

// wipe clears the line.
func (l *progressLine) wipe() {
	if l != nil && !l.shown.IsZero() {
		fmt.Fprint(l.out, wipeLine)
	}
}

// during keeps writing the line anew with the result of the function `text`. It returns a function, done, which
// ends this and wipes the line.
func (l *progressLine) during(text func(elapsed time.Duration) string) (done func()) {
	if l == nil {
		return func() {}
	}
	began, stop, stopped := time.Now(), make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		tick := time.NewTicker(progressEvery)
		defer tick.Stop()
		for {
			select {
			case <-stop:
				l.wipe()
				return
			case <-tick.C:
				if line := text(time.Since(began)); line != "" {
					l.show(line)
				}
			}
		}
	}()
	return func() { close(stop); <-stopped }
}

// waiting shows for how long some work has been going on, once that is longer than waitingAfter. It returns a
// function, done, which ends this.
func (a *app) waiting(work string) (done func()) {
	return a.progressLine().during(func(elapsed time.Duration) string {
		if elapsed < waitingAfter {
			return ""
		}
		return work + ", " + took(elapsed)
	})
}
