package e2e

import (
	"regexp"
	"strings"
	"testing"
	"time"
)

func quickRange(t *testing.T, chrome *chromium, url string) {
	p := chrome.tab(t, screen{})
	p.open(url)
	day := len(p.told(timelineID, "chart-data"))
	p.click(css("[data-testid=time-picker]"))
	p.after(func() { p.click(labelled("Last 7 days")) })
	if got := p.address(); got != "/?from=now-7d&to=now" {
		t.Errorf("the address is %s", got)
	}
	p.until("the picker to show the range", css("[data-testid=time-picker]")+`.innerText.includes("Last 7 days")`)
	api := p.allDrawn()
	if r := api[timelineID].Range; r.To-r.From != 7*24*time.Hour.Milliseconds() {
		t.Errorf("the range is %v", r)
	}
	if week := len(p.told(timelineID, "chart-data")); week <= day {
		t.Errorf("a week has %d runs, its last day %d", week, day)
	}
	p.until("a closed picker", `!document.querySelector(":popover-open")`)
}

func absoluteRange(t *testing.T, chrome *chromium, url string) {
	p := chrome.tab(t, screen{zone: "America/Sao_Paulo"})
	p.open(url)
	p.click(css("[data-testid=time-picker]"))
	p.fillIn(css("input[name=from]"), "2026-11-11 05:55")
	p.fillIn(css("input[name=to]"), "2026-11-11 06:30:00")
	p.after(func() { p.click(labelled("Apply range")) })
	desk := time.FixedZone("São Paulo", -3*60*60)
	from, to := time.Date(2026, 11, 11, 5, 55, 0, 0, desk).UnixMilli(), time.Date(2026, 11, 11, 6, 30, 0, 0, desk).UnixMilli()
	if p.milliseconds("from") != from || p.milliseconds("to") != to {
		t.Errorf("the address is %s, want from %d to %d", p.address(), from, to)
	}
	for id, a := range p.allDrawn() {
		if a.Range.From != from || a.Range.To != to {
			t.Errorf("panel %d is of %v", id, a.Range)
		}
	}
	p.until("the range in words", css("[data-testid=time-picker]")+`.innerText.includes("11 Nov 2026, 05:55 – 06:30")`)
	runs := p.told(timelineID, "chart-data")
	for _, row := range runs {
		if began := beginning(t, row[0], desk).UnixMilli(); began < from || began > to {
			t.Errorf("a run at %s", row[0])
		}
	}
	if len(runs) == 0 {
		t.Error("no run in the range")
	}

	// A text that is not a time gives an error beside the field, and nothing changes.
	before := p.address()
	p.click(css("[data-testid=time-picker]"))
	p.fillIn(css("input[name=from]"), "teatime")
	p.click(labelled("Apply range"))
	p.until("a sentence", css("#range-wrong")+`.innerText.includes("teatime")`)
	p.fillIn(css("input[name=from]"), "2026-11-12 06:00")
	p.click(labelled("Apply range"))
	p.until("a sentence", css("#range-wrong")+`.innerText.includes("ends before it begins")`)
	if got := p.address(); got != before {
		t.Errorf("the address changed to %s", got)
	}
}

// A moment is when a run began, as readers are told: "Wed 11 Nov 2026, 06:00" or with seconds.
var moment = regexp.MustCompile(`[A-Z][a-z]{2} \d{1,2} [A-Z][a-z]{2} \d{4}, \d{2}:\d{2}(:\d{2})?`)

// beginning reads from a row's words when its run began, on the clock of a zone.
func beginning(t *testing.T, words string, zone *time.Location) time.Time {
	t.Helper()
	text := moment.FindString(words)
	layout := "Mon 2 Jan 2006, 15:04:05"
	if strings.Count(text, ":") == 1 {
		layout = "Mon 2 Jan 2006, 15:04"
	}
	at, err := time.ParseInLocation(layout, text, zone)
	if err != nil {
		t.Fatalf("%q says no time: %v", words, err)
	}
	return at
}

func badRange(t *testing.T, chrome *chromium, url string) {
	for query, want := range map[string]string{
		"?from=soon&to=now":   "soon",
		"?from=now&to=now-1h": "later",
	} {
		p := chrome.tab(t, screen{})
		p.provoke("400")
		p.open(url + query)
		p.until("a sentence about "+query, css("[role=alert].fault")+`.checkVisibility()`)
		if got := p.text(css("[role=alert].fault")); !strings.Contains(got, want) || strings.Contains(got, "400") {
			t.Errorf("%s says %q, want %q", query, got, want)
		}
		// A valid range removes the error.
		p.click(css("[data-testid=time-picker]"))
		p.after(func() { p.click(labelled("Last 24 hours")) })
		p.until("no fault", `!`+css("[role=alert].fault")+`.checkVisibility()`)
		p.allDrawn()
	}
}

// plot returns where a panel's chart is in the window: its canvas without the axes.
func (p *tab) plot(id int) (left, top, width, height float64) {
	p.t.Helper()
	p.middle(in(id, ".plot"))
	box := eval[[]float64](p, `(() => { const b = `+in(id, ".plot")+`.getBoundingClientRect(); return [b.left, b.top, b.width, b.height]; })()`)
	return box[0], box[1], box[2], box[3]
}

func dragZoomsIn(t *testing.T, chrome *chromium, url string) {
	for _, id := range []int{timelineID, stepsID} {
		p := chrome.tab(t, screen{})
		p.open(url + "?from=now-7d&to=now")
		whole := p.answered()[id].Range
		left, top, width, height := p.plot(id)
		y := top + height/3
		p.after(func() { p.drag(point{left + width*0.4, y}, point{left + width*0.6, y}) })
		from, to := p.milliseconds("from"), p.milliseconds("to")
		span := float64(whole.To - whole.From)
		// The plot is a little narrower than the canvas, which holds the axis too.
		if share := float64(to-from) / span; share < 0.19 || share > 0.26 {
			t.Errorf("panel %d: a fifth of the chart is %.3f of the range", id, share)
		}
		if start := float64(from-whole.From) / span; start < 0.28 || start > 0.42 {
			t.Errorf("panel %d: the selection starts at %.3f of the range", id, start)
		}
		for _, a := range p.answered() {
			if a.Range.From != from || a.Range.To != to {
				t.Errorf("panel %d is of %v, want %d to %d", a.ID, a.Range, from, to)
			}
		}
		zoomed := p.address()

		// The range has twice the length around the same middle. A range of days is one of whole minutes.
		const minute = 60_000
		p.after(func() { p.click(labelled("Zoom out (t z)")) })
		wider := p.milliseconds("to") - p.milliseconds("from")
		if middle := (p.milliseconds("to") + p.milliseconds("from")) / 2; abs(wider-2*(to-from)) > minute || abs(middle-(from+to)/2) > minute || p.milliseconds("from")%minute != 0 {
			t.Errorf("panel %d: zoomed out from %d–%d to %s", id, from, to, p.address())
		}
		p.after(func() { eval[bool](p, "history.back() || true") })
		if got := p.address(); got != zoomed {
			t.Errorf("panel %d: back leads to %s, want %s", id, got, zoomed)
		}
		// A double click on the chart zooms out, too.
		left, top, width, height = p.plot(id)
		p.after(func() { p.doubleClick(point{left + width/2, top + height/3}) })
		if got := p.milliseconds("to") - p.milliseconds("from"); got != wider {
			t.Errorf("panel %d: a double click gives %d ms, the button %d", id, got, wider)
		}
	}
}

func abs(n int64) int64 { return max(n, -n) }
