package panel

import (
	"fmt"
	"sort"
)

// Override sets properties of the fields that a matcher finds.
type Override struct {
	MatcherID  string
	Options    any
	Properties []Property
}

type Property struct {
	ID    string
	Value any
}

// FieldConfig is a panel's settings for its fields.
type FieldConfig struct {
	Defaults  Object
	Overrides []Override
}

// applyFieldConfig gives every field its settings, name, range, colours and display. The result
// says what could not be applied, a sentence each.
func applyFieldConfig(frames []*Frame, fc FieldConfig, e *Env) []string {
	var rules []rule
	notices := newNotices()
	for _, o := range fc.Overrides {
		match, err := newMatcher(o.MatcherID, o.Options)
		if err != nil {
			notices.Add("An override is not applied: %s.", err)
			continue
		}
		rules = append(rules, rule{match, o.Properties})
	}
	series := 0
	var global *Span
	for i, fr := range frames {
		for _, f := range fr.Fields {
			f.Memo = nil
			f.Merged = f.DataSettings.Over(defaultsFor(f.Kind, fc.Defaults))
			s := Scope{Frames: frames, Frame: fr, FrameIndex: i, Field: f}
			expandName(f, e, s)
			for _, r := range rules {
				if r.match(f, fr, frames) {
					for _, p := range r.properties {
						if knownProperty(p.ID) {
							f.Merged.Set(p.ID, p.Value)
							if p.ID == "displayName" {
								expandName(f, e, s)
							}
						}
					}
				}
			}
			f.Kind = settledKind(f)
			f.Config = readConfig(f.Merged)
			for _, n := range mappingNotices(f.Merged.List("mappings")) {
				notices.Add("%s", n)
			}
			if !knownColorMode(f.Config.Color.Mode) {
				notices.Add("The colour mode %q is not supported.", f.Config.Color.Mode)
			}
			f.Span, global = rangeOf(f, global, frames)
			f.SeriesIndex = series
			if f.Kind != typeTime {
				series++
			}
			f.Show = newDisplay(f, e)
			if f.Config.Unit != "dateTimeFromNow" {
				f.Show = cached(f.Show)
			}
		}
	}
	for _, fr := range frames {
		for _, f := range fr.Fields {
			f.Title = displayName(f, fr, frames)
		}
	}
	return notices.Sentences
}

type rule struct {
	match      Func
	properties []Property
}

func expandName(f *Field, e *Env, s Scope) {
	if name, _ := f.Merged["displayName"].(string); name != "" && e.Replace != nil {
		f.Merged["displayName"] = e.Replace(name, s)
	}
}

// rangeOf is the range that a number field's colours refer to: its own ends where they are
// configured, else those of all number fields of the panel, or with fieldMinMax its own values'.
// Where both ends are configured it is nil and the field's own span is used.
func rangeOf(f *Field, global *Span, frames []*Frame) (*Span, *Span) {
	if f.Kind != typeNumber || f.Config.Min != nil && f.Config.Max != nil {
		return nil, global
	}
	base := ownSpan(f)
	if !f.Config.FieldMinMax {
		if global == nil {
			global = numericSpan(frames)
		}
		base = global
	}
	lo, hi := base.Min, base.Max
	if f.Config.Min != nil {
		lo = f.Config.Min
	}
	if f.Config.Max != nil {
		hi = f.Config.Max
	}
	return &Span{Min: lo, Max: hi, Delta: orZero(hi) - orZero(lo)}, global
}

// numericSpan is the range of all numbers of a panel. A field without numbers counts as 0 beside
// others, as in Grafana.
func numericSpan(frames []*Frame) *Span {
	s := &Span{}
	for _, fr := range frames {
		for _, f := range fr.Fields {
			if f.Kind != typeNumber {
				continue
			}
			lo, hi := extremes(f)
			if s.Min == nil || orZero(lo) < *s.Min {
				s.Min = lo
			}
			if s.Max == nil || orZero(hi) > *s.Max {
				s.Max = hi
			}
		}
	}
	var numbers []*Field
	for _, fr := range frames {
		for _, f := range fr.Fields {
			if f.Kind == typeNumber {
				numbers = append(numbers, f)
			}
		}
	}
	if lo, hi, beyond := within(numbersIn(numbers)); beyond && lo <= hi {
		s.Min, s.Max = new(lo), new(hi)
	}
	s.Delta = orZero(s.Max) - orZero(s.Min)
	return s
}

// List collects sentences, each once.
type List struct {
	Sentences []string
	seen      map[string]bool
}

func newNotices() *List { return &List{seen: map[string]bool{}} }

func (n *List) Add(format string, args ...any) {
	s := fmt.Sprintf(format, args...)
	if !n.seen[s] {
		n.seen[s] = true
		n.Sentences = append(n.Sentences, s)
	}
}

func (n *List) AddAll(list []string) {
	for _, s := range list {
		n.Add("%s", s)
	}
}

// sortedKeys keeps what is said about settings in a stable order.
func sortedKeys(p Object) []string {
	keys := make([]string, 0, len(p))
	for k := range p {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	return keys
}
