package ownhealth

import (
	"fmt"

	"github.com/goccy/go-yaml"
)

type ruleFile struct {
	Groups []ruleGroup `yaml:"groups"`
}

type ruleGroup struct {
	Name  string `yaml:"name"`
	Rules []rule `yaml:"rules"`
}

type rule struct {
	Alert       string            `yaml:"alert"`
	Expr        string            `yaml:"expr"`
	For         string            `yaml:"for"`
	Labels      map[string]string `yaml:"labels"`
	Annotations annotations       `yaml:"annotations"`
}

type annotations struct {
	Summary string `yaml:"summary"`
	Runbook string `yaml:"runbook"`
}

// RulesYAML returns the alerts as a file of rules that Prometheus reads. comment is its first line.
func RulesYAML(comment string) ([]byte, error) {
	group := ruleGroup{Name: "macrowatch"}
	for _, a := range Alerts() {
		group.Rules = append(group.Rules, rule{a.Name, a.Expr, a.For, map[string]string{"severity": a.Severity}, annotations{a.Summary, a.Runbook}})
	}
	text, err := yaml.MarshalWithOptions(ruleFile{[]ruleGroup{group}}, yaml.IndentSequence(true), yaml.UseLiteralStyleIfMultiline(true),
		yaml.WithComment(yaml.CommentMap{"$.groups": {yaml.HeadComment(comment)}}))
	if err != nil {
		return nil, fmt.Errorf("write the alerts: %w", err)
	}
	return text, nil
}
