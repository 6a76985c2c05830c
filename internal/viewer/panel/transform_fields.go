package panel

import (
	"math"
	"sort"
	"strings"
)

// filterFieldsByName keeps the fields that are included and not excluded; a frame that keeps none
// is dropped.
func filterFieldsByName(frames []*frame, o props, p *pipeline) ([]*frame, error) {
	p.only("filterFieldsByName", o, "include", "exclude", "byVariable")
	include, err := namesMatcher(o.child("include"), o.flag("byVariable"), p)
	if err != nil {
		return nil, err
	}
	exclude, err := namesMatcher(o.child("exclude"), o.flag("byVariable"), p)
	if err != nil {
		return nil, err
	}
	return filterFields(frames, include, exclude), nil
}

func filterFields(frames []*frame, include, exclude matcher) []*frame {
	if include == nil && exclude == nil {
		return frames
	}
	var out []*frame
	for _, fr := range frames {
		var kept []*field
		for _, f := range fr.fields {
			if exclude != nil && exclude(f, fr, frames) || include != nil && !include(f, fr, frames) {
				continue
			}
			kept = append(kept, f)
		}
		if len(kept) > 0 {
			out = append(out, fr.with(kept))
		}
	}
	return out
}

// namesMatcher reads names, a pattern or a variable that holds names; nil matches as if nothing
// had been asked for.
func namesMatcher(o props, byVariable bool, p *pipeline) (matcher, error) {
	if o == nil {
		return nil, nil
	}
	if v := o.text("variable"); byVariable && v != "" {
		list, err := p.interpolate(v)
		if err != nil {
			return nil, err
		}
		if open := strings.Index(list, "{"); open >= 0 && strings.Contains(list[open:], "}") {
			list = list[1 : len(list)-1]
		}
		return byNames(strings.Split(list, ",")), nil
	}
	listed, pattern := o.texts("names"), o.text("pattern")
	if pattern == "" {
		if len(listed) == 0 {
			return nil, nil
		}
		return byNames(listed), nil
	}
	pattern, err := p.interpolate(pattern)
	if err != nil {
		return nil, err
	}
	match, err := byRegexp(pattern)
	if err != nil || len(listed) == 0 {
		return match, err
	}
	named := byNames(listed)
	return func(f *field, in *frame, all []*frame) bool { return named(f, in, all) || match(f, in, all) }, nil
}

// organize leaves fields out, puts the others in an order and gives them names.
func organize(frames []*frame, o props, p *pipeline) ([]*frame, error) {
	p.only("organize", o, "excludeByName", "indexByName", "renameByName", "includeByName")
	var include, exclude matcher
	if listed := trueKeys(o.child("includeByName")); len(listed) > 0 {
		include = byNames(listed)
	}
	if listed := trueKeys(o.child("excludeByName")); len(listed) > 0 {
		exclude = byNames(listed)
	}
	frames = filterFields(frames, include, exclude)
	return renameFields(orderFields(frames, o.child("indexByName")), o.child("renameByName")), nil
}

func trueKeys(o props) []string {
	var out []string
	for _, k := range sortedKeys(o) {
		if truthy(o[k]) {
			out = append(out, k)
		}
	}
	return out
}

func orderFields(frames []*frame, index props) []*frame {
	if len(index) == 0 {
		return frames
	}
	out := make([]*frame, len(frames))
	for i, fr := range frames {
		place := map[*field]float64{}
		for _, f := range fr.fields {
			place[f] = math.MaxFloat64
			if n, ok := index[displayName(f, fr, frames)].(float64); ok && n == math.Trunc(n) {
				place[f] = n
			}
		}
		sorted := append([]*field(nil), fr.fields...)
		sort.SliceStable(sorted, func(a, b int) bool { return place[sorted[a]] < place[sorted[b]] })
		out[i] = fr.with(sorted)
	}
	return out
}

// renameFields gives display names; the fields' own names stay, and overrides still find them by
// those.
func renameFields(frames []*frame, to props) []*frame {
	if len(to) == 0 {
		return frames
	}
	out := make([]*frame, len(frames))
	for i, fr := range frames {
		fields := make([]*field, len(fr.fields))
		for k, f := range fr.fields {
			name := to.text(displayName(f, fr, nil))
			if name == "" {
				fields[k] = f
				continue
			}
			c := *f
			c.own = f.own.over(props{})
			c.own["displayName"] = name
			c.memo = &nameMemo{name: name, multi: f.memo.multi}
			fields[k] = &c
		}
		out[i] = fr.with(fields)
	}
	return out
}
