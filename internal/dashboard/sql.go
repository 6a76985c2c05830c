package dashboard

import (
	"embed"
	"fmt"
	"strings"
	"text/template"
	"time"

	"macrowatch/internal/desk"
)

// StaleAfter is how old the latest run of a connector may be, by its start and without the hours
// of Saturday and Sunday in the desk's zone, before its tile says STALE.
const StaleAfter = 36 * time.Hour

// maxPoints is how many places in time the charts of runs have: at 1440 pixels one every two
// pixels. Both charts fix it, so that Grafana and the viewer compute the same $__interval
// whatever the screen.
const maxPoints = 720

//go:embed sql/*.sql
var sqlFiles embed.FS

// sqlValues are what the templates in sql/ may name.
type sqlValues struct {
	Step         string // step_name, for a query about one step
	Zone         string // the desk's zone
	StaleSeconds int64  // StaleAfter
	MaxPoints    int    // maxPoints
}

// sql renders sql/<name>. Comments in those files are template comments, which leave nothing
// behind: Grafana before 13.1 cuts a query at two hyphens.
func sql(name, step string) (string, error) {
	t, err := template.New(name).
		Funcs(template.FuncMap{"literal": literal}).
		Option("missingkey=error").
		ParseFS(sqlFiles, "sql/"+name, "sql/shared.sql")
	if err != nil {
		return "", fmt.Errorf("read query %s: %w", name, err)
	}
	var b strings.Builder
	err = t.Execute(&b, sqlValues{
		Step:         step,
		Zone:         desk.Zone,
		StaleSeconds: int64(StaleAfter / time.Second),
		MaxPoints:    maxPoints,
	})
	if err != nil {
		return "", fmt.Errorf("write query %s: %w", name, err)
	}
	return strings.TrimSpace(b.String()), nil
}

// literal quotes a text for SQL, with standard_conforming_strings as PostgreSQL has it.
func literal(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }
