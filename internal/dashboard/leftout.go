package dashboard

import (
	"fmt"
	"strings"

	"github.com/grafana/grafana-foundation-sdk/go/cog"
	sdk "github.com/grafana/grafana-foundation-sdk/go/dashboard"

	"macrowatch/internal/desk"
)

// leftOutRef is the id of the query that says which rows a panel can't use. The query is hidden, so that Grafana
// does not run it. The viewer runs it and shows each of its rows as a notice beside the panel's title.
const leftOutRef = "LeftOut"

// mayLeaveOutRef is the id of the query that says whether the query LeftOut can find anything. It reads PostgreSQL's catalog alone, so
// that its answer is the same for all ranges. Planning the query LeftOut takes longer than answering most panels.
const mayLeaveOutRef = "MayLeaveOut"

// leftOutNamed is how many values a notice names, and leftOutListed how many values of each table the list has.
const (
	leftOutNamed  = 3
	leftOutListed = 50
)

// tellLeftOut adds two hidden queries to each panel that reads tables which another tool may have made. One says which rows of
// these tables the panel leaves out. The other says whether that can be any.
func (b builder) tellLeftOut(panels []sdk.PanelOrRowPanel) error {
	for _, p := range panels {
		if p.Panel == nil || p.Panel.Id != nil && *p.Panel.Id == pipelineLeftOutID && *p.Panel.Title == leftOutTitle {
			continue
		}
		var parts, conditions []string
		for _, t := range desk.UsableTables() {
			for _, target := range p.Panel.Targets {
				if q, ok := target.(Query); ok && strings.Contains(q.RawSQL, " FROM "+t.Name+" WHERE ") {
					part, err := b.leftOutNotice(t.Name)
					if err != nil {
						return err
					}
					parts, conditions = append(parts, part), append(conditions, desk.MayLeaveOut(t.Name))
					break
				}
			}
		}
		if len(parts) > 0 {
			p.Panel.Targets = append(p.Panel.Targets,
				hidden(mayLeaveOutRef, "SELECT "+strings.Join(conditions, "\n  OR ")+" AS may_leave_out"),
				hidden(leftOutRef, strings.Join(parts, "\nUNION ALL\n")))
		}
	}
	return nil
}

// hidden returns a query that Grafana does not run.
func hidden(refID, sql string) Query {
	q := NewQuery(Table, sql).As(refID)
	q.Hide = true
	return q
}

// leftOutNotice returns a query for one sentence about the values of a table that can't be used. If all values
// can be used, the query returns no row.
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

// leftOutFound returns a query for the values of a table that can't be used. The query looks at the rows of the
// range, at the older rows that panels show, and at rows without a time.
func (b builder) leftOutFound(name string) (string, error) {
	from, err := b.sql("left_out_"+name+".sql", subject{})
	if err != nil {
		return "", err
	}
	return desk.LeftOutRows(name, "("+from+") r", ""), nil
}

const leftOutTitle = "Rows Left Out"

// leftOutQuery returns a query for the values of all tables that can't be used.
func (b builder) leftOutQuery() (string, error) {
	var parts []string
	for _, t := range desk.UsableTables() {
		found, err := b.leftOutFound(t.Name)
		if err != nil {
			return "", err
		}
		parts = append(parts, fmt.Sprintf(`(SELECT '%s' AS "Table", row_key AS "Row", column_name AS "Column", value AS "Found", problem AS "Problem" FROM (%s) found LIMIT %d)`, t.Name, found, leftOutListed))
	}
	return strings.Join(parts, "\nUNION ALL\n"), nil
}

// leftOutTable lists the values of all tables that can't be used.
func (b builder) leftOutTable(top uint32) ([]cog.Builder[sdk.Panel], error) {
	query, err := b.leftOutQuery()
	if err != nil {
		return nil, err
	}
	return []cog.Builder[sdk.Panel]{listTable(NewQuery(Table, query), at(0, top, gridWidth, 8)).
		Id(pipelineLeftOutID).
		Title(leftOutTitle).
		Description(fmt.Sprintf("Values that another tool stored, and that no panel and no risk figure can use: the table, the row by its key, the column, the value that was found, and what is needed. "+
			"The list has rows of the chosen range, older rows that panels show, and rows without a time; at most %d of each table. Tables that macrowatch has made let no such value in.", leftOutListed)).
		NoValue("Every row can be used").
		OverrideByName("Table", []sdk.DynamicConfigValue{property("custom.width", 150)}).
		OverrideByName("Column", []sdk.DynamicConfigValue{property("custom.width", 160)}).
		OverrideByName("Found", []sdk.DynamicConfigValue{property("custom.width", 110)}).
		OverrideByName("Row", []sdk.DynamicConfigValue{property("custom.cellOptions", wrappedText())}).
		OverrideByName("Problem", []sdk.DynamicConfigValue{property("custom.width", 310), property("custom.cellOptions", wrappedText())}),
	}, nil
}
