package alertfile

import (
	"slices"
	"time"

	"github.com/goccy/go-yaml/ast"

	"macrowatch/internal/alert"
	"macrowatch/internal/desk/schedule"
	"macrowatch/internal/yamlnode"
)

// longestWithin is how long after its time a report may be sent. After that the next day's is near.
const longestWithin = 20 * time.Hour

// report reads when the desk's day is sent, and where to.
func (r *reader) report(node ast.Node) {
	if on, is := onOff(node); is && !on {
		return
	}
	report := alert.Report{Within: alert.DefaultWithin}
	before := len(r.faults)
	r.fields(node, "report", []yamlnode.Field{
		{Key: "cron", Read: func(n ast.Node) {
			text, ok := r.text(n, "cron")
			if !ok {
				return
			}
			if _, err := schedule.Parse(text, time.UTC); err != nil {
				r.fault(n, "%v", err)
				return
			}
			report.Cron = text
		}},
		{Key: "to", Read: func(n ast.Node) {
			for _, t := range r.texts(n, "to") {
				if slices.Contains(report.To, t.name) {
					r.fault(t.node, "report names the target %s twice", t.name)
				}
				report.To = append(report.To, t.name)
				r.reported = append(r.reported, t)
			}
		}},
		{Key: "within", Read: func(n ast.Node) {
			r.duration("within", &report.Within, "")(n)
			if report.Within < time.Minute || report.Within > longestWithin {
				r.fault(n, "within is %s; it must be from 1m to 20h", span(report.Within))
			}
		}},
		{Key: "form", Read: func(n ast.Node) {
			text, ok := r.text(n, "form")
			if report.Form = alert.ReportForm(text); ok && report.Form != alert.FullForm && report.Form != alert.ShortForm {
				r.fault(n, "form is %q; it must be full or short, or be left out for what fits each target", text)
			}
		}},
	})
	if len(r.faults) == before {
		switch {
		case report.Cron == "":
			r.fault(node, "report has no cron, which says when it is sent, such as cron: \"30 18 * * *\"")
		case len(report.To) == 0:
			r.fault(node, "report has no target: it needs to, such as to: [mail]")
		}
	}
	r.config.Report = report
}
