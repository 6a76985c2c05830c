package deskfile

import (
	"fmt"
	"slices"
	"strings"

	"github.com/goccy/go-yaml/ast"

	"macrowatch/internal/desk"
	"macrowatch/internal/suggest"
	"macrowatch/internal/yamlnode"
)

// retention reads which old rows are not kept.
func (r *reader) retention(node ast.Node) {
	hour, given := 0, len(r.faults)
	r.fieldsOf(r.pairs(node, "retention"), "retention", []yamlnode.Field{
		{Key: "hour", Read: func(n ast.Node) {
			r.hour("hour", &hour)(n)
			if len(r.faults) == given {
				r.file.Retention.Hour = &hour
			}
		}},
		{Key: "tables", Read: r.retainedTables},
	})
}

// retainedTables reads the rule of each table.
func (r *reader) retainedTables(node ast.Node) {
	var names []string
	for _, t := range desk.RetainedTables() {
		names = append(names, t.Name)
	}
	for _, pair := range r.pairs(node, "tables") {
		rule := desk.RetentionRule{Table: pair.Key.GetToken().Value}
		given := len(r.faults)
		r.fieldsOf(r.pairs(pair.Value, rule.Table), rule.Table, []yamlnode.Field{
			{Key: "thin_after", Read: r.age("thin_after", &rule.ThinAfter)},
			{Key: "drop_after", Read: r.age("drop_after", &rule.DropAfter)},
			{Key: "adopted", Read: r.truth("adopted", &rule.Adopted)},
		})
		if len(r.faults) > given {
			continue
		}
		if err := r.file.Retention.Add(rule); err != nil {
			hint := ""
			if !slices.Contains(names, rule.Table) {
				hint = suggest.Hint(rule.Table, names)
			}
			r.fault(pair.Key, "%v%s", err, hint)
		}
	}
}

// age returns a function that reads an age of rows.
func (r *reader) age(what string, into *desk.Age) func(ast.Node) {
	return func(node ast.Node) {
		text, ok := r.textOf(node, what)
		if !ok {
			return
		}
		age, err := desk.ParseAge(text)
		if err != nil {
			r.fault(node, "%s: %v", what, err)
			return
		}
		*into = age
	}
}

// truth returns a function that reads true or false.
func (r *reader) truth(what string, into *bool) func(ast.Node) {
	return func(node ast.Node) {
		value, ok := node.(*ast.BoolNode)
		if !ok {
			r.fault(node, "%s is %s; it must be true or false", what, kindOf(node))
			return
		}
		*into = value.Value
	}
}

// retention writes, as a comment, how old rows are removed.
func (w *writer) retention() {
	w.comment(`
Which old rows serve removes, once a day at the hour of the desk's day (docs/retention.md). Without this section, and from a
table without a rule, nothing is ever removed. From the age thin_after on, the rows stay that say what a day came to. From
the age drop_after on, none stay but the newest. adopted: true is needed for a table that another tool made. For example:

retention:
  hour: 2
  tables:
    portfolio_state: {thin_after: 1y}
    risk_metrics_daily: {thin_after: 1y}
    strategy_signals: {thin_after: 180d, drop_after: 8y}
    pipeline_runs: {drop_after: 3y}`)
}

// retention compares which old rows are removed.
func (c *changes) retention(before, after desk.Retention) {
	hour := func(r desk.Retention) string {
		if r.Hour == nil {
			return "the middle of the closed hours"
		}
		return fmt.Sprint(*r.Hour)
	}
	rule := func(r desk.Retention, table string) string {
		for _, rule := range r.Rules {
			if rule.Table == table {
				return ruleText(rule)
			}
		}
		return "kept"
	}
	c.value("retention: hour", hour(before), hour(after))
	for _, t := range desk.RetainedTables() {
		c.value("retention: "+t.Name, rule(before, t.Name), rule(after, t.Name))
	}
}

// ruleText says in words what a rule does.
func ruleText(rule desk.RetentionRule) string {
	var parts []string
	if rule.ThinAfter > 0 {
		parts = append(parts, "thinned after "+rule.ThinAfter.String())
	}
	if rule.DropAfter > 0 {
		parts = append(parts, "dropped after "+rule.DropAfter.String())
	}
	text := strings.Join(parts, " and ")
	if rule.Adopted {
		text += ", also if another tool made it"
	}
	return text
}
