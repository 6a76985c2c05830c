package panel

import (
	"slices"

	"golang.org/x/text/collate"
	"golang.org/x/text/language"

	"macrowatch/internal/viewer/fieldconfig"
	"macrowatch/internal/viewer/frame"
	"macrowatch/internal/viewer/js"
	"macrowatch/internal/viewer/notice"
	"macrowatch/internal/viewer/reducer"
	"macrowatch/internal/viewer/settings"
	"macrowatch/internal/viewer/view"
)

// SortLegend sorts a table legend by name, or by the calculation whose title is given in `by`. A list legend keeps
// its order.
func SortLegend(l *view.Legend, by string, descending bool) {
	if by == "" || l.Mode != "table" {
		return
	}
	column := slices.Index(l.Calcs, by)
	if column < 0 && by != "Name" {
		return
	}
	names := collate.New(language.AmericanEnglish, collate.Loose, collate.Numeric) // numbers in names count as numbers
	slices.SortStableFunc(l.Items, func(a, b view.LegendItem) int {
		var c int
		if column < 0 {
			c = names.CompareString(a.Name, b.Name)
		} else {
			c = js.CompareNumbers(a.Values[column].Number, b.Values[column].Number)
		}
		if descending {
			return -c
		}
		return c
	})
}

// TooltipMode says how many series a tooltip shows: "single", "multi" or "none". The default is "single".
func TooltipMode(o settings.Object) string { return o.Child("tooltip").TextOr("mode", "single") }

// NoteMedian adds a notice if the panel asks for a median, which Grafana does not compute.
func (j *Job) NoteMedian(calcs []string) {
	for _, c := range calcs {
		if c == "median" {
			j.Notices.Add("Grafana 11.4 computes no median; the 50th percentile (p50) is near it.")
		}
	}
}

// Annotations are the marks on this panel that touch its range.
func (j *Job) Annotations() []view.Annotation {
	var out []view.Annotation
	from, to := j.From.UnixMilli(), j.To.UnixMilli()
	for _, m := range j.Marks.On(j.Panel.ID) {
		if max(m.Time, m.TimeEnd) >= from && m.Time <= to {
			out = append(out, m)
		}
	}
	for _, e := range j.Marks.Errors {
		j.Notices.Add("%s", e)
	}
	return out
}

// FieldLegend is the legend of some fields, with the calculations that the panel asks for. Fields that the panel hides
// from its legend are left out. visible says whether the legend is shown if the panel does not say.
func (j *Job) FieldLegend(fields []*frame.Field, visible bool) view.Legend {
	o := j.Panel.Options.Child("legend")
	mode := o.TextOr("displayMode", "list")
	l := view.Legend{Show: o.FlagOr("showLegend", visible) && mode != "hidden", Mode: mode, Placement: o.TextOr("placement", "bottom"),
		Items: []view.LegendItem{}}
	if mode == "hidden" {
		l.Mode = "list"
	}
	calcs := o.Texts("calcs")
	j.NoteMedian(calcs)
	for _, id := range calcs {
		info, known := reducer.Lookup(reducer.CurrentName(id))
		if !known {
			j.Notices.Add("%s", notice.Sentence(reducer.Unknown(id)))
			continue
		}
		l.Calcs = append(l.Calcs, info.Title)
	}
	for i, f := range fields {
		if f.Config.Custom.Child("hideFrom").Flag("legend") {
			continue
		}
		item := view.LegendItem{Series: i, Name: f.Title, Color: fieldconfig.SeriesColor(f, j.Env.Colors), Status: f.Config.SaysStatus()}
		for _, id := range calcs {
			if d, ok := j.calculated(f, id); ok {
				item.Values = append(item.Values, d.Value())
			}
		}
		l.Items = append(l.Items, item)
	}
	SortLegend(&l, o.Text("sortBy"), o.Flag("sortDesc"))
	return l
}

// calculated reduces a field to one value as a legend shows it: counts have no unit, and shares are in percent. The
// second result is false if there is no such calculation.
func (j *Job) calculated(f *frame.Field, id string) (frame.Display, bool) {
	v, known := reducer.Reduce(f, id)
	if !known {
		return frame.Display{}, false
	}
	show := f.Show
	switch reducer.CurrentName(id) {
	case "diffperc":
		show = j.WithUnit(f, "percent")
	case "count", "changeCount", "distinctCount":
		show = j.WithUnit(f, "none")
	}
	return show(v, nil), true
}

// WithUnit returns a function that shows a field's values in another unit.
func (j *Job) WithUnit(f *frame.Field, u string) func(any, *int) frame.Display {
	other := *f
	other.Config.Unit = u
	return fieldconfig.NewDisplay(&other, j.Env)
}
