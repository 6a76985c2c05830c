package headline

import (
	"context"
	"fmt"
	"slices"
	"time"

	"macrowatch/internal/viewer/annotation"
	"macrowatch/internal/viewer/model"
	"macrowatch/internal/viewer/palette"
	"macrowatch/internal/viewer/render"
	"macrowatch/internal/viewer/request"
	"macrowatch/internal/viewer/settings"
	"macrowatch/internal/viewer/variable"
	"macrowatch/internal/viewer/view"
)

// Headline is what one tile, dial or bar shows.
type Headline struct {
	PanelID int
	// Panel is the panel's title.
	Panel string
	// Name says which bar, dial or named value of the panel this is; it is empty where the panel has only one.
	Name string
	// Values are written as the dashboard writes them. A tile may have several: status, time and duration.
	Values []string
	// Severity is the severity of the most serious value.
	Severity Severity
	// Problem says why the panel could not be computed. Severity is Critical then.
	Problem string
}

// Options say for which moment and reader the headlines are read.
type Options struct {
	Now time.Time
	// Location is the zone in which times are written; nil is UTC.
	Location *time.Location
}

// Read returns the headlines of a dashboard over its default time range, in the order of its panels. It returns an
// error only if no panel can be computed; what is wrong with one panel is in that panel's Headline.
func Read(ctx context.Context, q request.Querier, d *model.Dashboard, o Options) ([]Headline, error) {
	r := request.Request{Clock: d.Clock(o.Now, o.Location), Theme: palette.Dark}
	var err error
	if r.Range, err = r.Clock.Range(d.From, d.To); err != nil {
		return nil, fmt.Errorf("dashboard %s: %w", d.UID, err)
	}
	if r, err = variable.EnsureResolved(ctx, r, q, d); err != nil {
		return nil, fmt.Errorf("dashboard %s: %w", d.UID, err)
	}
	hues := severities(r.Theme)
	var out []Headline
	for _, p := range d.Panels {
		if isHeadline(p.Type) {
			judge := judge{byColor: hues, ofSign: coloursSign(settings.ReadConfig(p.Fields.Defaults))}
			out = append(out, judge.headlines(render.Panel(ctx, q, d, p.ID, r, annotation.Marks{}))...)
		}
	}
	return out, nil
}

// judge tells how serious the values of one panel are.
type judge struct {
	byColor map[string]Severity
	ofSign  bool // the colours say only whether a value is below zero
}

// coloursSign reports whether thresholds change the colour only at zero. Such colours tell a loss from a gain, as the
// minus does. Not every loss is a case for the person on duty, so they say nothing about how serious a value is.
func coloursSign(c settings.Config) bool {
	t := c.Thresholds
	return c.Color.Mode == "thresholds" && t != nil && !t.Percentage && len(t.Steps) == 2 && t.Steps[1].Value == 0
}

// severity returns the severity of a value's colour. A missing value has no colour, so its severity is Neutral.
func (j judge) severity(v view.Value) Severity {
	if j.ofSign {
		return Neutral
	}
	return j.byColor[v.Color]
}

// isHeadline reports whether panels of a kind show single values.
func isHeadline(kind string) bool { return kind == "stat" || kind == "gauge" || kind == "bargauge" }

// headlines returns the headlines of a computed panel.
func (j judge) headlines(p view.Panel) []Headline {
	base := Headline{PanelID: p.ID, Panel: p.Title}
	switch {
	case p.Error != "":
		base.Problem, base.Severity = p.Error, Critical
	case p.View == nil:
		base.Problem, base.Severity = "The panel shows nothing.", Critical
	case p.View.Stat != nil && p.View.Stat.TextMode == "value_and_name":
		var all []Headline
		for _, i := range p.View.Stat.Items {
			all = append(all, j.named(base, i.Title, i.Value))
		}
		return all
	case p.View.Stat != nil:
		for _, i := range p.View.Stat.Items { // they are the lines of one tile
			base = j.with(base, i.Value)
		}
	case p.View.Gauge != nil:
		var all []Headline
		for _, i := range p.View.Gauge.Items {
			all = append(all, j.named(base, i.Title, i.Value))
		}
		return all
	case p.View.BarGauge != nil:
		var all []Headline
		for _, i := range p.View.BarGauge.Items {
			all = append(all, j.named(base, i.Title, i.Value))
		}
		return all
	default:
		base.Values = []string{p.View.Message}
	}
	return []Headline{base}
}

// with returns h with one more value. If the value is more serious than h, the result has the value's severity.
func (j judge) with(h Headline, v view.Value) Headline {
	h.Values = append(slices.Clone(h.Values), v.Prefix+v.Text+v.Suffix)
	h.Severity = max(h.Severity, j.severity(v))
	return h
}

// named returns the headline of one of a panel's dials or bars.
func (j judge) named(base Headline, name string, v view.Value) Headline {
	base.Name = name
	return j.with(base, v)
}

// Worst returns the greatest severity of all headlines, Neutral if there are none.
func Worst(all []Headline) Severity {
	worst := Neutral
	for _, h := range all {
		worst = max(worst, h.Severity)
	}
	return worst
}
