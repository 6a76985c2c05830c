package dashboard

import (
	"slices"
	"testing"

	"github.com/grafana/grafana-foundation-sdk/go/bargauge"
	"github.com/grafana/grafana-foundation-sdk/go/cog/variants"
	sdk "github.com/grafana/grafana-foundation-sdk/go/dashboard"
	"github.com/grafana/grafana-foundation-sdk/go/heatmap"
	"github.com/grafana/grafana-foundation-sdk/go/piechart"
	"github.com/grafana/grafana-foundation-sdk/go/stat"

	"macrowatch/internal/desk"
)

func TestEveryDashboardKeepsTheHouseRules(t *testing.T) {
	t.Parallel()
	defs, _ := definitions(t, desk.BuiltInRules())
	for _, def := range defs {
		for _, p := range Lint(def) {
			t.Errorf("%s: panel %d: %s: %s", def.UID, p.Panel, p.Rule, p.Text)
		}
	}
}

func TestLintNamesTheBrokenRule(t *testing.T) {
	t.Parallel()
	panel := func(d *Definition, id uint32) *sdk.Panel {
		for _, p := range d.Dashboard.Panels {
			if p.Panel != nil && *p.Panel.Id == id {
				return p.Panel
			}
		}
		t.Fatalf("there is no panel %d", id)
		return nil
	}
	query := func(change func(*Query)) func(*Definition) {
		return func(d *Definition) {
			p := panel(d, 9)
			q := p.Targets[0].(Query)
			change(&q)
			p.Targets = []variants.Dataquery{q}
		}
	}
	sql := func(text string) func(*Definition) { return query(func(q *Query) { q.RawSQL = text }) }
	links := func(title, url string) func(*Definition) {
		return func(d *Definition) {
			p := panel(d, 9)
			p.FieldConfig.Overrides = append(p.FieldConfig.Overrides, sdk.DashboardFieldConfigSourceOverrides{
				Matcher: sdk.MatcherConfig{Id: "byName", Options: "Step"}, Properties: []sdk.DynamicConfigValue{property("links", []link{{title, url}})}})
		}
	}
	cases := []struct {
		name  string
		rule  string
		panel uint32
		spoil func(*Definition)
	}{
		{"a panel without a title", "title", 9, func(d *Definition) { panel(d, 9).Title = nil }},
		{"two panels of one title", "title", 9, func(d *Definition) { panel(d, 9).Title = ptr("FRED") }},
		{"a panel without a description", "description", 3, func(d *Definition) { panel(d, 3).Description = nil }},
		{"a description that says nothing", "description", 3, func(d *Definition) { panel(d, 3).Description = ptr("Runs") }},
		{"numbers without a unit", "unit", 7, func(d *Definition) { panel(d, 7).FieldConfig.Defaults.Unit = nil }},
		{"tiles without a unit", "unit", 1, func(d *Definition) { panel(d, 1).FieldConfig.Overrides = nil }},
		{"states without texts", "unit", 8, func(d *Definition) { panel(d, 8).FieldConfig.Defaults.Mappings = nil }},
		{"a panel without a datasource", "datasource", 9, func(d *Definition) { panel(d, 9).Datasource = nil }},
		{"a datasource of another uid", "datasource", 9, func(d *Definition) { panel(d, 9).Datasource.Uid = ptr("P44368ADAD746BC27") }},
		{"a query of another datasource", "datasource", 9, query(func(q *Query) { q.Datasource.Uid = ptr("${DS_TIMESCALEDB}") })},
		{"panels on each other", "grid", 9, func(d *Definition) { panel(d, 9).GridPos.Y = 5 }},
		{"a panel beyond the edge", "grid", 9, func(d *Definition) { panel(d, 9).GridPos.X = 1 }},
		{"a panel without a place", "grid", 9, func(d *Definition) { panel(d, 9).GridPos = nil }},
		{"a panel without an id", "id", 0, func(d *Definition) { panel(d, 9).Id = nil }},
		{"two panels of one id", "id", 8, func(d *Definition) { panel(d, 9).Id = ptr(uint32(8)) }},
		{"a collapsed row", "row", 101, func(d *Definition) { d.Dashboard.Panels[0].RowPanel.Collapsed = true }},
		{"a panel without a query", "target", 9, func(d *Definition) { panel(d, 9).Targets = nil }},
		{"a query of another kind", "target", 9, func(d *Definition) { panel(d, 9).Targets = []variants.Dataquery{variants.UnknownDataquery{}} }},
		{"another schema version", "schema", 0, func(d *Definition) { d.Dashboard.SchemaVersion = 42 }},
		{"another refresh", "refresh", 0, func(d *Definition) { d.Dashboard.Refresh = nil }},
		{"another time zone", "timezone", 0, func(d *Definition) { d.Dashboard.Timezone = ptr("utc") }},
		{"another first day of the week", "timezone", 0, func(d *Definition) { d.Dashboard.WeekStart = nil }},
		{"another uid", "uid", 0, func(d *Definition) { d.Dashboard.Uid = nil }},
		{"no slug", "uid", 0, func(d *Definition) { d.Slug = "" }},
		{"no file", "uid", 0, func(d *Definition) { d.File = "" }},
		{"another title", "title", 0, func(d *Definition) { d.Title = "Health" }},
		{"no description", "description", 0, func(d *Definition) { d.Dashboard.Description = nil }},
		{"a database id", "id", 0, func(d *Definition) { d.Dashboard.Id = ptr(int64(1)) }},
		{"panels in another order than on the screen", "grid", 1, func(d *Definition) {
			p := d.Dashboard.Panels
			p[1], p[2] = p[2], p[1]
			p[1].Panel.GridPos, p[2].Panel.GridPos = p[2].Panel.GridPos, p[1].Panel.GridPos
			p[1].Panel.GridPos.X, p[2].Panel.GridPos.X = 8, 0
		}},
		{"an empty query", "sql", 9, sql(" ")},
		{"a comment", "sql", 9, sql("SELECT 1 -- one")},
		{"a comment mark in a literal", "sql", 9, sql("SELECT '--'")},
		{"a block comment", "sql", 9, sql("SELECT /* one */ 1")},
		{"two statements", "sql", 9, sql("SET x = 1; SELECT 1")},
		{"a trailing semicolon", "sql", 9, sql("SELECT 1;")},
		{"a macro that does not exist", "sql", 9, sql("SELECT $__timeUntil()")},
		{"a variable that does not exist", "sql", 9, sql("SELECT '$stage'")},
		{"a variable that is called", "sql", 9, sql("SELECT $step(1)")},
		{"a link in the defaults", "link", 9, func(d *Definition) {
			panel(d, 9).FieldConfig.Defaults.Links = []sdk.DashboardLink{*sdk.NewDashboardLink()}
		}},
		{"a link to nowhere", "link", 9, links("Runs", "/d/pipeline/pipeline?${__url_time_range}")},
		{"a link to another site", "link", 9, links("Runs", "https://example.com/d/pipeline-health/pipeline-health")},
		{"a link without a title", "link", 9, links("", "/d/pipeline-health/pipeline-health?var-step=fred")},
		{"a link with a variable that does not exist", "link", 9, links("Runs", "/d/pipeline-health/pipeline-health?var-stage=fred")},
		{"a link with a value that is not encoded", "link", 9, links("Runs", "/d/pipeline-health/pipeline-health?var-step=${__value.text}")},
		{"an argument with parentheses", "sql", 9, sql("SELECT 1 WHERE $__timeFilter(coalesce(a, b))")},
		{"a function of TimescaleDB", "sql", 9, sql("SELECT last(status, started_at) FROM pipeline_runs")},
		{"a macro that becomes time_bucket", "sql", 9, sql("SELECT $__timeGroup(started_at, '5m')")},
		{"an unknown format", "sql", 9, query(func(q *Query) { q.Format = "logs" })},
		{"a query for the query builder", "sql", 9, query(func(q *Query) { q.EditorMode = "builder" })},
		{"an annotation's query", "sql", 0, func(d *Definition) {
			d.Dashboard.Annotations.List[1].Target = NewQuery(Table, "SELECT 1;")
		}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			def := pipelineDefinition(t)
			c.spoil(&def)
			found := Lint(def)
			if !slices.ContainsFunc(found, func(p Problem) bool { return p.Rule == c.rule && p.Panel == c.panel }) {
				t.Errorf("Lint found %v, want %s at panel %d", found, c.rule, c.panel)
			}
		})
	}
}

func TestLintNamesWhatAKindOfPanelLacks(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name       string
		uid, title string
		rule       string
		spoil      func(*Definition, *sdk.Panel)
	}{
		{"a stat that names no field", portfolioUID, "Total Return", "values", func(_ *Definition, p *sdk.Panel) {
			p.Options.(*stat.Options).ReduceOptions.Fields = nil
		}},
		{"a tile that is red without a number", portfolioUID, "Total Return", "empty", func(_ *Definition, p *sdk.Panel) {
			p.FieldConfig.Defaults.Mappings = nil
		}},
		{"a tile of a day that is red without a number", portfolioUID, "Day", "empty", func(_ *Definition, p *sdk.Panel) {
			p.FieldConfig.Defaults.Mappings = mappings(mapping{"0", "flat", colourPlain})
		}},
		{"a dial that is green without a number", riskUID, "Max Drawdown", "empty", func(_ *Definition, p *sdk.Panel) {
			p.FieldConfig.Defaults.Mappings = nil
		}},
		{"bars that are green without a number", riskUID, "Limit Utilization", "empty", func(_ *Definition, p *sdk.Panel) {
			p.FieldConfig.Defaults.Mappings = []sdk.ValueMapping{nanMapping()}
		}},
		{"bars that are one row reduced", signalUID, "Signal Strength Distribution", "values", func(_ *Definition, p *sdk.Panel) {
			p.Options.(*bargauge.Options).ReduceOptions.Values = nil
		}},
		{"a pie of Grafana's own limit", portfolioUID, "Strategy Attribution", "values", func(_ *Definition, p *sdk.Panel) {
			p.Options.(*piechart.Options).ReduceOptions.Limit = nil
		}},
		{"a heatmap that hides losses", portfolioUID, "Monthly Returns Heatmap", "heatmap", func(_ *Definition, p *sdk.Panel) {
			p.Options.(*heatmap.Options).FilterValues.Le = ptr(float32(1e-9))
		}},
		{"a heatmap without a filter", portfolioUID, "Monthly Returns Heatmap", "heatmap", func(_ *Definition, p *sdk.Panel) {
			p.Options.(*heatmap.Options).FilterValues = nil
		}},
		{"colours without ends", portfolioUID, "Monthly Returns Heatmap", "heatmap", func(_ *Definition, p *sdk.Panel) {
			p.Options.(*heatmap.Options).Color.Min = nil
		}},
		{"a heatmap of the chosen range", portfolioUID, "Monthly Returns Heatmap", "heatmap", func(_ *Definition, p *sdk.Panel) { p.TimeFrom = nil }},
		{"a range by an unknown variable", portfolioUID, "Monthly Returns Heatmap", "variable", func(d *Definition, _ *sdk.Panel) {
			d.Dashboard.Templating.List = nil
		}},
		{"a matrix of two queries", signalUID, "Signal Heatmap", "matrix", func(_ *Definition, p *sdk.Panel) { p.Targets = append(p.Targets, p.Targets[0]) }},
		{"a matrix with texts in empty cells", signalUID, "Signal Heatmap", "matrix", func(_ *Definition, p *sdk.Panel) {
			p.Transformations[0].Options = map[string]any{"rowField": "Asset class"}
		}},
		{"red empty cells", signalUID, "Signal Heatmap", "matrix", func(_ *Definition, p *sdk.Panel) { p.FieldConfig.Defaults.Mappings = nil }},
		{"names that are cleared", signalUID, "Signal Heatmap", "matrix", func(_ *Definition, p *sdk.Panel) { p.FieldConfig.Overrides = nil }},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			def := definitionOf(t, c.uid)
			i := slices.IndexFunc(def.Dashboard.Panels, func(p sdk.PanelOrRowPanel) bool { return p.Panel != nil && *p.Panel.Title == c.title })
			panel := def.Dashboard.Panels[i].Panel
			c.spoil(&def, panel)
			if found := Lint(def); !slices.ContainsFunc(found, func(p Problem) bool { return p.Rule == c.rule && p.Panel == *panel.Id }) {
				t.Errorf("Lint found %v, want %s", found, c.rule)
			}
		})
	}
}

func TestLintReadsTheQueriesOfVariables(t *testing.T) {
	t.Parallel()
	for name, spoil := range map[string]func(*sdk.VariableModel){
		"sql":        func(v *sdk.VariableModel) { v.Query = &sdk.StringOrMap{String: ptr("SELECT 1;")} },
		"datasource": func(v *sdk.VariableModel) { v.Datasource = nil },
		"variable":   func(v *sdk.VariableModel) { v.Current = nil },
	} {
		t.Run(name, func(t *testing.T) {
			def := definitionOf(t, portfolioUID)
			spoil(&def.Dashboard.Templating.List[0])
			if found := Lint(def); len(found) != 1 || found[0].Rule != name {
				t.Errorf("Lint found %v, want %s alone", found, name)
			}
		})
	}
}
