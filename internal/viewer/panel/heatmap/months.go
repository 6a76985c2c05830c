package heatmap

import (
	"strconv"
	"strings"
	"time"

	"macrowatch/internal/viewer/axis"
	"macrowatch/internal/viewer/panel"
	"macrowatch/internal/viewer/request"
	"macrowatch/internal/viewer/unit"
	"macrowatch/internal/viewer/view"
)

// years reports whether every column is a year: the columns are 365 or 366 days apart.
func (h heatData) years() bool {
	const day = float64(axis.DayMs)
	return h.time && len(h.xs) > 1 && h.step >= 365*day && h.step <= 366*day
}

// yearOf is the year of a column. It does not depend on the reader's zone, nor on whether x is the first or the last day
// of the year.
func yearOf(x float64) int { return time.UnixMilli(int64(x)).UTC().Year() }

// monthNamed is the month that a row's name says: "Jul" and "July" are July.
func monthNamed(row string) (time.Month, bool) {
	for m := time.January; m <= time.December; m++ {
		if strings.EqualFold(row, m.String()) || strings.EqualFold(row, m.String()[:3]) {
			return m, true
		}
	}
	return 0, false
}

// nameMonths writes the tooltips of a heatmap whose rows are months and whose columns are years: "July 2023: +3.6 %". The
// row of the whole year reads "2023: −1.2 %". If any value is below zero, values above zero get a plus sign.
func nameMonths(j *panel.Job, h *view.Heatmap, heat heatData) {
	months, signed := false, false
	for _, row := range h.Rows {
		_, is := monthNamed(row)
		months = months || is
	}
	if !months || !heat.years() {
		return
	}
	for _, c := range h.Cells {
		signed = signed || *c.Value.Number < 0
	}
	for i, c := range h.Cells {
		name := h.Columns[c.Column].Text
		if m, is := monthNamed(h.Rows[c.Row]); is {
			name = m.String() + " " + name
		} else if !strings.EqualFold(h.Rows[c.Row], "year") {
			name = h.Rows[c.Row] + " " + name
		}
		h.Cells[i].Tip = name + ": " + signedText(c.Value, signed)
	}
}

// signedText writes a value with a typographic minus or, if signed is true, with a plus. A percent sign has a space before
// it.
func signedText(v view.Value, signed bool) string {
	text := v.Prefix + v.Text + v.Suffix
	if v.Suffix == "%" {
		text = v.Prefix + v.Text + "\u00a0%"
	}
	switch {
	case strings.HasPrefix(text, "-"):
		return "−" + text[1:]
	case signed && *v.Number > 0:
		return "+" + text
	}
	return text
}

// text is a column's name for the reader.
func (h heatData) text(j *panel.Job, x float64) string {
	switch {
	case h.years():
		return strconv.Itoa(yearOf(x))
	case h.time:
		return request.Stamp(int64(x), j.Request)
	}
	return unit.Plain(x)
}
