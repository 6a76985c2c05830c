package cli

import (
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/clipperhouse/displaywidth"

	"macrowatch/internal/desk"
	"macrowatch/internal/viewer/headline"
)

// statusText writes a report: a line with the worst severity, a line about the desk's day, then one aligned table for each
// dashboard.
func statusText(rules desk.Rules, r statusReport, c colors) string {
	var s strings.Builder
	if r.Severity != headline.Neutral {
		s.WriteString(c.severity(r.Severity) + "  ")
	}
	fmt.Fprintf(&s, "%s  %s\n", statusClock(rules, r.At), severityCounts(r))
	if line := verdictText(rules, r, c); line != "" {
		s.WriteString(line + "\n")
	}
	for _, d := range r.Dashboards {
		fmt.Fprintf(&s, "\n%s\n", c.bold(d.Title))
		if len(d.Headlines) == 0 {
			s.WriteString("  (no headline numbers)\n")
		}
		name, values := statusColumns(d.Headlines)
		panel := 0
		for _, h := range d.Headlines {
			if h.Name != "" && h.PanelID != panel {
				fmt.Fprintf(&s, "  %*s  %s\n", severityWidth, "", plain(h.Panel))
			}
			panel = h.PanelID
			line := "  " + c.severity(h.Severity) + "  " + padded(statusName(h), name)
			for i, v := range statusValues(h) {
				line += "  " + padded(v, values[i])
			}
			s.WriteString(strings.TrimRight(line, " ") + "\n")
		}
	}
	return s.String()
}

// verdictText writes how the desk's day stands, "" if there is nothing to judge.
func verdictText(rules desk.Rules, r statusReport, c colors) string {
	v := r.Verdict
	switch {
	case v.Problem != "":
		return c.red("How the desk's day stands can't be read: " + plain(v.Problem))
	case v.Verdict == nil:
		return ""
	}
	word := plain(v.Word)
	if !v.Since.IsZero() {
		word += " since " + v.Since.In(rules.Location()).Format("15:04")
	}
	return c.inSeverity(v.Severity, word) + "  " + plain(v.Text)
}

// severityCounts says how many lines are critical and how many are warnings.
func severityCounts(r statusReport) string {
	counts := map[headline.Severity]int{}
	for _, d := range r.Dashboards {
		for _, h := range d.Headlines {
			counts[h.Severity]++
		}
	}
	return fmt.Sprintf("%d critical, %d warning, %d OK", counts[headline.Critical], counts[headline.Warning], counts[headline.OK])
}

// statusClock writes the moment that a report is for, in the desk's zone.
func statusClock(rules desk.Rules, t time.Time) string {
	return t.In(rules.Location()).Format("2006-01-02 15:04:05") + "  " + rules.Zone
}

// statusColumns returns the widths of the column of names and of the columns of values. A problem is a
// sentence and does not count.
func statusColumns(all []headline.Headline) (name int, values []int) {
	for _, h := range all {
		name = max(name, displaywidth.String(statusName(h)))
		if h.Problem != "" {
			continue
		}
		for i, v := range h.Values {
			if i == len(values) {
				values = append(values, 0)
			}
			values[i] = max(values[i], displaywidth.String(plain(v)))
		}
	}
	return name, append(values, 0)
}

// statusName is the panel's title. If the panel has several bars or dials, it is the name of one of them,
// which is printed below the title.
func statusName(h headline.Headline) string {
	if h.Name == "" {
		return plain(h.Panel)
	}
	return "  " + plain(h.Name)
}

func statusValues(h headline.Headline) []string {
	if h.Problem != "" {
		return []string{plain(h.Problem)}
	}
	out := make([]string, len(h.Values))
	for i, v := range h.Values {
		out[i] = plain(v)
	}
	return out
}

// padded fills a text with spaces up to a width in terminal columns.
func padded(text string, width int) string {
	return text + strings.Repeat(" ", max(0, width-displaywidth.String(text)))
}

// severityWidth is the width of the longest word for a severity.
const severityWidth = len("CRITICAL")

// severity writes the word for a severity in its colour, as wide as the longest.
func (c colors) severity(s headline.Severity) string {
	return c.inSeverity(s, fmt.Sprintf("%-*s", severityWidth, s))
}

// inSeverity writes a text in the colour of a severity.
func (c colors) inSeverity(s headline.Severity, text string) string {
	switch s {
	case headline.OK:
		return c.green(text)
	case headline.Warning:
		return c.yellow(text)
	case headline.Critical:
		return c.red(text)
	}
	return text
}

// statusJSON is a report as status --json writes it.
type statusJSON struct {
	At         time.Time             `json:"at"`
	Severity   string                `json:"severity"`
	Verdict    *verdictJSON          `json:"verdict"`
	Dashboards []dashboardStatusJSON `json:"dashboards"`
}

// verdictJSON is how the desk's day stands, or the problem because of which that is not known.
type verdictJSON struct {
	Severity string     `json:"severity"`
	Word     string     `json:"word"`
	Text     string     `json:"text"`
	Brief    string     `json:"brief"`
	Wrong    int        `json:"wrong"`
	Since    *time.Time `json:"since"`
	Problem  string     `json:"problem,omitempty"`
}

// json returns a verdict as status --json writes it, nil if there is nothing to judge.
func (v statusVerdict) json() *verdictJSON {
	if v.Problem != "" {
		return &verdictJSON{Severity: severityJSON(headline.Critical), Problem: v.Problem}
	}
	if v.Verdict == nil {
		return nil
	}
	out := &verdictJSON{Severity: severityJSON(v.Severity), Word: v.Word, Text: v.Text, Brief: v.Brief, Wrong: v.Wrong}
	if !v.Since.IsZero() {
		since := v.Since.UTC()
		out.Since = &since
	}
	return out
}

// dashboardStatusJSON are the headlines of one dashboard.
type dashboardStatusJSON struct {
	UID       string         `json:"uid"`
	Name      string         `json:"name"`
	Title     string         `json:"title"`
	Severity  string         `json:"severity"`
	Headlines []headlineJSON `json:"headlines"`
}

// headlineJSON has the severity as ok, warning or critical, and "none" for a value without thresholds.
type headlineJSON struct {
	PanelID  int      `json:"panel_id"`
	Panel    string   `json:"panel"`
	Item     string   `json:"item,omitempty"`
	Values   []string `json:"values"`
	Severity string   `json:"severity"`
	Problem  string   `json:"problem,omitempty"`
}

func printStatusJSON(out *os.File, r statusReport) error {
	doc := statusJSON{At: r.At.UTC(), Severity: severityJSON(r.Severity), Verdict: r.Verdict.json(), Dashboards: []dashboardStatusJSON{}}
	for _, d := range r.Dashboards {
		b := dashboardStatusJSON{UID: d.UID, Name: d.Slug, Title: d.Title, Severity: severityJSON(headline.Worst(d.Headlines)), Headlines: []headlineJSON{}}
		for _, h := range d.Headlines {
			values := h.Values
			if values == nil {
				values = []string{}
			}
			b.Headlines = append(b.Headlines, headlineJSON{h.PanelID, h.Panel, h.Name, values, severityJSON(h.Severity), h.Problem})
		}
		doc.Dashboards = append(doc.Dashboards, b)
	}
	return printJSON(out, doc)
}

func severityJSON(s headline.Severity) string {
	if s == headline.Neutral {
		return "none"
	}
	return strings.ToLower(s.String())
}
