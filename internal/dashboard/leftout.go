package dashboard

import (
	"fmt"
	"strings"

	"github.com/grafana/grafana-foundation-sdk/go/cog"
	sdk "github.com/grafana/grafana-foundation-sdk/go/dashboard"

	"macrowatch/internal/desk"
)

// leftOutRef is the query of a panel that says which rows can't be used. It is hidden, so that Grafana does
// not run it; the viewer runs it and shows each of its rows as a notice of the panel.
const leftOutRef = "LeftOut"

// leftOutNamed is how many values that can't be used a notice names, and leftOutListed how many of each
// table the list has.
const (
	leftOutNamed  = 3
	leftOutListed = 50
)

// tellLeftOut gives each panel that reads tables which another tool may have made the query that says
// which of their rows it leaves out.
func (b builder) tellLeftOut(panels []sdk.PanelOrRowPanel) error {
	for _, p := range panels {
		if p.Panel == nil || p.Panel.Id != nil && *p.Panel.Id == pipelineLeftOutID && *p.Panel.Title == leftOutTitle {
			continue
		}
		var parts []string
		for _, t := range desk.UsableTables() {
			for _, target := range p.Panel.Targets {
				if q, ok := target.(Query); ok && strings.Contains(q.RawSQL, " FROM "+t.Name+" WHERE ") {
					part, err := b.leftOutNotice(t.Name)
					if err != nil {
						return err
					}
					parts = append(parts, part)
					break
				}
			}
		}
		if len(parts) > 0 {
			q := NewQuery(Table, strings.Join(parts, "\nUNION ALL\n")).As(leftOutRef)
			q.Hide = true
			p.Panel.Targets = append(p.Panel.Targets, q)
		}
	}
	return nil
}

// leftOutNotice is a query for a sentence about a table's values that can't be used, and for no row where
// there are none.
func (b builder) leftOutNotice(name string) (string, error) {
	found, err := b.leftOutFound(name)
	if err != nil {
		return "", err
	}
	return fmt.Sprintf(`SELECT '%[1]s has ' || count(*) || CASE count(*) WHEN 1 THEN ' value' ELSE ' values' END || ' that cannot be used. '
  || string_agg(row_key || ': ' || column_name || ' is ' || value || ', but ' || problem, '. ' ORDER BY place) FILTER (WHERE place <= %[2]d)
  || CASE WHEN count(*) > %[2]d THEN '. And ' || count(*) - %[2]d || ' more.' ELSE '.' END AS notice
FROM (SELECT *, row_number() OVER () AS place FROM (%[3]s) found) numbered
HAVING count(*) > 0`, name, leftOutNamed, found), nil
}

// leftOutFound is a query for the values of a table that can't be used, of the range and of what the panels
// show that is older, and of rows that have no time.
func (b builder) leftOutFound(name string) (string, error) {
	from, err := b.sql("left_out_"+name+".sql", subject{})
	if err != nil {
		return "", err
	}
	return desk.LeftOutRows(name, "("+from+") r", ""), nil
}

const leftOutTitle = "Rows Left Out"

// leftOutTable lists what of all tables can't be used.
func (b builder) leftOutTable(top uint32) ([]cog.Builder[sdk.Panel], error) {
	var parts []string
	for _, t := range desk.UsableTables() {
		found, err := b.leftOutFound(t.Name)
		if err != nil {
			return nil, err
		}
		parts = append(parts, fmt.Sprintf(`(SELECT '%s' AS "Table", row_key AS "Row", column_name AS "Column", value AS "Found", problem AS "Problem" FROM (%s) found LIMIT %d)`, t.Name, found, leftOutListed))
	}
	return []cog.Builder[sdk.Panel]{listTable(NewQuery(Table, strings.Join(parts, "\nUNION ALL\n")), at(0, top, gridWidth, 8)).
		Id(pipelineLeftOutID).
		Title(leftOutTitle).
		Description(fmt.Sprintf("Values of tables that another tool fills, and that no panel of any dashboard and no risk figure can use: the table, the row by its key, the column, the value that was found, and what is needed. "+
			"Of the chosen range, with what is shown that is older and rows that have no time; at most %d of each table. Tables that macrowatch has made let no such row in.", leftOutListed)).
		NoValue("Every row can be used").
		OverrideByName("Table", []sdk.DynamicConfigValue{property("custom.width", 150)}).
		OverrideByName("Column", []sdk.DynamicConfigValue{property("custom.width", 160)}).
		OverrideByName("Found", []sdk.DynamicConfigValue{property("custom.width", 110)}).
		OverrideByName("Row", []sdk.DynamicConfigValue{property("custom.cellOptions", wrappedText())}).
		OverrideByName("Problem", []sdk.DynamicConfigValue{property("custom.width", 310), property("custom.cellOptions", wrappedText())}),
	}, nil
}
