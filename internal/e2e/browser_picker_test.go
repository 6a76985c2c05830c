package e2e

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/input"

	"macrowatch/internal/testkit/pgtest"
)

// The instants at which the picker is tried. The sample desk's record begins before them.
const (
	january   = "2026-01-31T12:00:00-03:00" // a Saturday
	newYear   = "2026-01-01T09:00:00-03:00"
	leapDay   = "2024-02-29T20:30:00-03:00"
	springDay = "2026-03-08T12:00:00-04:00" // in New York the clocks were put forward that morning
)

// onePanel begins the query of a page that shows the equity curve alone.
const onePanel = "?viewPanel=5&"

const (
	picker     = "[data-testid=time-picker]"
	pickerOpen = `document.querySelector(".picker-box:popover-open")`
)

// TestBrowserQuickRanges chooses the ranges of the calendar on days on which they are easily wrong.
func TestBrowserQuickRanges(t *testing.T) {
	t.Parallel()
	type ends struct{ from, to string }
	for _, c := range []struct {
		asOf, zone string
		ranges     map[string]ends
	}{
		{january, "America/Sao_Paulo", map[string]ends{
			"Today so far": {"2026-01-31T00:00:00-03:00", january}, "Yesterday": {"2026-01-30T00:00:00-03:00", "2026-01-30T23:59:59.999-03:00"},
			"This week so far": {"2026-01-26T00:00:00-03:00", january}, "Month to date": {"2026-01-01T00:00:00-03:00", january},
			"Quarter to date": {"2026-01-01T00:00:00-03:00", january}, "Year to date": {"2026-01-01T00:00:00-03:00", january},
			"Previous week":  {"2026-01-19T00:00:00-03:00", "2026-01-25T23:59:59.999-03:00"},
			"Previous month": {"2025-12-01T00:00:00-03:00", "2025-12-31T23:59:59.999-03:00"}, "Previous quarter": {"2025-10-01T00:00:00-03:00", "2025-12-31T23:59:59.999-03:00"},
			"Previous year": {"2025-01-01T00:00:00-03:00", "2025-12-31T23:59:59.999-03:00"},
			"Last 90 days":  {"2025-11-02T12:00:00-03:00", january}, "Last 10 years": {"2016-01-31T12:00:00-02:00", january}, // when São Paulo had summer time
		}},
		{newYear, "America/Sao_Paulo", map[string]ends{
			"Year to date": {"2026-01-01T00:00:00-03:00", newYear}, "Quarter to date": {"2026-01-01T00:00:00-03:00", newYear},
			"Previous year": {"2025-01-01T00:00:00-03:00", "2025-12-31T23:59:59.999-03:00"}, "This week so far": {"2025-12-29T00:00:00-03:00", newYear},
		}},
		{leapDay, "America/Sao_Paulo", map[string]ends{
			"Last 1 year": {"2023-02-28T20:30:00-03:00", leapDay}, "Month to date": {"2024-02-01T00:00:00-03:00", leapDay},
			"Previous month": {"2024-01-01T00:00:00-03:00", "2024-01-31T23:59:59.999-03:00"},
		}},
		{springDay, "America/New_York", map[string]ends{
			"Today so far": {"2026-03-08T00:00:00-05:00", springDay}, "Last 24 hours": {"2026-03-07T11:00:00-05:00", springDay}, "Last 7 days": {"2026-03-01T12:00:00-05:00", springDay},
			"Year to date": {"2026-01-01T00:00:00-05:00", springDay},
		}},
	} {
		t.Run(c.asOf, func(t *testing.T) {
			t.Parallel()
			desk := sampleDesk(t, c.asOf)
			p := startChromium(t).tab(t, screen{zone: c.zone})
			p.open(pageOf(desk.url, "portfolio-performance", onePanel+"from=now-2h&to=now"))
			for label, want := range c.ranges {
				p.click(css(picker))
				p.after(func() { p.click(labelled(label)) })
				p.until("the range in words", css(picker)+`.innerText.includes(`+quoted(label)+`)`)
				p.mustShow(label, want.from, want.to)
			}
		})
	}
}

// mustShow checks that the panel was computed for the time between two instants.
func (p *tab) mustShow(what, from, to string) {
	p.t.Helper()
	shown := p.answeredOne().Range
	for end, ms := range map[string]int64{from: shown.From, to: shown.To} {
		at, err := time.Parse(time.RFC3339, end)
		if err != nil {
			p.t.Fatal(err)
		}
		if ms != at.UnixMilli() {
			p.t.Errorf("%s: an end is %s, want %s", what, time.UnixMilli(ms).In(at.Location()).Format(time.RFC3339Nano), end)
		}
	}
}

// chosenDays checks which days the calendar marks.
func (p *tab) chosenDays(first, last string) {
	p.t.Helper()
	p.until("the days "+first+" to "+last, fmt.Sprintf(`(() => {
		const days = [...document.querySelectorAll(".month [aria-selected=true]")].map((e) => e.dataset.day);
		return days[0] === %q && days.at(-1) === %q;
	})()`, first, last))
}

func day(day string) string { return css(`[data-day="` + day + `"]`) }

// TestBrowserCalendar chooses days by mouse, by touch and by keyboard alone.
func TestBrowserCalendar(t *testing.T) {
	t.Parallel()
	desk := sampleDesk(t, january)
	chrome := startChromium(t)
	address := pageOf(desk.url, "portfolio-performance", onePanel+"from=now%2FM&to=now")
	for name, test := range map[string]func(*tab){
		"mouse": daysByMouse, "keyboard": daysByKeyboard, "typed": daysTyped, "all": everythingThereIs, "summer time": dayOfSummerTime, "zones": zonesAreNamed,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := chrome.tab(t, screen{zone: "America/Sao_Paulo"})
			p.open(address)
			test(p)
		})
	}
	for _, theme := range []string{"dark", "light"} {
		t.Run("phone, "+theme, func(t *testing.T) {
			t.Parallel()
			p := chrome.tab(t, screen{zone: "America/Sao_Paulo", width: 390, height: 844, phone: true})
			p.open(address + "&theme=" + theme)
			p.click(css(picker))
			p.until("the picker", pickerOpen)
			p.click(css(`[aria-label="Previous month"]`))
			p.tap(day("2025-12-22"))
			p.fits("the picker")
			p.accessible("the picker after the first day")
			if size := eval[float64](p, day("2025-12-22")+`.getBoundingClientRect().height`); size < 44 {
				t.Errorf("a day is %.0f pixels high, too small for a finger", size)
			}
			p.tap(day("2025-12-24"))
			p.chosenDays("2025-12-22", "2025-12-24")
			p.after(func() { p.tap(labelled("Apply range")) })
			p.mustShow("days by touch", "2025-12-22T00:00:00-03:00", "2025-12-24T23:59:59.999-03:00")
		})
	}
}

// tap touches an element.
func (p *tab) tap(element string) {
	p.t.Helper()
	at := p.middle(element)
	call(p, input.DispatchTouchEvent, input.DispatchTouchEventParams{Type: input.DispatchTouchEventTypeTouchStart, TouchPoints: []*input.TouchPoint{{X: at.X, Y: at.Y}}})
	call(p, input.DispatchTouchEvent, input.DispatchTouchEventParams{Type: input.DispatchTouchEventTypeTouchEnd, TouchPoints: []*input.TouchPoint{}})
}

func daysByMouse(p *tab) {
	p.click(css(picker))
	p.until("the picker", pickerOpen)
	p.chosenDays("2026-01-01", "2026-01-31")
	if at := eval[string](p, day("2026-01-31")+`.getAttribute("aria-current") ?? ""`); at != "date" {
		p.t.Error("the calendar does not mark the day that the page shows as today")
	}
	if !eval[bool](p, css(`[aria-label="Next month"]`)+`.disabled`) {
		p.t.Error("the calendar offers months after the one that is shown")
	}
	p.click(css(`[aria-label="Previous year"]`))
	p.until("the month", css(".month-title")+`.textContent === "January 2025"`)
	p.click(day("2025-01-17"))
	p.chosenDays("2025-01-17", "2025-01-17")
	at := p.middle(day("2025-01-09"))
	p.hover(at.X, at.Y)
	p.chosenDays("2025-01-09", "2025-01-17") // before the second click
	p.click(day("2025-01-09"))
	p.until("the days in the fields", css("input[name=from]")+`.value === "2025-01-09" && `+css("input[name=to]")+`.value === "2025-01-17"`)
	p.after(func() { p.click(labelled("Apply range")) })
	p.mustShow("days by mouse", "2025-01-09T00:00:00-03:00", "2025-01-17T23:59:59.999-03:00")
	p.until("the range in words", css(picker)+`.innerText.includes("9 – 17 Jan 2025")`)

	// Days after the moment shown can't be chosen. A later month is reached with a page of the past open, too.
	p.click(css(picker))
	p.until("the month of the range", css(".month-title")+`.textContent === "January 2025"`)
	p.click(css(`[aria-label="Next year"]`))
	p.until("the last month", css(".month-title")+`.textContent === "January 2026" && `+css(`[aria-label="Next year"]`)+`.disabled`)
	if late := eval[[]string](p, `[...document.querySelectorAll(".month [data-day]")].filter((e) => e.dataset.day > "2026-01-31" && e.getAttribute("aria-disabled") !== "true").map((e) => e.dataset.day)`); len(late) > 0 {
		p.t.Errorf("days after the moment shown are offered: %q", late)
	}
}

func daysByKeyboard(p *tab) {
	p.press("t")
	p.until("the picker", pickerOpen)
	for range 60 {
		if eval[bool](p, `document.activeElement.matches("[data-day]")`) {
			break
		}
		p.press("Tab")
	}
	at := func(day string) {
		p.t.Helper()
		p.until("the focus on "+day, `document.activeElement.dataset.day === `+quoted(day))
	}
	at("2026-01-31")
	for _, step := range []struct{ key, day string }{
		{"ArrowRight", "2026-01-31"}, {"ArrowDown", "2026-01-31"}, // there is no later day
		{"ArrowLeft", "2026-01-30"}, {"ArrowUp", "2026-01-23"}, {"Home", "2026-01-19"}, {"End", "2026-01-25"}, {"PageUp", "2025-12-25"},
		{"ArrowDown", "2026-01-01"}, {"ArrowLeft", "2025-12-31"}, {"PageUp", "2025-11-30"}, {"PageDown", "2025-12-30"},
	} {
		p.press(step.key)
		at(step.day)
	}
	p.press("Enter")
	p.until("what a screen reader says", css(".calendar-note")+`.textContent === "From Tuesday, 30 December 2025; now choose the last day"`)
	for range 6 {
		p.press("ArrowRight")
	}
	at("2026-01-05")
	p.chosenDays("2026-01-01", "2026-01-05") // those of this month
	p.press(" ")
	p.until("what a screen reader says", css(".calendar-note")+`.textContent === "Tuesday, 30 December 2025 to Monday, 5 January 2026"`)
	for range 10 {
		if eval[bool](p, `document.activeElement.textContent === "Apply range"`) {
			break
		}
		p.press("Tab")
	}
	p.after(func() { p.press("Enter") })
	p.mustShow("days by keyboard", "2025-12-30T00:00:00-03:00", "2026-01-05T23:59:59.999-03:00")
	p.until("the range in words", css(picker)+`.innerText.includes("30 Dec 2025 – 5 Jan 2026")`)

	// Escape closes the picker and changes nothing; the focus goes back to the button.
	before := p.address()
	p.click(css(picker))
	p.click(day("2026-01-02"))
	p.press("Escape")
	p.until("the focus on the button", `!`+pickerOpen+` && document.activeElement.matches(`+quoted(picker)+`)`)
	if got := p.address(); got != before {
		p.t.Errorf("the address changed to %s", got)
	}
}

func daysTyped(p *tab) {
	before := p.address()
	p.click(css(picker))
	for _, c := range []struct{ from, to, want string }{
		{"31/02/2026", "now", "From: “31/02/2026” is no day: February 2026 has 28 days."},
		{"2026-01-05", "2026-01-05 25:00", "To: “25:00” is no time of day."},
		{"now-7x", "now", "From: “now-7x” has “x”, which is no unit: s m h d w M Q y."},
		{"2026-01-06", "2026-01-05", "The range ends before it begins."},
	} {
		p.fillIn(css("input[name=from]"), c.from)
		p.fillIn(css("input[name=to]"), c.to)
		p.click(labelled("Apply range"))
		p.until(c.want, css("#range-wrong")+`.checkVisibility() && `+css("#range-wrong")+`.innerText === `+quoted(c.want))
		p.until("the focus in the field", `document.activeElement === document.querySelector("[aria-invalid=true]")`)
	}
	p.accessible("the picker with an error")
	if got := p.address(); got != before {
		p.t.Errorf("the address changed to %s", got)
	}
	p.fillIn(css("input[name=from]"), "29/02/2024")
	p.fillIn(css("input[name=to]"), "1 Mar 2024")
	p.after(func() { p.click(labelled("Apply range")) })
	p.mustShow("typed days", "2024-02-29T00:00:00-03:00", "2024-03-01T23:59:59.999-03:00")
	p.until("the range in words", css(picker)+`.innerText.includes("29 Feb – 1 Mar 2024")`)

	// The fields show what was typed. Applied again, they mean the same.
	p.click(css(picker))
	p.until("the days in the fields", css("input[name=from]")+`.value === "2024-02-29" && `+css("input[name=to]")+`.value === "2024-03-01"`)
	p.press("Escape")
	p.click(css(picker))
	p.fillIn(css("input[name=from]"), "now-36h")
	p.fillIn(css("input[name=to]"), "now")
	p.after(func() { p.click(labelled("Apply range")) })
	p.until("the range in words", css(picker)+`.innerText.includes("Last 36 hours")`)
}

// everythingThereIs chooses the range from the first record on.
func everythingThereIs(p *tab) {
	p.click(css(picker))
	p.after(func() { p.click(labelled("All")) })
	p.mustShow("all", "2020-01-02T00:00:00-03:00", january)
	if got := p.address(); !strings.Contains(got, fmt.Sprintf("from=%d&to=now", p.milliseconds("from"))) {
		p.t.Errorf("the address is %s", got)
	}
	p.until("the range in words", css(picker)+`.innerText.includes("Since 2 Jan 2020")`)
	p.click(css(picker))
	p.until("the button to be pressed", labelled("All")+`.getAttribute("aria-pressed") === "true"`)
}

// dayOfSummerTime chooses a day that has 23 hours in New York.
func dayOfSummerTime(p *tab) {
	p.open(strings.Replace(eval[string](p, "location.href"), "from=now%2FM&to=now", "from=2025-03-09T12:00&to=2025-03-09T13:00&timezone=America/New_York", 1))
	p.until("the offset of that day", css("[data-testid=time-zone]")+`.innerText === "New York UTC−04:00"`)
	p.click(css(picker))
	p.click(day("2025-03-09"))
	p.click(day("2025-03-09"))
	p.after(func() { p.click(labelled("Apply range")) })
	p.mustShow("a day of 23 hours", "2025-03-09T00:00:00-05:00", "2025-03-09T23:59:59.999-04:00")
	p.until("the range in words", css(picker)+`.innerText.includes("9 Mar 2025")`)
	p.click(css(picker))
	p.until("the change of the clocks", css(".picker-box")+`.innerText.includes("Times are those of New York, UTC−04:00; at the beginning of the range UTC−05:00.")`)
}

// zonesAreNamed changes the zone, and reads its name.
func zonesAreNamed(p *tab) {
	p.until("the zone's name", css("[data-testid=time-zone]")+`.innerText === "São Paulo UTC−03:00"`)
	p.click(css(picker))
	p.until("the zone in the picker", css(".picker-box")+`.innerText.includes("Times are those of São Paulo, UTC−03:00.")`)
	p.after(func() {
		eval[bool](p, `(() => { const s = document.querySelector(".zones select"); s.value = "utc"; s.dispatchEvent(new Event("change")); return true; })()`)
	})
	p.until("the zone's name", css("[data-testid=time-zone]")+`.innerText === "UTC"`)
	p.mustShow("a month in UTC", "2026-01-01T00:00:00Z", january)
	if got := p.address(); !strings.Contains(got, "timezone=utc") {
		p.t.Errorf("the address is %s", got)
	}
}

// TestBrowserRangeOfAllInEmptyTables asks for all records where there are none.
func TestBrowserRangeOfAllInEmptyTables(t *testing.T) {
	t.Parallel()
	s := start(t, []string{"DATABASE_URL=" + pgtest.MigratedURL(t)}, "serve", "--open=false", "--listen", "127.0.0.1:0", "--as-of", january)
	p := startChromium(t).tab(t, screen{})
	for _, uid := range dashboards(t, s.url) {
		p.open(pageOf(s.url, uid, "?from=now-7d&to=now"))
		before := p.address()
		p.click(css(picker))
		p.click(labelled("All"))
		p.until("a sentence", css("#range-wrong")+`.innerText === "This dashboard has no records yet."`)
		if got := p.address(); got != before {
			t.Errorf("%s: the address changed to %s", uid, got)
		}
	}
}

// TestBrowserTimesOfThePast reads how long ago runs were, on a page of the past and on a range of the past.
func TestBrowserTimesOfThePast(t *testing.T) {
	t.Parallel()
	chrome := startChromium(t)
	for asOf, query := range map[string]string{january: "?from=now-24h&to=now", monday: "?from=2026-01-30T12:00:00-03:00&to=2026-01-31T12:00:00-03:00"} {
		desk := sampleDesk(t, asOf) // before the tab, so that it ends after it
		p := chrome.tab(t, screen{zone: "America/Sao_Paulo"})
		p.open(pageOf(desk.url, "pipeline-health", query))
		p.allDrawn()
		for id := tileBCB; id <= tileTreasury; id++ {
			if text := p.text(panel(id)); !strings.Contains(text, "a day ago") && !strings.Contains(text, "hours ago") {
				t.Errorf("as of %s, tile %d of 31 January says %q", asOf, id, text)
			}
		}
	}
}
