package dashboard

import (
	"fmt"
	"text/template"

	sdk "github.com/grafana/grafana-foundation-sdk/go/dashboard"

	"macrowatch/internal/desk"
)

// Definition is one dashboard.
type Definition struct {
	// UID names the dashboard in URLs and links. It never changes.
	UID string
	// Slug is the readable part of its URL, /d/<UID>/<Slug>.
	Slug string
	// Title is what people call it.
	Title string
	// File is the name of its JSON file, without a folder.
	File string
	// Tags sort dashboards in a search.
	Tags []string
	// Beginning is a statement that returns the time of the first record that the dashboard shows, null if there is none.
	Beginning string
	// VerdictPanel is the id of the panel that says how the desk stands as a whole, 0 if the dashboard has none. One dashboard
	// of All has it. Its query has the columns brief, wrong and since beside those that the panel shows.
	VerdictPanel int
	// Detail tells that the dashboard is about one thing, which a variable names, such as a step. Links of the other
	// dashboards lead there.
	Detail bool
	// Datasource is the plugin that runs the queries; the zero value means PostgreSQL's.
	Datasource Plugin
	// Dashboard is the dashboard itself; JSON writes it out.
	Dashboard sdk.Dashboard
}

// Plugin is a plugin of Grafana.
type Plugin struct{ ID, Name string }

// Path is the path of the dashboard's page, in Grafana and in the viewer.
func (d Definition) Path() string { return pathOf(d.UID, d.Slug) }

// Home is the UID of the dashboard that a visitor sees first.
const Home = "pipeline-health"

// Folder is the folder of the dashboards, in Grafana and in the viewer's menu.
const Folder = "Macro Trading"

// DetailFolder is the folder in the viewer's menu of dashboards about one thing. So they have no tabs of their own.
const DetailFolder = "Details"

// builder defines the dashboards of one desk.
type builder struct {
	rules desk.Rules
	// unfiltered makes queries that choose every step and every strategy, and so need no variables.
	unfiltered bool
	// oneStep makes queries about the one step that the variable step names, which has no choice All there.
	oneStep bool
	// queries are the templates of all queries.
	queries *template.Template
}

// newBuilder returns a builder of a desk's dashboards.
func newBuilder(rules desk.Rules, unfiltered bool) (builder, error) {
	return builder{rules: rules, unfiltered: unfiltered}.withQueries()
}

// withQueries returns the builder with its queries read again, as its settings want them.
func (b builder) withQueries() (builder, error) {
	var err error
	b.queries, err = template.New("queries").Funcs(b.queryFunctions()).Option("missingkey=error").ParseFS(sqlFiles, "sql/*.sql")
	if err != nil {
		return builder{}, fmt.Errorf("read the queries: %w", err)
	}
	return b, nil
}

// All returns every dashboard of a desk, the home dashboard first, each with links to all others. The same
// rules always give the same dashboards. An error is a mistake in the rules or in a definition.
func All(rules desk.Rules) ([]Definition, error) {
	if err := rules.Validate(); err != nil {
		return nil, fmt.Errorf("the desk's rules: %w", err)
	}
	b, err := newBuilder(rules, false)
	if err != nil {
		return nil, err
	}
	if err := statusFault(); err != nil {
		return nil, err
	}
	dashboards := []func() (Definition, error){
		b.pipelineHealth,
		b.signalOverview,
		b.riskDashboard,
		b.portfolioPerformance,
	}
	defs := make([]Definition, 0, len(dashboards))
	for _, define := range dashboards {
		d, err := define()
		if err != nil {
			return nil, err
		}
		defs = append(defs, d)
	}
	linkEachOther(defs)
	return defs, nil
}

// linkEachOther gives each dashboard a link to every other one, in the order of defs. A link keeps the range that the
// reader has chosen.
func linkEachOther(defs []Definition) {
	for i := range defs {
		links := []sdk.DashboardLink{}
		for j, other := range defs {
			if i == j {
				continue
			}
			l := *sdk.NewDashboardLink()
			l.Title = other.Title
			l.Type = sdk.DashboardLinkTypeLink
			l.Icon = "dashboard"
			l.Url = ptr(other.Path())
			l.Tags = []string{}
			l.KeepTime = true
			l.Placement = nil
			links = append(links, l)
		}
		defs[i].Dashboard.Links = links
	}
}

// contents are what a dashboard shows.
type contents struct {
	// description says which question the dashboard answers.
	description string
	// from is where the default range begins, such as "now-7d". It ends now.
	from string
	// marks are queries whose rows are marked on panels.
	marks    []sdk.AnnotationQuery
	sections []section
	// choices are the variables that the reader sets.
	choices []sdk.VariableModel
}

// define builds a dashboard from its contents and the house defaults.
func (b builder) define(d Definition, c contents) (Definition, error) {
	wrong := func(err error) (Definition, error) {
		return Definition{}, fmt.Errorf("define dashboard %s: %w", d.UID, err)
	}
	built, err := sdk.NewDashboardBuilder(d.Title).
		Uid(d.UID).
		Description(c.description).
		Tags(d.Tags).
		Timezone(timezone).
		WeekStart(weekStart).
		Refresh(refresh).
		Time(c.from, "now").
		Tooltip(sdk.DashboardCursorSyncCrosshair).
		Editable().
		Build()
	if err != nil {
		return wrong(err)
	}
	built.SchemaVersion = SchemaVersion
	built.Annotations.List = append([]sdk.AnnotationQuery{BuiltInAnnotations()}, c.marks...)
	built.Templating.List = c.choices
	if built.Panels, err = stacked(c.sections); err != nil {
		return wrong(err)
	}
	if err := b.tellLeftOut(built.Panels); err != nil {
		return wrong(err)
	}
	d.Dashboard = built
	return d, nil
}

func ptr[T any](v T) *T { return &v }
