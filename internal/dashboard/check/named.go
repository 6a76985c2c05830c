package check

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgtype"

	"macrowatch/internal/viewer/js"
	"macrowatch/internal/viewer/model"
	"macrowatch/internal/viewer/panel/kinds"
	"macrowatch/internal/viewer/settings"
	"macrowatch/internal/viewer/transform"
)

// returned is what a panel's queries return: their columns and their refIds.
type returned struct {
	transform.Columns
	queries []string
}

// add takes in the columns of one query.
func (r *returned) add(columns []pgconn.FieldDescription, t model.Target) {
	r.queries = append(r.queries, t.RefID)
	series := t.Format != "table"
	for _, c := range columns {
		if series && isText(c) {
			r.Open = true // the texts become the series' names
			continue
		}
		name := c.Name
		if series && name == "time" {
			name = "Time"
		}
		r.Names = append(r.Names, name)
	}
}

// isText reports whether a column becomes a label or a name of a time series.
func isText(c pgconn.FieldDescription) bool {
	switch c.DataTypeOID {
	case pgtype.Int2OID, pgtype.Int4OID, pgtype.Int8OID, pgtype.NumericOID, pgtype.Float4OID, pgtype.Float8OID,
		pgtype.BoolOID, pgtype.TimestamptzOID, pgtype.TimestampOID, pgtype.DateOID:
		return false
	}
	return true
}

// comparison compares the names in a panel's settings with what the panel's queries return.
type comparison struct {
	returned
	found []string
}

func (c *comparison) say(format string, args ...any) {
	c.found = append(c.found, fmt.Sprintf(format, args...))
}

// column adds a problem if no column has the name. The text `who` says what names the column, such as "an override".
func (c *comparison) column(who, name string) {
	if name != "" && !c.Has(name) {
		c.say("%s names the column %q, and there are %s", who, name, strings.Join(c.Names, ", "))
	}
}

// pattern adds a problem if no column has a name that fits the pattern.
func (c *comparison) pattern(who, pattern string) {
	if pattern == "" || c.Open {
		return
	}
	re, _, err := js.Regexp(pattern)
	switch {
	case err != nil:
		c.say("%s: %v", who, err)
	case !slices.ContainsFunc(c.Names, re.MatchString):
		c.say("%s names the columns %s, and there are %s", who, pattern, strings.Join(c.Names, ", "))
	}
}

// query adds a problem if no query has the refId.
func (c *comparison) query(who, refID string) {
	if !slices.Contains(c.queries, refID) {
		c.say("%s names the query %q, and there are %s", who, refID, strings.Join(c.queries, ", "))
	}
}

// unknownNames returns a problem for each column or query that a panel names and that does not exist.
func unknownNames(p *model.Panel, r returned) []string {
	c := &comparison{returned: r}
	for _, t := range p.Transformations {
		c.transformation(t)
	}
	for _, o := range p.Fields.Overrides {
		c.override(o)
	}
	if kind, _ := kinds.Find(p.Type); kind.Columns != nil {
		for _, named := range kind.Columns(p.Options) {
			if named.IsPattern {
				c.pattern(named.Option, named.Name)
			} else {
				c.column(named.Option, named.Name)
			}
		}
	}
	for _, name := range linked(p.Fields) {
		c.column("a link", name)
	}
	return c.found
}

// transformation compares the columns and the query that a transformation names. After that, the comparison goes
// on with the columns that the transformation returns.
func (c *comparison) transformation(t settings.Transformation) {
	step, known := transform.Find(t.ID)
	if !known {
		c.say("the transformation %q is not known to this check", t.ID)
		c.Open = true
		return
	}
	outline := step.Outline(t.Options, c.Columns)
	for _, name := range outline.Columns {
		c.column("the transformation "+t.ID, name)
	}
	if outline.Query != "" {
		c.query("the transformation "+t.ID, outline.Query)
	}
	c.Columns = outline.After
}

func (c *comparison) override(o settings.Override) {
	const who = "an override"
	text, _ := o.Options.(string)
	switch o.MatcherID {
	case "byName":
		c.column(who, text)
	case "byNames":
		options, _ := o.Options.(map[string]any)
		for _, name := range settings.Object(options).Texts("names") {
			c.column(who, name)
		}
	case "byRegexp":
		c.pattern(who, text)
	case "byFrameRefID":
		c.query(who, text)
	}
}

// linked are the columns that data links name as ${__data.fields.name} or ${__data.fields["name"]}.
func linked(fc settings.FieldConfig) []string {
	text, _ := json.Marshal(fc) // what was read as JSON can be written as such
	var all []string
	for _, m := range regexp.MustCompile(`__data\.fields(?:\.(\w+)|\[\\?["']?([^\]"'\\]+)\\?["']?\])`).FindAllStringSubmatch(string(text), -1) {
		all = append(all, m[1]+m[2])
	}
	return all
}
