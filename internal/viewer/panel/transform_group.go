package panel

import "strings"

// groupBy makes a row of each combination of values of the fields that are grouped by, with
// calculations of the others.
func groupBy(frames []*Frame, o Object, p *Pipeline) ([]*Frame, error) {
	p.noteUnknownOptions("groupBy", o, "fields")
	rules := o.Child("fields")
	grouping := false
	for _, name := range sortedKeys(rules) {
		grouping = grouping || rules.Child(name).Text("operation") == "groupby"
	}
	if !grouping {
		return frames, nil
	}
	var out []*Frame
	for _, fr := range frames {
		var by []*Field
		for _, f := range fr.Fields {
			if rules.Child(displayName(f, nil, nil)).Text("operation") == "groupby" {
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

func grouped(fr *Frame, by []*Field, rules Object) (*Frame, error) {
	groups := groupRows(fr, by)
	var fields []*Field
	for _, f := range by {
		c := newField(f.Name, f.Kind, nil)
		c.DataSettings = f.DataSettings.Clone()
		for _, g := range groups {
			c.Values = append(c.Values, g[displayName(f, nil, nil)].Values[0])
		}
		fields = append(fields, c)
	}
	for _, f := range fr.Fields {
		name := displayName(f, nil, nil)
		rule := rules.Child(name)
		if rule.Text("operation") != "aggregate" {
			continue
		}
		for _, asked := range rule.Texts("aggregations") {
			id := reducerID(asked)
			if _, known := reducerInfo(id); !known {
				return nil, unknownCalc(asked)
			}
			c := newField(name+" ("+asked+")", typeString, []any{})
			for _, g := range groups {
				c.Values = append(c.Values, reduceStep(g[name], id))
			}
			switch id {
			case "allIsNull":
				c.Kind = typeBoolean
			case "last", "lastNotNull", "first", "firstNotNull":
				c.Kind = f.Kind
			default:
				if k := guessKind(c); k != "" {
					c.Kind = k
				}
			}
			fields = append(fields, c)
		}
	}
	return made(fields, len(groups)), nil
}

// groupRows collects each group's values by the fields' names, in the order of the groups' first
// rows. Fields of one name are thrown together.
func groupRows(fr *Frame, by []*Field) []map[string]*Field {
	index := map[string]int{}
	var groups []map[string]*Field
	for row := range fr.Length {
		parts := make([]string, len(by))
		for i, f := range by {
			if v := f.At(row); !missing(v) {
				parts[i] = toText(v)
			}
		}
		key := strings.Join(parts, ",")
		at, ok := index[key]
		if !ok {
			at = len(groups)
			index[key] = at
			groups = append(groups, map[string]*Field{})
		}
		for _, f := range fr.Fields {
			name := displayName(f, nil, nil)
			if groups[at][name] == nil {
				groups[at][name] = newField(name, f.Kind, nil)
			}
			groups[at][name].Values = append(groups[at][name].Values, f.At(row))
		}
	}
	return groups
}
