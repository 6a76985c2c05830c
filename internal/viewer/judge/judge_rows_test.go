package judge_test

import (
	"hash/fnv"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"

	"macrowatch/internal/viewer/frame"
	"macrowatch/internal/viewer/model"
	"macrowatch/internal/viewer/settings"
)

// columns are the names of a query's columns, as the panel's settings use them.
func (p dashboardPanel) columns(t model.Target) []string {
	var names []string
	add := func(name string) {
		if name != "" && !slices.Contains(names, name) && len(names) < 14 {
			names = append(names, name)
		}
	}
	for _, tr := range p.Transformations {
		for _, key := range []string{"rowField", "columnField", "valueField", "byField"} {
			add(tr.Options.Text(key))
		}
		for _, key := range []string{"excludeByName", "renameByName", "indexByName"} {
			for _, name := range settings.SortedKeys(tr.Options.Child(key)) {
				if !strings.Contains(name, `\`) {
					add(name)
				}
			}
		}
		for _, name := range tr.Options.Child("include").Texts("names") {
			add(name)
		}
	}
	types := " text int integer float float8 numeric date timestamp timestamptz interval bigint varchar double not materialized boolean real char select "
	for _, m := range regexp.MustCompile(`(?i)\bas\s+(?:"([^"]+)"|([a-z_]\w*))`).FindAllStringSubmatch(t.SQL, -1) {
		if name := m[1] + m[2]; !strings.Contains(types, " "+strings.ToLower(name)+" ") {
			add(name)
		}
	}
	for _, o := range p.Fields.Overrides {
		if name, ok := o.Options.(string); ok && o.MatcherID == "byName" {
			add(name)
		}
	}
	if len(names) < 2 {
		names = append(names, "name", "value")
	}
	return names
}

// kindOf guesses the kind of a column by its name and by what the panel does with it.
func (p dashboardPanel) kindOf(name string) frame.Kind {
	for _, tr := range p.Transformations {
		switch name {
		case tr.Options.Text("rowField"), tr.Options.Text("columnField"):
			return frame.String
		case tr.Options.Text("valueField"):
			return frame.Number
		}
	}
	for _, o := range p.Fields.Overrides {
		if o.Options != any(name) {
			continue
		}
		for _, prop := range o.Properties {
			switch u, _ := prop.Value.(string); {
			case prop.ID == "unit" && (strings.HasPrefix(u, "date") || strings.HasPrefix(u, "time:")):
				return frame.Time
			case prop.ID == "unit" && u != "string":
				return frame.Number
			}
		}
	}
	lower := strings.ToLower(name)
	for _, part := range []string{"time", "date", "_at"} {
		if strings.Contains(lower, part) {
			return frame.Time
		}
	}
	h := fnv.New32a()
	_, _ = h.Write([]byte(name))
	if h.Sum32()%3 == 0 {
		return frame.String
	}
	return frame.Number
}

// words are the texts that the panel's settings mention, and some others.
func (p dashboardPanel) words() []any {
	words := []any{"alpha", "beta", "", nil, "12", "ok"}
	add := func(mappings []any) {
		for _, m := range mappings {
			entry, _ := m.(map[string]any)
			for _, key := range settings.SortedKeys(settings.Object(entry).Child("options")) {
				words = append(words, key)
			}
		}
	}
	add(p.Fields.Defaults.List("mappings"))
	for _, o := range p.Fields.Overrides {
		for _, prop := range o.Properties {
			if list, ok := prop.Value.([]any); ok && prop.ID == "mappings" {
				add(list)
			}
		}
	}
	return words
}

// frames are made-up results of the panel's queries, each with the given number of rows.
func (p dashboardPanel) frames(rows int) []judgedFrame {
	r := rand.New(rand.NewPCG(uint64(p.ID), uint64(rows)))
	words := p.words()
	pivots := ""
	for _, tr := range p.Transformations {
		pivots += tr.Options.Text("columnField") + "\n"
	}
	values := func(name string, kind frame.Kind) []any {
		out := []any{}
		for i := range rows {
			switch {
			case kind == frame.Time:
				out = append(out, float64(judgeNow().UnixMilli())-float64(rows-i)*36e5)
			case name != "" && strings.Contains(pivots, name+"\n"): // a column can't be named from nothing
				out = append(out, []any{"2023", "2024", "2025"}[r.IntN(3)])
			case kind == frame.String:
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
	for _, t := range p.Targets {
		if t.Hide || t.SQL == "" {
			continue
		}
		fr := judgedFrame{RefID: t.RefID}
		overTime := t.Format == "time_series" || p.Type == "timeseries" || p.Type == "state-timeline" || p.Type == "heatmap"
		if overTime {
			fr.Fields = append(fr.Fields, judgedField{Name: "Time", Type: frame.Time, Values: values("", frame.Time)})
		}
		for _, name := range p.columns(t) {
			kind := p.kindOf(name)
			if overTime && (kind == frame.Time || p.Type != "state-timeline") {
				kind = frame.Number
			}
			fr.Fields = append(fr.Fields, judgedField{Name: name, Type: kind, Values: values(name, kind)})
		}
		out = append(out, fr)
	}
	return out
}
