package e2e

import (
	"fmt"
	"strings"
	"testing"
)

// TestBrowserTipsOnEverything reads the tooltip of every kind of panel: with the pointer, with a tap, and with the
// keyboard alone. It has the number with its unit, the time in words, and the share of a whole.
func TestBrowserTipsOnEverything(t *testing.T) {
	t.Parallel()
	url := gallery(t)
	chrome := startChromium(t)
	cases := []struct {
		title, place, focus string // where the pointer goes, and what gets the focus
		keys                int    // how often the right arrow is pressed
		want                []string
	}{
		{"stat: long names", ".stat-item", ".stat", 0, []string{longName, "12.50"}},
		{"gauge: several", ".gauge:nth-child(2)", ".gauges", 1, []string{"FX", "55.3%", "0 to 100", "Thresholds", "50, 90"}},
		{"gauge: long names", ".gauge", ".gauges", 0, []string{longName, "12.5%"}},
		{"bargauge: long names", ".bar-item", ".bars", 0, []string{longName, "12.5", "12.5 to 95"}},
		{"piechart: several", ".pie-slice", ".plot", 0, []string{"Inflation", "91.8", "58%"}},
		{"barchart: several", ".bar-shape:nth-of-type(1)", ".plot", 0, []string{"Rates", "12.5"}},
		{"barchart: stacked", ".bar-shape", ".plot", 0, []string{"Taper", "equity", "30", "75%", "rates", "10", "25%"}},
		{"timeseries: stacked bars", "canvas", ".plot", 12, []string{"Wed 4 Mar 2026, 03:00", "series 1", "%"}},
		{"state-timeline: several", "canvas", ".plot", 0, []string{"50+", "series", "Mar 2026, "}},
		{"heatmap: several", "canvas", ".plot", 0, []string{"Mar 2026, ", "series"}},
		{"stat: sparkline", ".sparkline", ".stat", 1, []string{"Mar 2026, ", "series 1", "%"}},
		{"table: long names", "", "", 0, nil}, // its long texts can be opened
	}
	shown := `document.querySelector(".tip")?.checkVisibility()`
	says := func(p *tab, how, title string, want []string) {
		t.Helper()
		tip := p.tip()
		for _, w := range want {
			if !strings.Contains(tip, w) {
				t.Errorf("%s, %s: the tooltip %q lacks %q", how, title, tip, w)
			}
		}
	}
	for _, s := range []screen{{}, {width: 390, height: 844, phone: true}} {
		p := chrome.tab(t, s)
		p.provoke("")
		p.open(url + "?timezone=utc")
		for _, c := range cases {
			if c.place == "" {
				continue
			}
			id := exhibitID(t, c.title)
			eval[bool](p, fmt.Sprintf(`%s.scrollIntoView({block: "center"}), document.activeElement.blur(), true`, panel(id)))
			p.until("things to be in their places", atRest)
			if s.phone {
				p.click(in(id, c.place))
			} else {
				at := p.middle(in(id, c.place))
				p.hover(at.X, at.Y)
			}
			p.until("the tooltip of "+c.title, shown)
			if c.keys < 2 && !strings.Contains(c.place, "canvas") {
				says(p, fmt.Sprint("pointer, phone: ", s.phone), c.title, c.want)
			} else {
				says(p, fmt.Sprint("pointer, phone: ", s.phone), c.title, c.want[1:])
			}
		}
	}
	p := chrome.tab(t, screen{})
	p.provoke("")
	p.open(url + "?timezone=utc")
	for _, c := range cases {
		if c.focus == "" {
			continue
		}
		id := exhibitID(t, c.title)
		p.hover(1, 1)
		p.press("Tab") // the keyboard is in use, so the focus is shown
		eval[bool](p, fmt.Sprintf(`%s.focus(), true`, in(id, c.focus)))
		for range c.keys {
			p.press("ArrowRight")
		}
		p.until("the tooltip of "+c.title, shown+` && document.querySelector(".tip").getAttribute("aria-live") === "polite"`)
		says(p, "keyboard", c.title, c.want)
	}
	// The keys stop at annotations too.
	id := exhibitID(t, "timeseries: one value")
	eval[bool](p, in(id, ".plot")+".focus(), true")
	p.press("ArrowRight") // from the value to the annotation
	p.until("the annotation", shown)
	says(p, "keyboard", "an annotation", []string{"Events", "The central bank raised its rate", "Wed 4 Mar 2026, 05:20"})

	// A cut entry of a legend says its name to the keyboard too.
	id = exhibitID(t, "timeseries: long names")
	p.press("Tab")
	eval[bool](p, in(id, ".legend-item")+".focus(), true")
	p.until("the legend's tooltip", shown)
	says(p, "keyboard", "a legend's entry", []string{longName})
	// So does a heading that has a description, and no other.
	id = exhibitID(t, "table: several")
	eval[bool](p, in(id, "thead th:nth-child(2) button")+".focus(), true")
	p.until("the heading's tooltip", shown)
	says(p, "keyboard", "a heading", []string{"How it reads."})
	eval[bool](p, in(id, "thead th:first-child button")+".focus(), true")
	p.until("no tooltip of a heading that says all", "!"+shown)
	eval[bool](p, "document.activeElement.blur(), true")
	p.until("no tooltip", "!"+shown)
}

// TestBrowserTellsEveryChart checks the tables that screen readers get in place of drawings.
func TestBrowserTellsEveryChart(t *testing.T) {
	t.Parallel()
	p := startChromium(t).tab(t, screen{})
	p.provoke("")
	p.open(gallery(t) + "?timezone=utc")
	for title, want := range map[string]string{
		"gauge: several":       "[[Rates 12.5% 0 100 50, 90] [FX 55.3% 0 100 50, 90] [Inflation 91.8% 0 100 50, 90]]",
		"bargauge: several":    "[[Rates 12.5 12.5 91.8] [FX 55.3 12.5 91.8] [Inflation 91.8 12.5 91.8]]",
		"bargauge: long names": "[[" + longName + " 12.5 12.5 95] [A name of several words that is much too long for the room that it has in a panel of this width 85 12.5 95] [FX 95 12.5 95]]",
		"piechart: several":    "[[Inflation 91.8 58%] [FX 55.3 35%] [Rates 12.5 8%]]",
	} {
		if got := fmt.Sprint(p.told(exhibitID(t, title), "chart-data")); got != want {
			t.Errorf("%s: %s, want %s", title, got, want)
		}
	}
	for _, e := range exhibits() {
		rows := len(p.told(e.ID, "chart-data"))
		drawn := e.State != "no rows" && e.State != "broken" && e.Kind != "table" && e.Kind != "text" && (e.Kind != "stat" || e.State == "sparkline") && e.title() != "heatmap: negative"
		if drawn != (rows > 0) && e.State != "no rows" {
			t.Errorf("%s: its table has %d rows", e.title(), rows)
		}
	}
	if rows := p.told(exhibitID(t, "stat: sparkline"), "chart-data"); len(rows) < 10 || !strings.HasPrefix(rows[0][0], "Tue 3 Mar 2026, ") || !strings.HasSuffix(rows[0][1], "%") {
		t.Errorf("the sparkline's table: %v", rows)
	}
}
