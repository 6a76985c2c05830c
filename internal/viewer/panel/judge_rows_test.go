package panel

import (
	"hash/fnv"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
)

// columns are the names that a query's columns, or what the panel says of them, have.
func (p dashboardPanel) columns(t target) []string {
	var names []string
	add := func(name string) {
		if name != "" && !slices.Contains(names, name) && len(names) < 14 {
			names = append(names, name)
		}
	}
	for _, tr := range p.transformations {
		for _, key := range []string{"rowField", "columnField", "valueField", "byField"} {
			add(tr.options.text(key))
		}
		for _, key := range []string{"excludeByName", "renameByName", "indexByName"} {
			for _, name := range sortedKeys(tr.options.child(key)) {
				if !strings.Contains(name, `\`) {
					add(name)
				}
			}
		}
		for _, name := range tr.options.child("include").texts("names") {
			add(name)
		}
	}
	types := " text int integer float float8 numeric date timestamp timestamptz interval bigint varchar double not materialized boolean real char select "
	for _, m := range regexp.MustCompile(`(?i)\bas\s+(?:"([^"]+)"|([a-z_]\w*))`).FindAllStringSubmatch(t.sql, -1) {
		if name := m[1] + m[2]; !strings.Contains(types, " "+strings.ToLower(name)+" ") {
			add(name)
		}
	}
	for _, o := range p.fields.overrides {
		if name, ok := o.options.(string); ok && o.matcherID == "byName" {
			add(name)
		}
	}
	if len(names) < 2 {
		names = append(names, "name", "value")
	}
	return names
}

// kindOf guesses what a column holds from its name and from what the panel does with it.
func (p dashboardPanel) kindOf(name string) fieldType {
	for _, tr := range p.transformations {
		switch name {
		case tr.options.text("rowField"), tr.options.text("columnField"):
			return typeString
		case tr.options.text("valueField"):
			return typeNumber
		}
	}
	for _, o := range p.fields.overrides {
		if o.options != any(name) {
			continue
		}
		for _, prop := range o.properties {
			switch u, _ := prop.value.(string); {
			case prop.id == "unit" && (strings.HasPrefix(u, "date") || strings.HasPrefix(u, "time:")):
				return typeTime
			case prop.id == "unit" && u != "string":
				return typeNumber
			}
		}
	}
	lower := strings.ToLower(name)
	for _, part := range []string{"time", "date", "_at"} {
		if strings.Contains(lower, part) {
			return typeTime
		}
	}
	h := fnv.New32a()
	_, _ = h.Write([]byte(name))
	if h.Sum32()%3 == 0 {
		return typeString
	}
	return typeNumber
}

// words are the texts that the panel gives a meaning to, and some that it does not.
func (p dashboardPanel) words() []any {
	words := []any{"alpha", "beta", "", nil, "12", "ok"}
	add := func(mappings []any) {
		for _, m := range mappings {
			entry, _ := m.(map[string]any)
			for _, key := range sortedKeys(props(entry).child("options")) {
				words = append(words, key)
			}
		}
	}
	add(p.fields.defaults.list("mappings"))
	for _, o := range p.fields.overrides {
		for _, prop := range o.properties {
			if list, ok := prop.value.([]any); ok && prop.id == "mappings" {
				add(list)
			}
		}
	}
	return words
}

// frames make up what the panel's queries return, rows rows of each.
func (p dashboardPanel) frames(rows int) []judgedFrame {
	r := rand.New(rand.NewPCG(uint64(p.ID), uint64(rows)))
	words := p.words()
	pivots := ""
	for _, tr := range p.transformations {
		pivots += tr.options.text("columnField") + "\n"
	}
	values := func(name string, kind fieldType) []any {
		out := []any{}
		for i := range rows {
			switch {
			case kind == typeTime:
				out = append(out, float64(judgeNow().UnixMilli())-float64(rows-i)*36e5)
			case name != "" && strings.Contains(pivots, name+"\n"): // a column can't be named from nothing
				out = append(out, []any{"2023", "2024", "2025"}[r.IntN(3)])
			case kind == typeString:
				out = append(out, words[r.IntN(len(words))])
			case r.IntN(7) == 0:
				out = append(out, nil)
			default:
				out = append(out, []any{float64(r.IntN(8)), r.Float64() * 100, (r.Float64() - 0.3) * 1e6, r.Float64() / 100}[r.IntN(4)])
			}
		}
		return out
	}
	var out []judgedFrame
	for _, t := range p.targets {
		if t.hide || t.sql == "" {
			continue
		}
		fr := judgedFrame{RefID: t.refID}
		overTime := t.format == "time_series" || p.Type == "timeseries" || p.Type == "state-timeline" || p.Type == "heatmap"
		if overTime {
			fr.Fields = append(fr.Fields, judgedField{Name: "Time", Type: typeTime, Values: values("", typeTime)})
		}
		for _, name := range p.columns(t) {
			kind := p.kindOf(name)
			if overTime && (kind == typeTime || p.Type != "state-timeline") {
				kind = typeNumber
			}
			fr.Fields = append(fr.Fields, judgedField{Name: name, Type: kind, Values: values(name, kind)})
		}
		out = append(out, fr)
	}
	return out
}
