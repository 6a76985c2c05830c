package dashboard

import "testing"

// laptop is how wide the page of a common laptop is, in pixels.
const laptop = 1500

// columnWidths are the widths of a table's columns in Grafana: a column's own width, or its share of
// what those leave, at least its least width. An override may name them by their names in the query.
func columnWidths(panel map[string]any, columns []string) map[string]float64 {
	number := func(v any, fallback float64) float64 {
		if n, ok := v.(float64); ok {
			return n
		}
		return fallback
	}
	standard := number(walk(panel, "fieldConfig", "defaults", "custom", "minWidth"), 150)
	// A panel has 8 pixels around it, 16 within, and the page 16 at its sides; 2 are borders.
	room := (laptop-32+8)/24.0*walk(panel, "gridPos", "w").(float64) - 8 - 16 - 2
	out, least := map[string]float64{}, map[string]float64{}
	for _, c := range columns {
		if own := number(overrideOf(panel, "byName", c, "custom.width"), 0); own > 0 {
			out[c], room = own, room-own
			continue
		}
		least[c] = number(overrideOf(panel, "byName", c, "custom.minWidth"), standard)
	}
	for again := true; again; {
		again = false
		for c, w := range least {
			if w > room/float64(len(least)) {
				out[c], room, again = w, room-w, true
				delete(least, c)
			}
		}
	}
	for c := range least {
		out[c] = room / float64(len(least))
	}
	return out
}

// The pixels are what the head or the longest text of a column takes in Grafana 11.4, with the cell's
// margins.
func TestTablesShowWholeTextsOnALaptop(t *testing.T) {
	t.Parallel()
	const strategy, direction, cvar = 160, 78, 80
	drivers := func(first string) map[string]float64 {
		return map[string]float64{first: 150, "Net weight": 62 /* "Weight" */, "CVaR 95%": cvar, "VaR 99%": 70, "Incremental VaR 99%": 78 /* "Incr. VaR" */}
	}
	for _, c := range []struct {
		uid, title string
		needs      map[string]float64
	}{
		{signalUID, "Latest Flips", map[string]float64{"Time": 160, "Strategy": strategy, "Instrument": 120, "From": direction, "To": direction}},
		{portfolioUID, "Monthly Returns", map[string]float64{"Year": 50, "Jan": 48, "Feb": 48, "Mar": 48, "Apr": 48, "May": 48, "Jun": 48, "Jul": 48, "Aug": 48, "Sep": 48,
			"Oct": 48, "Nov": 48, "Dec": 48, "Full year": 70}},
		{riskUID, "VaR by Method", map[string]float64{"Method": 188, "VaR 95%": 70, "VaR 99%": 70, "CVaR 95%": cvar, "CVaR 99%": cvar, "Returns": 64, "From": 90, "To": 90, "Computed": 130}},
		{riskUID, "What drives the VaR: Asset Classes", drivers("Asset class")},
		{riskUID, "What drives the VaR: Strategies", drivers("Strategy")},
		{riskUID, "What drives the VaR: Instruments", drivers("Instrument")},
	} {
		panel := panelNamed(t, decodedOf(t, c.uid), "table", c.title)
		var columns []string
		for name := range c.needs {
			columns = append(columns, name)
		}
		room := (laptop-32+8)/24.0*walk(panel, "gridPos", "w").(float64) - 26
		for name, width := range columnWidths(panel, columns) {
			if room -= width; width < c.needs[name] {
				t.Errorf("%s: %s is %.0f pixels wide, its texts need %.0f", c.title, name, width, c.needs[name])
			}
		}
		if room < -0.5 {
			t.Errorf("%s is %.0f pixels wider than its panel", c.title, -room)
		}
	}
}
