package transform

import (
	"strings"

	"macrowatch/internal/viewer/frame"
	"macrowatch/internal/viewer/js"
	"macrowatch/internal/viewer/reducer"
	"macrowatch/internal/viewer/settings"
)

// groupBy makes one row of all rows that have the same values in the fields that are grouped by. The other fields are
// reduced by the calculations that the options name.
func groupBy() Transformation {
	return Transformation{ID: "groupBy", run: runGroupBy, Options: []string{"fields"}, Supports: "grouping and all calculations",
		Outline: func(o settings.Object, before Columns) Outline {
			return Outline{Columns: keys(o.Child("fields")), After: before.opened()} // "weight (sum)" and the like
		}}
}

func runGroupBy(frames []*frame.Frame, o settings.Object, p *Pipeline) ([]*frame.Frame, error) {
	rules := o.Child("fields")
	grouping := false
	for _, name := range settings.SortedKeys(rules) {
		grouping = grouping || rules.Child(name).Text("operation") == "groupby"
	}
	if !grouping {
		return frames, nil
	}
	var out []*frame.Frame
	for _, fr := range frames {
		var by []*frame.Field
		for _, f := range fr.Fields {
			if rules.Child(frame.DisplayName(f, nil, nil)).Text("operation") == "groupby" {
				by = append(by, f)
			}
		}
		if len(by) == 0 {
			continue
		}
		grouped, err := grouped(fr, by, rules)
		if err != nil {
			return nil, err
		}
		out = append(out, grouped)
	}
	return out, nil
}

// grouped is one frame with a row for each group.
func grouped(fr *frame.Frame, by []*frame.Field, rules settings.Object) (*frame.Frame, error) {
	groups := groupRows(fr, by)
	var fields []*frame.Field
	for _, f := range by {
		c := frame.NewField(f.Name, f.Kind, nil)
		c.DataSettings = f.DataSettings.Clone()
		for _, g := range groups {
			c.Values = append(c.Values, g[frame.DisplayName(f, nil, nil)].Values[0])
		}
		fields = append(fields, c)
	}
	for _, f := range fr.Fields {
		name := frame.DisplayName(f, nil, nil)
		rule := rules.Child(name)
		if rule.Text("operation") != "aggregate" {
			continue
		}
		for _, asked := range rule.Texts("aggregations") {
			id := reducer.CurrentName(asked)
			if _, known := reducer.Lookup(id); !known {
				return nil, reducer.Unknown(asked)
			}
			c := frame.NewField(name+" ("+asked+")", frame.String, []any{})
			for _, g := range groups {
				c.Values = append(c.Values, reduceStep(g[name], id))
			}
			switch id {
			case "allIsNull":
				c.Kind = frame.Boolean
			case "last", "lastNotNull", "first", "firstNotNull":
				c.Kind = f.Kind
			default:
				if k := frame.GuessKind(c); k != "" {
					c.Kind = k
				}
			}
			fields = append(fields, c)
		}
	}
	return frame.NewDerived(fields, len(groups)), nil
}

// groupRows collects the values of each group by the names of the fields. The groups stand in the order of their first
// rows. As in Grafana the values of fields with the same name are put together.
func groupRows(fr *frame.Frame, by []*frame.Field) []map[string]*frame.Field {
	index := map[string]int{}
	var groups []map[string]*frame.Field
	for row := range fr.Length {
		parts := make([]string, len(by))
		for i, f := range by {
			if v := f.At(row); !js.Missing(v) {
				parts[i] = js.Text(v)
			}
		}
		key := strings.Join(parts, ",")
		at, ok := index[key]
		if !ok {
			at = len(groups)
			index[key] = at
			groups = append(groups, map[string]*frame.Field{})
		}
		for _, f := range fr.Fields {
			name := frame.DisplayName(f, nil, nil)
			if groups[at][name] == nil {
				groups[at][name] = frame.NewField(name, f.Kind, nil)
			}
			groups[at][name].Values = append(groups[at][name].Values, f.At(row))
		}
	}
	return groups
}
