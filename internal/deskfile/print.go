package deskfile

import (
	"bytes"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"macrowatch/internal/alert"
	"macrowatch/internal/alert/alertfile"
	"macrowatch/internal/desk"
	"macrowatch/internal/risk/riskfile"
)

// Print writes rules as a desk file with comments, and after them the built-in risk file. Reading it gives the rules
// again.
func Print(rules desk.Rules) []byte {
	w := &writer{}
	w.comment(`This file describes a desk to macrowatch: macrowatch serve --desk-file desk.yaml. A section that you leave out stays
as the built-in desk has it; a list that you write takes the place of the built-in one. macrowatch desk check desk.yaml
says what is wrong with a file, and what it changes.`)
	w.line("\nname: %s", quoted(rules.Name))
	w.comment("\nDays, weekends and months begin and end in this time zone. Schedules are in it too.")
	w.line("zone: %s", quoted(rules.Zone))
	w.comment("\nAt this hour people come to work. An alert can be silenced until then.")
	w.line("opening_hour: %d", rules.OpeningHour)
	w.comment("\nFrom this hour on the prices of the day are known, so the book of the day is marked with them.")
	w.line("closing_hour: %d", rules.ClosingHour)
	w.comment("\nWhat is older is shown as STALE, unless a schedule says when it is due. Only the hours of the days on which the\ndesk works count: see calendar.")
	w.line("stale_after: %s", written(rules.StaleAfter))
	w.calendar(rules.Calendar)
	w.steps(rules.Steps)
	w.classes(rules)
	w.comment(`
What the words of other tools mean, beside those that macrowatch knows already. A status is one of ` + strings.Join(desk.StatusWord.Meanings(), ", ") + `;
a direction is one of ` + strings.Join(desk.DirectionWord.Meanings(), ", ") + `. For example:

words:
  statuses: {all good: SUCCESS}
  directions: {hausse: LONG}`)
	w.alerts()
	w.retention()
	w.comment("\nThe rest is about risk. Scenarios, limits and proxies that you do not name stay as they are here;\nbuilt_in_scenarios: none leaves out all scenarios that are not in your own file.")
	w.buffer.WriteString("\n")
	w.buffer.Write(riskfile.DefaultText)
	return w.buffer.Bytes()
}

// alerts writes the built-in rules of alerts.
func (w *writer) alerts() {
	w.comment(`
What is told when it is out of order, and to whom (docs/alerts.md). off switches a rule off. Targets and routes say where
alerts go; without them nothing is sent. report sends the desk's day at the times of a cron expression, not on holidays
and weekends: in full to a mail or a webhook, and in short with the page's address to a chat. If no server ran at the
time, it is sent within 4 hours (within), or not at all. For example:

  targets:
    chat: {service_file: /etc/macrowatch/chat-address}
    mail: {service_file: /etc/macrowatch/mail-address}
  routes:
    - {to: chat, severity: critical}
  report: {cron: "30 18 * * *", to: [mail, chat]}`)
	w.line("alerts:\n  rules:")
	for _, rule := range alert.Rules() {
		w.line("    %s: %s", rule.Name, alertfile.Written(rule, rule.Default))
	}
}

// writer writes the text of a desk file.
type writer struct{ buffer bytes.Buffer }

func (w *writer) line(format string, values ...any) { fmt.Fprintf(&w.buffer, format+"\n", values...) }

// comment writes lines as a comment. Empty lines at the beginning stay empty.
func (w *writer) comment(text string) {
	body := strings.TrimLeft(text, "\n")
	w.buffer.WriteString(strings.Repeat("\n", len(text)-len(body)))
	for _, line := range strings.Split(body, "\n") {
		w.line("%s", strings.TrimRight("# "+line, " "))
	}
}

func (w *writer) calendar(c desk.Calendar) {
	w.comment("\nThe days on which the desk does not work. The holidays are those of markets, such as B3, US or UK.")
	w.line("calendar:")
	var weekend []string
	for _, day := range c.Weekend {
		weekend = append(weekend, day.String())
	}
	w.line("  weekend: %s", list(weekend))
	w.line("  holidays: %s", list(c.Holidays))
	if len(c.OwnDays) == 0 {
		w.comment("Days off of the desk's own, such as {date: 2026-07-01, name: Offsite}.")
		w.line("  own_days: []")
		return
	}
	w.line("  own_days:")
	for _, day := range c.OwnDays {
		w.line("    - {date: %s, name: %s}", day.Date.Format(time.DateOnly), quoted(day.Name))
	}
}

func (w *writer) steps(steps []desk.Step) {
	w.comment(`
The steps of the pipeline. The steps of the group connector fetch data from outside and have tiles of their own. The
schedule is a cron expression: minute, hour, day of the month, month, day of the week. A step that is due must have started
after start_within and ended after end_within. It keeps the desk's holidays, or those that it names itself;
holidays: [] means that it runs on every holiday. A step may also have an owner and a runbook, which is the address
of a page.`)
	w.line("steps:")
	for _, s := range steps {
		w.line("  - name: %s", quoted(s.Name))
		w.line("    title: %s", quoted(s.Title))
		w.line("    group: %s", quoted(s.Group))
		if s.Cron != "" {
			w.line("    schedule: %s", quoted(s.Cron))
			w.line("    start_within: %s", written(s.StartGrace))
			w.line("    end_within: %s", written(s.EndGrace))
		}
		if s.Holidays != nil {
			w.line("    holidays: %s", list(s.Holidays))
		}
		if len(s.WaitsFor) > 0 {
			w.line("    waits_for: %s", list(s.WaitsFor))
		}
		if s.Owner != "" {
			w.line("    owner: %s", quoted(s.Owner))
		}
		if s.Runbook != "" {
			w.line("    runbook: %s", quoted(s.Runbook))
		}
	}
}

func (w *writer) classes(rules desk.Rules) {
	w.comment(`
The asset classes in the order in which panels show them. The prefix of its name puts a strategy or an instrument into a
class; the longest prefix that fits decides. What fits none is in the class Other. Classes with the same number at heatmap
share a panel of the signal heatmap; without numbers there are two to a panel.`)
	w.line("classes:")
	for _, class := range rules.AssetClasses {
		w.line("  - name: %s", quoted(class))
		if colour := rules.ClassColours[class]; colour != "" {
			w.line("    colour: %s", quoted(colour))
		}
		if n := slices.IndexFunc(rules.ClassGroups, func(g []string) bool { return slices.Contains(g, class) }); n >= 0 {
			w.line("    heatmap: %d", n+1)
		}
		for _, kind := range []struct {
			key   string
			rules []desk.ClassRule
		}{{"strategies", rules.StrategyClasses}, {"instruments", rules.InstrumentClasses}} {
			var prefixes []string
			for _, rule := range kind.rules {
				if rule.Class == class {
					prefixes = append(prefixes, rule.Prefixes...)
				}
			}
			if len(prefixes) > 0 {
				w.line("    %s: %s", kind.key, list(prefixes))
			}
		}
	}
	if rules.CrossAssetClass != "" {
		w.comment("\nThe strategies of this class trade instruments of several classes.")
		w.line("cross_asset_class: %s", quoted(rules.CrossAssetClass))
	}
}

// list writes texts as a list in one line.
func list(texts []string) string {
	all := slices.Clone(texts)
	for n := range all {
		all[n] = quoted(all[n])
	}
	return "[" + strings.Join(all, ", ") + "]"
}

// quoted writes a text, in quotes if YAML would read it in another way without them.
func quoted(text string) string {
	for n, r := range text {
		letter := r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z'
		if !letter && (n == 0 || !strings.ContainsRune("0123456789_ -/.", r)) {
			return strconv.Quote(text)
		}
	}
	switch strings.ToLower(text) {
	case "", "yes", "no", "on", "off", "true", "false", "null", "y", "n":
		return strconv.Quote(text)
	}
	return text
}

// written writes a length of time without the units that are zero.
func written(d time.Duration) string {
	text := d.String()
	if strings.HasSuffix(text, "m0s") {
		text = strings.TrimSuffix(text, "0s")
	}
	if strings.HasSuffix(text, "h0m") {
		text = strings.TrimSuffix(text, "0m")
	}
	return text
}
