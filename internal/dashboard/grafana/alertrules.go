package grafana

import (
	"strconv"
	"strings"
	"time"

	"github.com/goccy/go-yaml"

	"macrowatch/internal/alert"
	"macrowatch/internal/dashboard"
	"macrowatch/internal/desk"
)

// The types below are the form of Grafana's files of alert rules.
type ruleFile struct {
	APIVersion int         `yaml:"apiVersion"`
	Groups     []ruleGroup `yaml:"groups"`
}

type ruleGroup struct {
	OrgID    int         `yaml:"orgId"`
	Name     string      `yaml:"name"`
	Folder   string      `yaml:"folder"`
	Interval string      `yaml:"interval"`
	Rules    []alertRule `yaml:"rules"`
}

type alertRule struct {
	UID          string            `yaml:"uid"`
	Title        string            `yaml:"title"`
	Condition    string            `yaml:"condition"`
	Data         []ruleQuery       `yaml:"data"`
	NoDataState  string            `yaml:"noDataState"`
	ExecErrState string            `yaml:"execErrState"`
	For          string            `yaml:"for"`
	Annotations  yaml.MapSlice     `yaml:"annotations"`
	Labels       map[string]string `yaml:"labels"`
	IsPaused     bool              `yaml:"isPaused"`
}

type ruleQuery struct {
	RefID             string        `yaml:"refId"`
	RelativeTimeRange relativeRange `yaml:"relativeTimeRange"`
	DatasourceUID     string        `yaml:"datasourceUid"`
	Model             yaml.MapSlice `yaml:"model"`
}

// relativeRange is a range of seconds before now.
type relativeRange struct {
	From int `yaml:"from"`
	To   int `yaml:"to"`
}

const (
	// alertFolder is the folder of the rules in Grafana; the desk's dashboards are in it too.
	alertFolder = "Macro Trading"
	// alertInterval is how often Grafana evaluates the rules.
	alertInterval = "1m"
	// expressions is the uid of Grafana's own datasource for expressions.
	expressions = "__expr__"
)

// alertRulesYAML returns the desk's alerts as Grafana's rules: a group of rules for each group of alerts. The file has
// neither contact points nor notification policies, which are the organisation's own.
func alertRulesYAML(rules desk.Rules, config alert.Config) ([]byte, error) {
	all, err := dashboard.AlertRules(rules, config)
	if err != nil {
		return nil, err
	}
	file := ruleFile{APIVersion: 1, Groups: []ruleGroup{}}
	for _, r := range all {
		name := "macrowatch " + r.Group
		if n := len(file.Groups); n == 0 || file.Groups[n-1].Name != name {
			file.Groups = append(file.Groups, ruleGroup{OrgID: 1, Name: name, Folder: alertFolder, Interval: alertInterval})
		}
		last := &file.Groups[len(file.Groups)-1]
		last.Rules = append(last.Rules, grafanaRule(r))
	}
	return marshal(file, yaml.CommentMap{
		"$.groups": {yaml.HeadComment(
			" Whom Grafana tells is decided by your own notification policies, which this file leaves alone. They can choose by",
			" the labels severity (warning or critical), group and owner.")},
	})
}

// grafanaRule returns a rule as Grafana takes it. Grafana fills no variables into queries and annotations of such a file.
func grafanaRule(r dashboard.AlertRule) alertRule {
	labels := map[string]string{"severity": string(r.Severity)}
	if !r.Labelled && r.Group != "pipeline" {
		labels["group"] = r.Group
	}
	return alertRule{
		UID:       "macrowatch-" + strings.ReplaceAll(r.Name, "_", "-"),
		Title:     r.Title,
		Condition: "C",
		Data: []ruleQuery{
			{RefID: "A", RelativeTimeRange: relativeRange{600, 0}, DatasourceUID: dashboard.DatasourceUID, Model: yaml.MapSlice{
				{Key: "refId", Value: "A"},
				{Key: "datasource", Value: yaml.MapSlice{{Key: "type", Value: dashboard.DatasourceType}, {Key: "uid", Value: dashboard.DatasourceUID}}},
				{Key: "format", Value: "table"}, {Key: "rawQuery", Value: true}, {Key: "editorMode", Value: "code"},
				{Key: "rawSql", Value: r.SQL},
			}},
			{RefID: "C", RelativeTimeRange: relativeRange{600, 0}, DatasourceUID: expressions, Model: yaml.MapSlice{
				{Key: "refId", Value: "C"},
				{Key: "datasource", Value: yaml.MapSlice{{Key: "type", Value: expressions}, {Key: "uid", Value: expressions}}},
				{Key: "type", Value: "math"}, {Key: "expression", Value: r.Fires},
			}},
		},
		// Where nothing was ever recorded there is nothing to tell. A query that fails is an alert of its own.
		NoDataState:  "OK",
		ExecErrState: "Error",
		For:          r.Grace.Truncate(time.Second).String(),
		Annotations:  annotationsOf(r),
		Labels:       labels,
	}
}

// annotationsOf are the texts of a rule, and the panel to which its alerts lead.
func annotationsOf(r dashboard.AlertRule) yaml.MapSlice {
	return yaml.MapSlice{
		{Key: "summary", Value: r.Summary},
		{Key: "description", Value: r.Means},
		{Key: "__dashboardUid__", Value: r.DashboardUID},
		{Key: "__panelId__", Value: strconv.FormatUint(uint64(r.PanelID), 10)},
	}
}
