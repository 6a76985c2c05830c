package alertfile

import (
	"regexp"
	"slices"
	"strings"

	"github.com/goccy/go-yaml/ast"

	"macrowatch/internal/alert"
	"macrowatch/internal/desk"
	"macrowatch/internal/suggest"
	"macrowatch/internal/yamlnode"
)

func (r *reader) rules(node ast.Node) {
	for _, pair := range r.pairs(node, "rules") {
		name := pair.Key.GetToken().Value
		rule, known := r.rule(pair.Key, name)
		if !known {
			continue
		}
		setting := r.config.Settings[name]
		r.setting(pair.Value, rule, &setting)
		r.config.Settings[name] = setting
	}
}

// rule returns the rule of a name. A name that no rule has is a fault.
func (r *reader) rule(node ast.Node, name string) (alert.Rule, bool) {
	rule, known := alert.RuleNamed(name)
	if !known {
		names := alert.RuleNames()
		r.fault(node, "there is no rule %q%s; there is %s", name, suggest.Hint(name, names), strings.Join(names, ", "))
	}
	return rule, known
}

// setting reads the settings of a rule, or on or off.
func (r *reader) setting(node ast.Node, rule alert.Rule, into *alert.Setting) {
	if on, is := onOff(node); is {
		into.On = on
		return
	}
	switch node.(type) {
	case *ast.MappingNode, *ast.MappingValueNode:
	default:
		r.fault(node, "rule %s is %s; it must be on, off, or settings such as {grace: 10m}", rule.Name, yamlnode.Kind(node))
		return
	}
	fields := []yamlnode.Field{
		{Key: "on", Read: func(n ast.Node) {
			if on, is := onOff(n); is {
				into.On = on
			} else {
				r.fault(n, "on is %s; it must be true or false", yamlnode.Kind(n))
			}
		}},
		{Key: "severity", Read: func(n ast.Node) {
			if s, ok := r.severity(n); ok {
				into.Severity = s
			}
		}},
		{Key: "grace", Read: r.duration("grace", &into.Grace, "")},
		{Key: "settle", Read: r.duration("settle", &into.Settle, "")},
		{Key: "repeat", Read: r.duration("repeat", &into.Repeat, "never")},
	}
	if rule.Threshold != "" {
		fields = append(fields, yamlnode.Field{Key: "threshold", Read: func(n ast.Node) { r.threshold(n, rule, into) }})
	}
	r.fields(node, "rule "+rule.Name, fields)
}

// mostThreshold is the largest threshold, which bounds every rule: 100,000 hours, percent or runs.
const mostThreshold = 100_000

func (r *reader) threshold(node ast.Node, rule alert.Rule, into *alert.Setting) {
	x, ok := r.number(node, "threshold")
	switch {
	case !ok:
	case rule.Name == alert.LossBeyondVaR && x != 95 && x != 99:
		r.fault(node, "threshold is %v; of %s it is %s", x, rule.Name, rule.Threshold)
	case x <= 0 || x > mostThreshold:
		r.fault(node, "threshold is %v; it must be above 0 and at most %d: %s", x, mostThreshold, rule.Threshold)
	default:
		into.Threshold = x
	}
}

func (r *reader) severity(node ast.Node) (desk.AlertSeverity, bool) {
	text, ok := r.text(node, "severity")
	if !ok {
		return "", false
	}
	switch s := desk.AlertSeverity(text); s {
	case desk.AlertWarning, desk.AlertCritical:
		return s, true
	}
	r.fault(node, "severity is %q; it must be warning or critical", text)
	return "", false
}

// targetName is how a target may be called, if its name is not longer than longestTargetName. A bound in the expression would
// make it forty times as dear to compile, which every process does.
var targetName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]*$`)

// longestTargetName is how long the name of a target may be.
const longestTargetName = 63

// variableName is how an environment variable may be called.
var variableName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)

func (r *reader) targets(node ast.Node) {
	for _, pair := range r.pairs(node, "targets") {
		name := pair.Key.GetToken().Value
		if len(name) > longestTargetName || !targetName.MatchString(name) {
			r.fault(pair.Key, "a target is called %q; its name must have letters, digits, dots, hyphens and underscores only, 63 at most", name)
			continue
		}
		if _, ok := yamlnode.Pairs(pair.Value); !ok {
			r.fault(pair.Value, "target %s must be keys with values, such as {service_file: FILE}; its address is a secret and does not stand in this file", name)
			continue
		}
		before := len(r.faults)
		var t alert.Target
		var given []string
		get := func(key string, set func(n ast.Node, text string)) yamlnode.Field {
			return yamlnode.Field{Key: key, Read: func(n ast.Node) {
				given = append(given, key)
				if text, ok := r.text(n, key); ok {
					set(n, text)
				}
			}}
		}
		env := func(n ast.Node, text string) {
			if t.Env = text; !variableName.MatchString(text) {
				r.fault(n, "target %s needs the name of an environment variable, such as CHAT_ADDRESS; its address is a secret and does not stand in this file", name)
			}
		}
		file := func(n ast.Node, text string) {
			if t.File = text; strings.Contains(text, "://") {
				r.fault(n, "target %s needs the name of a file, such as chat-address; its address is a secret and does not stand in this file", name)
			}
		}
		r.fields(pair.Value, "target "+name, []yamlnode.Field{
			get("service_file", file),
			get("service_env", env),
			get("alertmanager", func(n ast.Node, text string) {
				if t.Address, t.Alertmanager = text, true; strings.Contains(text, "@") {
					r.fault(n, "alertmanager has a password in its address: give the address in a file (alertmanager_file) or an environment variable (alertmanager_env)")
				}
			}),
			get("alertmanager_file", func(n ast.Node, text string) { file(n, text); t.Alertmanager = true }),
			get("alertmanager_env", func(n ast.Node, text string) { env(n, text); t.Alertmanager = true }),
		})
		if len(given) != 1 && len(r.faults) == before {
			said := "has no address"
			if len(given) > 1 {
				said = "has " + strings.Join(given, " and ")
			}
			r.fault(pair.Key, "target %s %s; it needs one of service_file, service_env, alertmanager, alertmanager_file, alertmanager_env", name, said)
		}
		r.config.Targets[name] = t
	}
}

func (r *reader) routes(node ast.Node) {
	list, ok := node.(*ast.SequenceNode)
	if !ok {
		r.fault(node, "routes is %s; it must be a list", yamlnode.Kind(node))
		return
	}
	for _, item := range list.Values {
		var route alert.Route
		before := len(r.faults)
		r.fields(item, "a route", []yamlnode.Field{
			{Key: "to", Read: func(n ast.Node) {
				for _, t := range r.texts(n, "to") {
					route.To = append(route.To, t.name)
					r.named = append(r.named, t)
				}
			}},
			{Key: "severity", Read: func(n ast.Node) {
				for _, t := range r.texts(n, "severity") {
					if s, ok := r.severity(t.node); ok {
						route.Severities = append(route.Severities, s)
					}
				}
			}},
			{Key: "group", Read: r.names("group", &route.Groups, func() []string { return r.known.Groups })},
			{Key: "owner", Read: r.names("owner", &route.Owners, func() []string { return r.known.Owners })},
			{Key: "rule", Read: func(n ast.Node) {
				for _, t := range r.texts(n, "rule") {
					r.rule(t.node, t.name)
					route.Rules = append(route.Rules, t.name)
				}
			}},
		})
		if len(route.To) == 0 && len(r.faults) == before {
			r.fault(item, "a route has no target: it needs to, such as {to: chat}")
		}
		r.config.Routes = append(r.config.Routes, route)
	}
}

// names returns a function that reads a text or a list of texts. Each must be one of the known ones, if these are given.
func (r *reader) names(what string, into *[]string, known func() []string) func(ast.Node) {
	return func(n ast.Node) {
		for _, t := range r.texts(n, what) {
			*into = append(*into, t.name)
			if r.known == nil || slices.Contains(known(), t.name) {
				continue
			}
			all := slices.Compact(slices.Sorted(slices.Values(known())))
			if len(all) == 0 {
				r.fault(t.node, "no alert has the %s %q, so nothing would be told: no step has an %s", what, t.name, what)
				continue
			}
			r.fault(t.node, "no alert has the %s %q, so nothing would be told%s; there is %s", what, t.name, suggest.Hint(t.name, all), strings.Join(all, ", "))
		}
	}
}
