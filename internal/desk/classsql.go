package desk

import (
	"encoding/json"
	"fmt"
	"strings"
)

// ClassSQL writes rules as SQL: an expression for the asset class of the name in a column. Its value is the same as what
// StrategyClass and AssetClass return of a name.
func ClassSQL(rules []ClassRule, column string) string {
	if len(rules) == 0 {
		return TextSQL(OtherClass)
	}
	var s strings.Builder
	s.WriteString("CASE")
	for _, rule := range rules {
		var fits []string
		for _, prefix := range rule.Prefixes {
			fits = append(fits, column+"::text LIKE "+beginsWith(prefix))
		}
		fmt.Fprintf(&s, "\n    WHEN %s THEN %s", strings.Join(fits, " OR "), TextSQL(rule.Class))
	}
	fmt.Fprintf(&s, "\n    ELSE %s\n  END", TextSQL(OtherClass))
	return s.String()
}

// beginsWith is the pattern of LIKE for texts that begin with a prefix.
func beginsWith(prefix string) string {
	return TextSQL(strings.NewReplacer(`\`, `\\`, "%", `\%`, "_", `\_`).Replace(prefix) + "%")
}

// TextSQL writes a text as a literal of SQL, with standard_conforming_strings as PostgreSQL has it.
func TextSQL(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }

// NamedClasses is SQL for the classes that the table instruments names. They are grouped, since a table that another tool made may
// name an instrument twice.
func NamedClasses() string {
	return `SELECT instrument::text AS instrument, max(btrim(asset_class::text)) AS class
  FROM instruments
  WHERE btrim(asset_class::text) <> ''
  GROUP BY instrument::text`
}

// NamedClassesMap is SQL for the same as one value of the type jsonb: an object with the class of each instrument.
func NamedClassesMap() string {
	return `(SELECT coalesce(jsonb_object_agg(instrument, class), '{}') FROM (` + NamedClasses() + `) named)`
}

// allocationRule is how a ClassRule is written in the database.
type allocationRule struct {
	Class    string   `json:"class"`
	Prefixes []string `json:"prefixes"`
}

// AllocationRules writes the rules for the classes of instruments as JSON, so that a database can say by which rules allocations
// were summed up.
func (r Rules) AllocationRules() string {
	rules := []allocationRule{}
	for _, rule := range r.InstrumentClasses {
		rules = append(rules, allocationRule(rule))
	}
	text, err := json.Marshal(rules)
	if err != nil {
		panic("texts could not be written as JSON: " + err.Error())
	}
	return string(text)
}

// ReadAllocationRules reads what AllocationRules has written.
func ReadAllocationRules(text []byte) ([]ClassRule, error) {
	var stored []allocationRule
	if err := json.Unmarshal(text, &stored); err != nil {
		return nil, fmt.Errorf("read the rules for the classes of instruments: %w", err)
	}
	var rules []ClassRule
	for _, rule := range stored {
		rules = append(rules, ClassRule(rule))
	}
	return rules, nil
}

// GrossUnits is SQL for a gross weight in whole units of a trillionth. Sums of them are exact up to nine thousand times the NAV, so they
// do not depend on the order in which they are added.
func GrossUnits(weight string) string { return fmt.Sprintf("round(abs(%s::float8) * 1e12)", weight) }
