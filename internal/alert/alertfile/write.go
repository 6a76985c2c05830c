package alertfile

import (
	"strconv"
	"strings"
	"time"

	"macrowatch/internal/alert"
)

// Written is the setting of a rule as a file has it.
func Written(rule alert.Rule, s alert.Setting) string {
	if !s.On {
		return "off"
	}
	parts := []string{"severity: " + string(s.Severity), "grace: " + span(s.Grace), "settle: " + span(s.Settle), "repeat: never"}
	if s.Repeat > 0 {
		parts[3] = "repeat: " + span(s.Repeat)
	}
	if rule.Threshold != "" {
		parts = append(parts, "threshold: "+strconv.FormatFloat(s.Threshold, 'g', -1, 64))
	}
	return "{" + strings.Join(parts, ", ") + "}"
}

// WrittenReport is a report as a file has it.
func WrittenReport(r alert.Report) string {
	if r.Cron == "" {
		return "off"
	}
	parts := []string{"cron: " + strconv.Quote(r.Cron), "to: [" + strings.Join(r.To, ", ") + "]", "within: " + span(r.Within)}
	if r.Form != alert.FormByTarget {
		parts = append(parts, "form: "+string(r.Form))
	}
	return "{" + strings.Join(parts, ", ") + "}"
}

// span is a time without the parts that are zero, such as 10m.
func span(d time.Duration) string {
	text := d.String()
	if strings.HasSuffix(text, "m0s") {
		text = strings.TrimSuffix(text, "0s")
	}
	if strings.HasSuffix(text, "h0m") {
		text = strings.TrimSuffix(text, "0m")
	}
	return text
}
