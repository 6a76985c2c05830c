package daily

import (
	"fmt"
	"html/template"
	"math"
	"strings"
	"time"
)

// chart is a drawing over time in units of its own. The page stretches it to the room that it has; the texts beside it are
// the page's.
type chart struct {
	Title, Legend string
	// Drawing is the inside of an SVG of chartWidth by chartHeight.
	Drawing       template.HTML
	Top, Bottom   string // the ends of the scale
	Span          string // the first and the last day
	Description   string // what the chart shows, for a reader who can't see it
	Width, Height float64
}

const chartWidth, chartHeight = 1000.0, 300.0

// plane puts times and values onto a drawing.
type plane struct {
	from, to  time.Time
	low, high float64
}

func (p plane) x(at time.Time) float64 {
	if !p.to.After(p.from) {
		return 0
	}
	return chartWidth * float64(at.Sub(p.from)) / float64(p.to.Sub(p.from))
}

func (p plane) y(v float64) float64 {
	if p.high <= p.low {
		return chartHeight / 2
	}
	return chartHeight * (p.high - v) / (p.high - p.low)
}

// line is the path of a curve. Where the area is asked for, the path goes back along a base value.
func (p plane) line(c curve, area bool, base float64) string {
	var s strings.Builder
	for n, v := range c.Values {
		letter := "L"
		if n == 0 {
			letter = "M"
		}
		fmt.Fprintf(&s, "%s%.1f %.1f", letter, p.x(c.At[n]), p.y(v))
	}
	if area && len(c.Values) > 0 {
		fmt.Fprintf(&s, "L%.1f %.1fL%.1f %.1fZ", p.x(c.At[len(c.At)-1]), p.y(base), p.x(c.At[0]), p.y(base))
	}
	return s.String()
}

// grid are lines at the beginnings of the months that have room.
func (p plane) grid(zone *time.Location) string {
	var s strings.Builder
	from := p.from.In(zone)
	for at := time.Date(from.Year(), from.Month()+1, 1, 0, 0, 0, 0, zone); at.Before(p.to); at = at.AddDate(0, 1, 0) {
		fmt.Fprintf(&s, `<path class="grid" d="M%.1f 0V%.0f"/>`, p.x(at), chartHeight)
	}
	return s.String()
}

// extent are the least and the greatest of some values, with a little room.
func extent(values []float64) (low, high float64) {
	low, high = math.Inf(1), math.Inf(-1)
	for _, v := range values {
		low, high = min(low, v), max(high, v)
	}
	room := (high - low) * 0.04
	return low - room, high + room
}

// navChart is the NAV of a year; nil if there are fewer than two.
func (d Day) navChart() *chart {
	c := d.Book.Curve
	if len(c.Values) < 2 {
		return nil
	}
	low, high := extent(c.Values)
	p := plane{c.At[0], c.At[len(c.At)-1], low, high}
	return d.chart("NAV", "", p, p.grid(d.Rules.Location())+fmt.Sprintf(`<path class="area" d="%s"/><path class="line" d="%s"/>`, p.line(c, true, low), p.line(c, false, 0)),
		fixed(high, 0), fixed(low, 0), fmt.Sprintf("NAV from %s to %s", fixed(c.Values[0], 2), fixed(c.Values[len(c.Values)-1], 2)))
}

// drawdownChart is the distance to the peak over a year; nil if there are fewer than two values.
func (d Day) drawdownChart() *chart {
	c := d.Book.Fall
	if len(c.Values) < 2 {
		return nil
	}
	low, _ := extent(c.Values)
	p := plane{c.At[0], c.At[len(c.At)-1], min(low, -0.1), 0}
	return d.chart("Drawdown", "", p, p.grid(d.Rules.Location())+fmt.Sprintf(`<path class="fall" d="%s"/>`, p.line(c, true, 0)),
		"0 %", fixed(p.low, 1)+" %", fmt.Sprintf("Drawdown, %s percent at the end", fixed(c.Values[len(c.Values)-1], 2)))
}

// testedChart is the P&L of the tested days between their VaRs; nil if no day is tested.
func (d Day) testedChart() *chart {
	var at []time.Time
	var all []float64
	var at95, at99 curve
	var bars strings.Builder
	for _, t := range d.Risk.Tested {
		if t.PnL.Known {
			at, all = append(at, t.At), append(all, t.PnL.Value)
		}
		if t.LossAt95.Known && t.LossAt99.Known {
			at95.At, at95.Values = append(at95.At, t.At), append(at95.Values, t.LossAt95.Value)
			at99.At, at99.Values = append(at99.At, t.At), append(at99.Values, t.LossAt99.Value)
		}
	}
	if len(at) == 0 {
		return nil
	}
	low, high := extent(append(append([]float64{0}, all...), at99.Values...))
	p := plane{at[0].Add(-24 * time.Hour), at[len(at)-1].Add(24 * time.Hour), low, high}
	width := max(2.0, chartWidth/(float64(p.to.Sub(p.from))/float64(24*time.Hour))*0.7)
	for n, v := range all {
		class := "gain"
		if v < 0 {
			class = "loss"
		}
		top, bottom := p.y(max(v, 0)), p.y(min(v, 0))
		fmt.Fprintf(&bars, `<path class="%s" d="M%.1f %.1fh%.1fV%.1fh-%.1fZ"/>`, class, p.x(at[n])-width/2, top, width, bottom, width)
	}
	return d.chart("P&L of the held book", "dashed VaR 95%, line VaR 99%", p, p.grid(d.Rules.Location())+bars.String()+
		fmt.Sprintf(`<path class="axis" d="M0 %.1fH%.0f"/><path class="var" d="%s"/><path class="var99" d="%s"/>`, p.y(0), chartWidth, p.line(at95, false, 0), p.line(at99, false, 0)),
		fixed(high, 1)+" %", fixed(low, 1)+" %", fmt.Sprintf("P&L of %s beside the VaR of the evening before", plural(len(all), "day", "days")))
}

func (d Day) chart(title, legend string, p plane, drawing, top, bottom, description string) *chart {
	date := func(at time.Time) string { return at.In(d.Rules.Location()).Format("2 Jan 2006") }
	span := date(p.from) + " – " + date(p.to)
	// The drawing holds numbers and names of classes only, all of them made here.
	return &chart{title, legend, template.HTML(drawing), top, bottom, span, description, chartWidth, chartHeight}
}
