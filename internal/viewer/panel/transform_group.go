package panel

import "strings"

// groupBy makes a row of each combination of values of the fields that are grouped by, with
// calculations of the others.
func groupBy(frames []*frame, o props, p *pipeline) ([]*frame, error) {
	p.only("groupBy", o, "fields")
	rules := o.child("fields")
	grouping := false
	for _, name := range sortedKeys(rules) {
		grouping = grouping || rules.child(name).text("operation") == "groupby"
	}
	if !grouping {
		return frames, nil
	}
	var out []*frame
	for _, fr := range frames {
		var by []*field
		for _, f := range fr.fields {
			if rules.child(displayName(f, nil, nil)).text("operation") == "groupby" {
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

func grouped(fr *frame, by []*field, rules props) (*frame, error) {
	groups := groupRows(fr, by)
	var fields []*field
	for _, f := range by {
		c := newField(f.name, f.kind, nil)
		c.own = f.own.clone()
		for _, g := range groups {
			c.values = append(c.values, g[displayName(f, nil, nil)].values[0])
		}
		fields = append(fields, c)
	}
	for _, f := range fr.fields {
		name := displayName(f, nil, nil)
		rule := rules.child(name)
		if rule.text("operation") != "aggregate" {
			continue
		}
		for _, asked := range rule.texts("aggregations") {
			id := reducerID(asked)
			if _, known := reducerInfo(id); !known {
				return nil, unknownCalc(asked)
			}
			c := newField(name+" ("+asked+")", typeString, []any{})
			for _, g := range groups {
				c.values = append(c.values, reduceStep(g[name], id))
			}
			switch id {
			case "allIsNull":
				c.kind = typeBoolean
			case "last", "lastNotNull", "first", "firstNotNull":
				c.kind = f.kind
			default:
				if k := guessKind(c); k != "" {
					c.kind = k
				}
			}
			fields = append(fields, c)
		}
	}
	return made(fields, len(groups)), nil
}

// groupRows collects each group's values by the fields' names, in the order of the groups' first
// rows. Fields of one name are thrown together.
func groupRows(fr *frame, by []*field) []map[string]*field {
	index := map[string]int{}
	var groups []map[string]*field
	for row := range fr.length {
		parts := make([]string, len(by))
		for i, f := range by {
			if v := f.at(row); !missing(v) {
				parts[i] = toText(v)
			}
		}
		key := strings.Join(parts, ",")
		at, ok := index[key]
		if !ok {
			at = len(groups)
			index[key] = at
			groups = append(groups, map[string]*field{})
		}
		for _, f := range fr.fields {
			name := displayName(f, nil, nil)
			if groups[at][name] == nil {
				groups[at][name] = newField(name, f.kind, nil)
			}
			groups[at][name].values = append(groups[at][name].values, f.at(row))
		}
	}
	return groups
}
