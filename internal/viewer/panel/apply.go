package panel

import (
	"fmt"
	"sort"
)

// override sets properties of the fields that a matcher finds.
type override struct {
	matcherID  string
	options    any
	properties []property
}

type property struct {
	id    string
	value any
}

// fieldConfig is a panel's settings for its fields.
type fieldConfig struct {
	defaults  props
	overrides []override
}

// applyFieldConfig gives every field its settings, name, range, colours and display. The result
// says what could not be applied, a sentence each.
func applyFieldConfig(frames []*frame, fc fieldConfig, e *env) []string {
	var rules []rule
	notices := newNotices()
	for _, o := range fc.overrides {
		match, err := newMatcher(o.matcherID, o.options)
		if err != nil {
			notices.add("An override is not applied: %s.", err)
			continue
		}
		rules = append(rules, rule{match, o.properties})
	}
	series := 0
	var global *span
	for i, fr := range frames {
		for _, f := range fr.fields {
			f.memo = nil
			f.raw = f.own.over(defaultsFor(f.kind, fc.defaults))
			s := scope{frames: frames, frame: fr, frameIndex: i, field: f}
			expandName(f, e, s)
			for _, r := range rules {
				if r.match(f, fr, frames) {
					for _, p := range r.properties {
						if knownProperty(p.id) {
							f.raw.set(p.id, p.value)
							if p.id == "displayName" {
								expandName(f, e, s)
							}
						}
					}
				}
			}
			f.kind = settledKind(f)
			f.config = readConfig(f.raw)
			for _, n := range mappingNotices(f.raw.list("mappings")) {
				notices.add("%s", n)
			}
			if !knownColorMode(f.config.color.mode) {
				notices.add("The colour mode %q is not supported.", f.config.color.mode)
			}
			f.span, global = rangeOf(f, global, frames)
			f.seriesIndex = series
			if f.kind != typeTime {
				series++
			}
			f.show = newDisplay(f, e)
			if f.config.unit != "dateTimeFromNow" {
				f.show = cached(f.show)
			}
		}
	}
	for _, fr := range frames {
		for _, f := range fr.fields {
			f.title = displayName(f, fr, frames)
		}
	}
	return notices.list
}

type rule struct {
	match      matcher
	properties []property
}

func expandName(f *field, e *env, s scope) {
	if name, _ := f.raw["displayName"].(string); name != "" && e.replace != nil {
		f.raw["displayName"] = e.replace(name, s)
	}
}

// rangeOf is the range that a number field's colours refer to: its own ends where they are
// configured, else those of all number fields of the panel, or with fieldMinMax its own values'.
// Where both ends are configured it is nil and the field's own span is used.
func rangeOf(f *field, global *span, frames []*frame) (*span, *span) {
	if f.kind != typeNumber || f.config.min != nil && f.config.max != nil {
		return nil, global
	}
	base := ownSpan(f)
	if !f.config.fieldMinMax {
		if global == nil {
			global = numericSpan(frames)
		}
		base = global
	}
	lo, hi := base.min, base.max
	if f.config.min != nil {
		lo = f.config.min
	}
	if f.config.max != nil {
		hi = f.config.max
	}
	return &span{min: lo, max: hi, delta: orZero(hi) - orZero(lo)}, global
}

// numericSpan is the range of all numbers of a panel. A field without numbers counts as 0 beside
// others, as in Grafana.
func numericSpan(frames []*frame) *span {
	s := &span{}
	for _, fr := range frames {
		for _, f := range fr.fields {
			if f.kind != typeNumber {
				continue
			}
			lo, hi := extremes(f)
			if s.min == nil || orZero(lo) < *s.min {
				s.min = lo
			}
			if s.max == nil || orZero(hi) > *s.max {
				s.max = hi
			}
		}
	}
	var numbers []*field
	for _, fr := range frames {
		for _, f := range fr.fields {
			if f.kind == typeNumber {
				numbers = append(numbers, f)
			}
		}
	}
	if lo, hi, beyond := within(numbersIn(numbers)); beyond && lo <= hi {
		s.min, s.max = ptr(lo), ptr(hi)
	}
	s.delta = orZero(s.max) - orZero(s.min)
	return s
}

// notices collects sentences, each once.
type notices struct {
	list []string
	seen map[string]bool
}

func newNotices() *notices { return &notices{seen: map[string]bool{}} }

func (n *notices) add(format string, args ...any) {
	s := fmt.Sprintf(format, args...)
	if !n.seen[s] {
		n.seen[s] = true
		n.list = append(n.list, s)
	}
}

func (n *notices) addAll(list []string) {
	for _, s := range list {
		n.add("%s", s)
	}
}

// sortedKeys keeps what is said about settings in a stable order.
func sortedKeys(p props) []string {
	keys := make([]string, 0, len(p))
	for k := range p {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	return keys
}
