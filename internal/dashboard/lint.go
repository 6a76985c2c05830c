package dashboard

import (
	"fmt"
	"strings"

	sdk "github.com/grafana/grafana-foundation-sdk/go/dashboard"
	"github.com/grafana/grafana-foundation-sdk/go/heatmap"

	"macrowatch/internal/viewer/panel/kinds"
)

// Problem is a place where a dashboard breaks a house rule.
type Problem struct {
	// Rule is the short name of the rule: title, description, unit, datasource, grid, id, schema, refresh,
	// timezone, uid, row, target, sql, values, empty, heatmap, matrix, variable or link.
	Rule string
	// Panel is the id of the panel at fault, or 0 if the fault is in the dashboard as a whole.
	Panel uint32
	// Text says what is wrong.
	Text string
}

// Lint returns every place where a dashboard breaks a house rule. The rules are:
//
//   - Every panel has an id, a title and a description. No two panels have the same id or title.
//   - Where a panel shows numbers, it names their unit.
//   - Every panel and every query names the datasource by its uid.
//   - No two panels lie on the same place of the grid, and none lies beyond its edge.
//   - Rows are expanded, and their panels stand beside them in the list.
//   - A query is one statement without comments, and calls only macros and variables that Grafana has.
//   - A link has a title, leads to one of the dashboards, and sets only variables that the dashboard has.
//   - A panel of one number names its field. A panel of many numbers shows all rows.
//   - A number that is missing has no colour of a threshold.
//   - A heatmap hides no loss. The empty cells of a matrix are empty.
//   - All dashboards have the same schema version, refresh and time zone.
func Lint(def Definition) []Problem {
	var found []Problem
	found = append(found, lintFrame(def)...)
	found = append(found, lintGrid(def.Dashboard.Panels)...)
	ids, titles := map[uint32]bool{}, map[string]bool{}
	for _, p := range def.Dashboard.Panels {
		id, title := identity(p)
		if id == 0 {
			found = append(found, Problem{"id", 0, fmt.Sprintf("the panel %q has no id", title)})
		} else if ids[id] {
			found = append(found, Problem{"id", id, "another panel has this id"})
		}
		ids[id] = true
		if title == "" {
			found = append(found, Problem{"title", id, "the title is empty"})
		}
		if p.RowPanel != nil {
			found = append(found, lintRow(*p.RowPanel)...)
			continue
		}
		if titles[title] {
			found = append(found, Problem{"title", id, fmt.Sprintf("another panel is called %q", title)})
		}
		titles[title] = true
		found = append(found, lintPanel(def, *p.Panel)...)
		found = append(found, lintKind(*p.Panel)...)
		found = append(found, lintLinks(*p.Panel)...)
	}
	found = append(found, lintVariables(def)...)
	for _, a := range def.Dashboard.Annotations.List {
		if q, ok := a.Target.(Query); ok {
			found = append(found, lintQuery(0, q, variableNames(def))...)
		}
	}
	return found
}

func identity(p sdk.PanelOrRowPanel) (id uint32, title string) {
	if p.RowPanel != nil {
		return p.RowPanel.Id, deref(p.RowPanel.Title)
	}
	return deref(p.Panel.Id), deref(p.Panel.Title)
}

// lintFrame checks what belongs to the dashboard as a whole.
func lintFrame(def Definition) []Problem {
	var found []Problem
	d := def.Dashboard
	require := func(ok bool, rule, format string, args ...any) {
		if !ok {
			found = append(found, Problem{rule, 0, fmt.Sprintf(format, args...)})
		}
	}
	require(def.UID != "" && deref(d.Uid) == def.UID, "uid", "the uid is %q, the definition says %q", deref(d.Uid), def.UID)
	require(len(def.UID) <= 40, "uid", "the uid is longer than Grafana's 40 characters")
	require(def.Title != "" && deref(d.Title) == def.Title, "title", "the title is %q, the definition says %q", deref(d.Title), def.Title)
	require(def.Slug != "", "uid", "the slug is empty")
	require(strings.HasSuffix(def.File, ".json"), "uid", "the file %q is not called .json", def.File)
	require(deref(d.Description) != "", "description", "the dashboard has no description")
	require(d.SchemaVersion == SchemaVersion, "schema", "schemaVersion is %d, not %d", d.SchemaVersion, SchemaVersion)
	require(deref(d.Refresh) == refresh, "refresh", "refresh is %q, not %q", deref(d.Refresh), refresh)
	require(deref(d.Timezone) == timezone, "timezone", "timezone is %q, not %q", deref(d.Timezone), timezone)
	require(deref(d.WeekStart) == weekStart, "timezone", "weeks begin on %q, not on %q", deref(d.WeekStart), weekStart)
	require(d.Id == nil, "id", "the dashboard has a database id, which Grafana refuses in a file")
	return found
}

func lintRow(r sdk.RowPanel) []Problem {
	if r.Collapsed || len(r.Panels) > 0 {
		return []Problem{{"row", r.Id, "the row is collapsed or contains panels; they must stand beside it in the list"}}
	}
	return nil
}

func lintPanel(def Definition, p sdk.Panel) []Problem {
	var found []Problem
	id := deref(p.Id)
	if len(deref(p.Description)) < 20 {
		found = append(found, Problem{"description", id, "the description does not say what the panel shows and where it comes from"})
	}
	kind, _ := kinds.Find(p.Type)
	if kind.NoQueries {
		return found
	}
	if p.Datasource == nil || deref(p.Datasource.Uid) != DatasourceUID || deref(p.Datasource.Type) != DatasourceType {
		found = append(found, Problem{"datasource", id, "the panel does not name the datasource " + DatasourceUID})
	}
	if kind.ShowsNumbers && !hasUnit(p) {
		found = append(found, Problem{"unit", id, "the panel shows numbers and names no unit"})
	}
	if p.Type == "state-timeline" && (p.FieldConfig == nil || len(p.FieldConfig.Defaults.Mappings) == 0) {
		found = append(found, Problem{"unit", id, "no mapping gives the states their colours"})
	}
	if len(p.Targets) == 0 {
		found = append(found, Problem{"target", id, "the panel has no query"})
	}
	for _, t := range p.Targets {
		q, ok := t.(Query)
		if !ok {
			found = append(found, Problem{"target", id, fmt.Sprintf("the query is a %T, not a PostgreSQL query", t)})
			continue
		}
		found = append(found, lintQuery(id, q, variableNames(def))...)
	}
	return found
}

// hasUnit reports whether a panel names a unit: in its defaults or in any override. A heatmap must name the
// unit of its cells. Which fields an override reaches is not known without the data, so any override counts.
func hasUnit(p sdk.Panel) bool {
	if cells, ok := p.Options.(*heatmap.Options); ok {
		return cells.CellValues != nil && deref(cells.CellValues.Unit) != ""
	}
	c := p.FieldConfig
	if c == nil {
		return false
	}
	if deref(c.Defaults.Unit) != "" {
		return true
	}
	for _, o := range c.Overrides {
		for _, p := range o.Properties {
			if p.Id == "unit" && p.Value != "" {
				return true
			}
		}
	}
	return false
}

// lintGrid checks that no panel lies beyond the grid or on another panel.
func lintGrid(all []sdk.PanelOrRowPanel) []Problem {
	var found []Problem
	type place struct {
		id uint32
		sdk.GridPos
	}
	var taken []place
	for _, p := range all {
		id, _ := identity(p)
		var pos *sdk.GridPos
		if p.RowPanel != nil {
			pos = p.RowPanel.GridPos
		} else {
			pos = p.Panel.GridPos
		}
		if pos == nil || pos.W == 0 || pos.H == 0 || pos.X+pos.W > gridWidth {
			found = append(found, Problem{"grid", id, "the panel has no place within the grid's 24 columns"})
			continue
		}
		for _, o := range taken {
			if pos.X < o.X+o.W && o.X < pos.X+pos.W && pos.Y < o.Y+o.H && o.Y < pos.Y+pos.H {
				found = append(found, Problem{"grid", id, fmt.Sprintf("the panel lies on panel %d", o.id)})
			}
		}
		if n := len(taken); n > 0 && (pos.Y < taken[n-1].Y || pos.Y == taken[n-1].Y && pos.X < taken[n-1].X) {
			found = append(found, Problem{"grid", id, "the panel follows one that is below it or right of it; Grafana would save the two in the other order"})
		}
		taken = append(taken, place{id, *pos})
	}
	return found
}

func deref[T any](p *T) T {
	if p == nil {
		var zero T
		return zero
	}
	return *p
}
