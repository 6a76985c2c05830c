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

// years reports whether every column is a year: cells of 365 or 366 days on an axis of time.
func (h heatData) years() bool {
	const day = float64(axis.DayMs)
	return h.time && len(h.xs) > 1 && h.step >= 365*day && h.step <= 366*day
}

// yearOf is the one that a column of years stands for: that of its x, whether this is the year's
// first day or its last, and whatever the reader's zone makes of it.
func yearOf(x float64) int { return time.UnixMilli(int64(x)).UTC().Year() }

// monthNamed is a row's month: "Jul" and "July" are July.
func monthNamed(row string) (time.Month, bool) {
	for m := time.January; m <= time.December; m++ {
		if strings.EqualFold(row, m.String()) || strings.EqualFold(row, m.String()[:3]) {
			return m, true
		}
	}
	return 0, false
}

// nameMonths gives the cells of a heatmap of months by years what their tooltips say: "July 2023:
// +3.6 %", and "2023: −1.2 %" in a row of another name than a month's. Values have a sign where some
// are below zero.
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

// signedText is a value with its sign, and with a space before a percent sign.
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

// text names a column for the reader.
func (h heatData) text(j *panel.Job, x float64) string {
	switch {
	case h.years():
		return strconv.Itoa(yearOf(x))
	case h.time:
		return request.Stamp(int64(x), j.Request)
	}
	return unit.Plain(x)
}
