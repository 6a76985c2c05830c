package model

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"macrowatch/internal/viewer/js"
	"macrowatch/internal/viewer/settings"
	"macrowatch/internal/viewer/timerange"
)

// Dashboard has those parts of a Grafana dashboard that decide what its panels show.
type Dashboard struct {
	UID, Title, Description string
	Tags                    []string
	// Timezone is browser, utc or the name of a zone; "" means browser.
	Timezone string
	// Refresh is how often the page reloads, such as "15m"; "" means never.
	Refresh string
	// From and To are the default time range as expressions such as "now-24h".
	From, To string
	// Panels are all panels in their order. The panels of a row follow it, also if the row is collapsed and its JSON
	// contains them.
	Panels []*Panel

	// WeekStart is the first day of a week, FiscalYearStart the first month of a fiscal year.
	WeekStart       time.Weekday
	FiscalYearStart time.Month

	Annotations []AnnotationQuery
	Variables   []Variable
}

// Panel is one panel or row.
type Panel struct {
	ID                       int
	Type, Title, Description string
	GridPos                  GridPos
	Transparent              bool
	// Collapsed is true for a row whose panels are hidden until it is opened.
	Collapsed bool
	// Row is the id of the row that the panel is in, 0 if it is in none.
	Row int
	// TimeFrom and TimeShift are the panel's own range of time; "" means the dashboard's.
	TimeFrom, TimeShift string
	HideTimeOverride    bool

	Targets         []Target
	Interval        string
	MaxDataPoints   int
	Options         settings.Object
	Fields          settings.FieldConfig
	Transformations []settings.Transformation
	Library         bool
	Links           []settings.Link // the panel's own
	Repeat          string          // the variable that the panel is repeated for
}

// GridPos is a panel's place in Grafana's grid of 24 columns. A unit of height is 30 pixels, and neighbouring
// units are 8 pixels apart.
type GridPos struct {
	X int `json:"x"`
	Y int `json:"y"`
	W int `json:"w"`
	H int `json:"h"`
}

// Target is one query of a panel.
type Target struct {
	RefID, SQL, Format string
	Hide               bool
	Datasource         settings.Object
}

// DashboardJSON is a dashboard as Grafana writes it.
type DashboardJSON struct {
	UID         string          `json:"uid"`
	Title       string          `json:"title"`
	Description string          `json:"description"`
	Tags        []string        `json:"tags"`
	Timezone    string          `json:"timezone"`
	Refresh     any             `json:"refresh"` // false in old files
	Time        settings.Object `json:"time"`
	WeekStart   string          `json:"weekStart"`
	FiscalMonth int             `json:"fiscalYearStartMonth"`
	Panels      []PanelJSON     `json:"panels"`
	Annotations settings.Object `json:"annotations"`
	Templating  settings.Object `json:"templating"`
	Rows        json.RawMessage `json:"rows"`
	Schema      any             `json:"schemaVersion"`
	// APIVersion and Spec are in the resources that Grafana writes from version 12 on.
	APIVersion string         `json:"apiVersion"`
	Spec       map[string]any `json:"spec"`
}

// oldestSchema is the first schema version whose panels mean the same as today's. Before version 30, value mappings
// were written differently; before version 33, datasources were.
const oldestSchema = 33

// readable returns an error if the dashboard has a form that Parse can't read.
func (j DashboardJSON) readable() error {
	schema := settings.Object{"v": j.Schema}.Number("v")
	switch {
	case len(j.Rows) > 2 && len(j.Panels) == 0:
		return errors.New("the dashboard has the form that Grafana used before version 5 (rows)")
	case j.Spec != nil && j.Panels == nil:
		return fmt.Errorf("the dashboard has the form of a resource (%s); the classic form is supported, which Grafana exports too", j.APIVersion)
	case schema != nil && *schema < oldestSchema:
		return fmt.Errorf("the dashboard has schema version %v; %d and later are supported: a Grafana of today writes one when it saves the dashboard",
			*schema, oldestSchema)
	}
	return nil
}

// PanelJSON is a panel as Grafana writes it.
type PanelJSON struct {
	ID               int               `json:"id"`
	Type             string            `json:"type"`
	Title            string            `json:"title"`
	Description      string            `json:"description"`
	GridPos          GridPos           `json:"gridPos"`
	Transparent      bool              `json:"transparent"`
	Collapsed        bool              `json:"collapsed"`
	Panels           []PanelJSON       `json:"panels"`
	Targets          []settings.Object `json:"targets"`
	Datasource       any               `json:"datasource"`
	TimeFrom         string            `json:"timeFrom"`
	TimeShift        string            `json:"timeShift"`
	HideTimeOverride bool              `json:"hideTimeOverride"`
	Interval         string            `json:"interval"`
	MaxDataPoints    any               `json:"maxDataPoints"`
	Options          settings.Object   `json:"options"`
	FieldConfig      settings.Object   `json:"fieldConfig"`
	Transformations  []settings.Object `json:"transformations"`
	LibraryPanel     settings.Object   `json:"libraryPanel"`
	Links            any               `json:"links"`
	Repeat           any               `json:"repeat"`
}

// Parse reads a dashboard in Grafana's classic JSON with schema version 33 or later. The error says what is wrong with the
// JSON. A panel of an unknown type is no error.
func Parse(raw []byte) (*Dashboard, error) {
	var j DashboardJSON
	if err := json.Unmarshal(raw, &j); err != nil {
		var bad *json.UnmarshalTypeError
		if errors.As(err, &bad) {
			return nil, fmt.Errorf("%s is a JSON %s where Grafana has another type", bad.Field, bad.Value)
		}
		return nil, fmt.Errorf("not JSON: %w", err)
	}
	if err := j.readable(); err != nil {
		return nil, err
	}
	d := &Dashboard{
		UID: j.UID, Title: j.Title, Description: j.Description, Tags: j.Tags, Timezone: j.Timezone,
		From: j.Time.TextOr("from", "now-6h"), To: j.Time.TextOr("to", "now"),
		WeekStart: weekStart(j.WeekStart), FiscalYearStart: time.Month(j.FiscalMonth + 1), // Grafana counts months from 0
	}
	d.Refresh, _ = j.Refresh.(string)
	NumberPanels(j.Panels)
	row := 0
	for _, p := range j.Panels {
		if p.Type == "row" {
			row = p.ID
		}
		d.add(p, row)
		for _, nested := range p.Panels {
			d.add(nested, p.ID)
		}
	}
	d.Annotations = readAnnotations(j.Annotations)
	d.Variables = readVariables(j.Templating)
	return d, nil
}

// NumberPanels gives new ids to panels without one, and to panels with the id of an earlier panel. As in Grafana, the new ids
// follow the highest one.
func NumberPanels(panels []PanelJSON) {
	var all []*PanelJSON
	for i := range panels {
		all = append(all, &panels[i])
		for k := range panels[i].Panels {
			all = append(all, &panels[i].Panels[k])
		}
	}
	next := 0
	for _, p := range all {
		next = max(next, p.ID)
	}
	taken := map[int]bool{}
	for _, p := range all {
		if p.ID == 0 || taken[p.ID] {
			next++
			p.ID = next
		}
		taken[p.ID] = true
	}
}

// add adds a panel that is in a row; row is 0 if it is in none.
func (d *Dashboard) add(j PanelJSON, row int) {
	p := &Panel{
		ID: j.ID, Type: j.Type, Title: j.Title, Description: j.Description, GridPos: j.GridPos, Transparent: j.Transparent,
		Collapsed: j.Collapsed, TimeFrom: j.TimeFrom, TimeShift: j.TimeShift, HideTimeOverride: j.HideTimeOverride,
		Interval: j.Interval, Options: j.Options, Library: j.LibraryPanel != nil, Row: row,
		Repeat:        js.Text(j.Repeat),
		Links:         settings.ReadLinks(settings.Object{"links": j.Links}.List("links")),
		MaxDataPoints: int(settings.Object{"n": j.MaxDataPoints}.NumberOr("n", 0)),
	}
	if p.Type == "row" {
		p.Row = 0
	}
	panelSource, _ := j.Datasource.(map[string]any)
	for _, t := range j.Targets {
		source := t.Child("datasource")
		if source == nil {
			source = panelSource
		}
		p.Targets = append(p.Targets, Target{RefID: t.TextOr("refId", "A"), SQL: t.Text("rawSql"),
			Format: t.TextOr("format", "time_series"), Hide: t.Flag("hide"), Datasource: source})
	}
	p.Fields.Defaults = j.FieldConfig.Child("defaults")
	for _, o := range j.FieldConfig.List("overrides") {
		m, _ := o.(map[string]any)
		p.Fields.Overrides = append(p.Fields.Overrides, settings.ReadOverride(m))
	}
	for _, t := range j.Transformations {
		if !t.Flag("disabled") {
			p.Transformations = append(p.Transformations, settings.Transformation{ID: t.Text("id"), Topic: t.Text("topic"),
				Options: t.Child("options"), Filter: t.Child("filter")})
		}
	}
	d.Panels = append(d.Panels, p)
}

// weekStart reads the name of a day. Every other name means Sunday, as in Grafana's default locale.
func weekStart(name string) time.Weekday {
	switch strings.ToLower(name) {
	case "monday":
		return time.Monday
	case "saturday":
		return time.Saturday
	}
	return time.Sunday
}

// Clock returns the clock by which the dashboard's time expressions, such as "now-1d/d", are read for a
// reader in a zone.
func (d *Dashboard) Clock(now time.Time, zone *time.Location) timerange.Clock {
	return timerange.Clock{Now: now, Location: zone, WeekStart: d.WeekStart, FiscalYearStart: d.FiscalYearStart}
}

// Panel returns the panel with an id, or nil.
func (d *Dashboard) Panel(id int) *Panel {
	for _, p := range d.Panels {
		if p.ID == id {
			return p
		}
	}
	return nil
}
