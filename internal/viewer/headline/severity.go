package headline

import "macrowatch/internal/viewer/palette"

// Severity says how serious a value is. A greater one is more serious.
type Severity int

// The severities. Most values have no threshold, and their severity is Neutral.
const (
	Neutral Severity = iota
	OK
	Warning
	Critical
)

// String returns the word for a severity, "" for Neutral.
func (s Severity) String() string {
	return map[Severity]string{OK: "OK", Warning: "WARNING", Critical: "CRITICAL"}[s]
}

// severityByHue maps the hues that dashboards give to thresholds and value mappings. Blue, purple and grey say
// what a value is and not how serious it is.
func severityByHue() map[string]Severity {
	return map[string]Severity{"green": OK, "yellow": Warning, "orange": Warning, "red": Critical}
}

// severities maps every shade of those hues, written as view.Value.Color has it, to its severity.
func severities(theme palette.Theme) map[string]Severity {
	colors := palette.New(theme)
	out := map[string]Severity{}
	for hue, severity := range severityByHue() {
		for _, shade := range []string{"super-light-", "light-", "", "semi-dark-", "dark-"} {
			out[colors.Hex(shade+hue)] = severity
		}
	}
	return out
}
