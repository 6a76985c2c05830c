package deskfile

import (
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml/ast"

	"macrowatch/internal/desk"
	"macrowatch/internal/suggest"
	"macrowatch/internal/yamlnode"
)

// prefix is a prefix of names, and the class of the names that begin with it.
type prefix struct {
	text, class string
	node        ast.Node
}

// mostClasses is how many asset classes a desk may have. Charts could not tell more of them apart.
const mostClasses = 20

// classes reads the list of asset classes, which replaces the built-in one.
func (r *reader) classes(node ast.Node) {
	rules := &r.file.Rules
	rules.AssetClasses, rules.StrategyClasses, rules.InstrumentClasses, rules.ClassColours, rules.ClassGroups = nil, nil, nil, nil, nil
	var strategies, instruments []prefix
	panels := map[int][]string{}
	items := r.items(node, "classes")
	for _, item := range items {
		name, colour, panel := "", "", 0
		var ofStrategies, ofInstruments []prefix
		given := len(r.faults)
		r.fieldsOf(r.pairs(item, "a class"), "a class", []yamlnode.Field{
			{Key: "name", Read: r.label("name", &name)}, {Key: "colour", Read: r.colour(&colour)}, {Key: "heatmap", Read: r.heatmap(&panel)},
			{Key: "strategies", Read: r.prefixes("strategies", &ofStrategies)}, {Key: "instruments", Read: r.prefixes("instruments", &ofInstruments)},
		})
		switch {
		case name == "" && len(r.faults) == given:
			r.fault(item, "a class has no name")
		case name == "":
		case name == desk.OtherClass:
			r.fault(item, "class %s is always there: it has what fits no other class", desk.OtherClass)
		case slices.Contains(rules.AssetClasses, name):
			r.fault(item, "class %q is listed twice", name)
		}
		if name == "" {
			continue
		}
		rules.AssetClasses = append(rules.AssetClasses, name)
		if colour != "" {
			if rules.ClassColours == nil {
				rules.ClassColours = map[string]string{}
			}
			rules.ClassColours[name] = colour
		}
		if panel > 0 {
			panels[panel] = append(panels[panel], name)
		}
		strategies, instruments = append(strategies, in(name, ofStrategies)...), append(instruments, in(name, ofInstruments)...)
	}
	switch {
	case len(items) == 0:
		r.fault(node, "there are no asset classes; a desk has at least one")
	case len(items) > mostClasses:
		r.fault(items[mostClasses], "there are %d asset classes; a desk may have %d", len(items), mostClasses)
	}
	for _, n := range slices.Sorted(maps.Keys(panels)) {
		rules.ClassGroups = append(rules.ClassGroups, panels[n])
	}
	rules.StrategyClasses, rules.InstrumentClasses = r.classRules(strategies), r.classRules(instruments)
}

// crossAssetClass reads which class has strategies that trade instruments of several classes. The list of classes has been read.
func (r *reader) crossAssetClass(node ast.Node) {
	name := ""
	r.label("cross_asset_class", &name)(node)
	classes := r.file.Rules.AssetClasses
	if name != "" && !slices.Contains(classes, name) {
		r.fault(node, "the cross-asset class %q is not one of the asset classes%s; they are %s", name, suggest.Hint(name, classes), strings.Join(classes, ", "))
		return
	}
	r.file.Rules.CrossAssetClass = name
}

// heatmap reads in which panel of the signal heatmap the class stands.
func (r *reader) heatmap(into *int) func(ast.Node) {
	return func(node ast.Node) {
		text, ok := r.textOf(node, "heatmap")
		if !ok {
			return
		}
		n, err := strconv.Atoi(text)
		if err != nil || n < 1 || n > mostClasses {
			r.fault(node, "heatmap is %q; it must be the number of a panel of the signal heatmap, from 1 to %d", text, mostClasses)
			return
		}
		*into = n
	}
}

// in puts prefixes into a class.
func in(class string, all []prefix) []prefix {
	for n := range all {
		all[n].class = class
	}
	return all
}

func (r *reader) prefixes(what string, into *[]prefix) func(ast.Node) {
	return func(node ast.Node) {
		for _, item := range r.items(node, what) {
			p := prefix{node: item}
			if r.label("a prefix", &p.text)(item); p.text != "" {
				*into = append(*into, p)
			}
		}
	}
}

// classRules orders prefixes so that the longest one that fits a name decides, whatever their order in the file.
func (r *reader) classRules(all []prefix) []desk.ClassRule {
	for n, p := range all {
		for _, before := range all[:n] {
			if before.text == p.text {
				r.fault(p.node, "the prefix %q is listed twice, for %s and for %s", p.text, before.class, p.class)
			}
		}
	}
	crosses := slices.ContainsFunc(all, func(p prefix) bool {
		return slices.ContainsFunc(all, func(o prefix) bool { return o.text != p.text && strings.HasPrefix(p.text, o.text) })
	})
	if crosses {
		slices.SortStableFunc(all, func(a, b prefix) int { return len(b.text) - len(a.text) })
	}
	var rules []desk.ClassRule
	for _, p := range all {
		if last := len(rules) - 1; last >= 0 && rules[last].Class == p.class {
			rules[last].Prefixes = append(rules[last].Prefixes, p.text)
			continue
		}
		rules = append(rules, desk.ClassRule{Class: p.class, Prefixes: []string{p.text}})
	}
	return rules
}

// hexColour is a colour as the web writes it.
var hexColour = regexp.MustCompile(`^#[0-9A-Fa-f]{6}$`)

// colourNames are Grafana's names of colours that a class may have. Green, yellow and red are not among them: other
// panels say good, watch and bad with these.
func colourNames() []string {
	var all []string
	for _, hue := range []string{"blue", "purple", "orange"} {
		all = append(all, "super-light-"+hue, "light-"+hue, hue, "semi-dark-"+hue, "dark-"+hue)
	}
	return all
}

func (r *reader) colour(into *string) func(ast.Node) {
	return func(node ast.Node) {
		text, ok := r.textOf(node, "colour")
		if !ok {
			return
		}
		if !hexColour.MatchString(text) && !slices.Contains(colourNames(), text) {
			r.fault(node, "colour %q is not a colour%s; write one such as \"#00736A\" in quotes, or one of %s", text, suggest.Hint(text, colourNames()), strings.Join(colourNames(), ", "))
			return
		}
		*into = text
	}
}
