package doctor

// Severity says how serious a finding is. A greater one is more serious.
type Severity int

// The severities of findings.
const (
	OK      Severity = iota // nothing is to be done
	Warning                 // something works less well than it could, or soon will
	Problem                 // something does not work
)

// Finding is what one check found.
type Finding struct {
	// Check names what was looked at: "database", "clock", "disk".
	Check    string
	Severity Severity
	// Text says what was seen.
	Text string
	// Do says what to do about it; it is empty where nothing is to be done.
	Do string
}

// Worst returns the greatest severity of some findings.
func Worst(findings []Finding) Severity {
	worst := OK
	for _, f := range findings {
		worst = max(worst, f.Severity)
	}
	return worst
}
