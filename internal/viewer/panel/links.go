package panel

import (
	"slices"

	"macrowatch/internal/viewer/fieldconfig"
	"macrowatch/internal/viewer/frame"
	"macrowatch/internal/viewer/settings"
	"macrowatch/internal/viewer/view"
)

// Links are the links of a field's value. The argument `row` is the value's row; −1 stands for a value that was computed
// from all rows. The argument d is the value as it is shown.
func (j *Job) Links(fr *frame.Frame, f *frame.Field, row int, d frame.Display) []view.Link {
	if f == nil || len(f.Config.Links) == 0 {
		return nil
	}
	value := d // a copy, so that the many values without links stay off the heap
	s := fieldconfig.Scope{Frames: j.Frames, Frame: fr, Field: f, Value: &value, Raw: d.Numeric}
	// As in Grafana a link may name the other columns of the row, also where the only row was reduced to one value.
	if row < 0 && fr.Length == 1 {
		row = 0
	}
	if row >= 0 {
		s.Row, s.HasRow, s.Raw = row, true, f.Values[row]
	}
	return j.resolved(f.Config.Links, s)
}

// PanelLinks are the links of the panel itself.
func (j *Job) PanelLinks() []view.Link { return j.resolved(j.Panel.Links, fieldconfig.Scope{}) }

// resolved fills in links. A link that could run a script, or leads to anything else than a page, is left out.
func (j *Job) resolved(links []settings.Link, s fieldconfig.Scope) []view.Link {
	if len(links) == 0 {
		return nil
	}
	if j.address == nil {
		j.address = fieldconfig.LinkReplacer(j.Macros)
	}
	var out []view.Link
	for _, l := range links {
		href := j.address(l.URL, s)
		if !fieldconfig.SafeAddress(href) {
			j.Notices.Add("The link %q is left out: links may lead to http, https and relative addresses only.", l.Title)
			continue
		}
		link := view.Link{Title: l.Title, Href: href, NewTab: l.NewTab}
		if j.Env.Replace != nil {
			link.Title = j.Env.Replace(l.Title, s)
		}
		if link.Title == "" {
			link.Title = href
		}
		if !slices.Contains(out, link) {
			out = append(out, link)
		}
	}
	return out
}
