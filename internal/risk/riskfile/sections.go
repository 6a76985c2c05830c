package riskfile

import (
	"slices"
	"strings"

	"github.com/goccy/go-yaml/ast"

	"macrowatch/internal/desk"
	"macrowatch/internal/risk"
	"macrowatch/internal/suggest"
	"macrowatch/internal/yamlnode"
)

// mostReplayDays is the longest stretch of history that can be asked for: a year of trading days.
const mostReplayDays = 252

// replayDays replaces the list as a whole, because its entries have no names by which they could be merged.
func (r *reader) replayDays(node ast.Node) {
	r.file.ReplayDays = nil
	if isNone(node) {
		return
	}
	for _, item := range r.items(node, "replay_days") {
		x, ok := r.number(item, "an entry of replay_days")
		if !ok {
			continue
		}
		if x != float64(int(x)) || x < 1 || x > mostReplayDays {
			r.fault(item, "replay_days has %v; a stretch is a whole number of 1 to %d days", x, mostReplayDays)
			continue
		}
		r.file.ReplayDays = append(r.file.ReplayDays, int(x))
	}
}

func (r *reader) limits(node ast.Node) {
	var fields []yamlnode.Field
	for _, kind := range risk.LimitKinds() {
		fields = append(fields, yamlnode.Field{Key: kind.Key, Read: func(n ast.Node) {
			if x, ok := r.limit(n, kind.Key); ok {
				*kind.Of(&r.file.Limits) = x
			}
		}})
	}
	r.fields(node, "limits", append(fields, yamlnode.Field{Key: "asset_classes", Read: r.assetClasses}))
}

// limit reads a limit. This is a number above zero, or the text "none", for which limit returns nil. It can't be
// zero, because a utilisation is a share of it.
func (r *reader) limit(node ast.Node, what string) (*float64, bool) {
	if isNone(node) {
		return nil, true
	}
	x, ok := r.number(node, what)
	if ok && x <= 0 {
		r.fault(node, "%s is %v; a limit is above 0, or none", what, x)
		return nil, false
	}
	return &x, ok
}

func (r *reader) assetClasses(node ast.Node) {
	if r.file.Limits.AssetClasses == nil {
		r.file.Limits.AssetClasses = map[string]*float64{}
	}
	for _, pair := range r.pairs(node, "asset_classes") {
		class := pair.Key.GetToken().Value
		if known := append(slices.Clone(r.rules.OrBuiltIn().AssetClasses), desk.OtherClass); !slices.Contains(known, class) {
			r.warn(pair.Key, "the limit of %s limits nothing: no asset class is called so%s; they are %s", class, suggest.Hint(class, known), strings.Join(known, ", "))
		}
		if x, ok := r.limit(pair.Value, "the limit of "+class); ok {
			r.file.Limits.AssetClasses[class] = x
		}
	}
}

func (r *reader) proxies(node ast.Node) {
	if r.file.Proxies == nil {
		r.file.Proxies = map[string]string{}
	}
	for _, pair := range r.pairs(node, "proxies") {
		name, proxy := pair.Key.GetToken().Value, ""
		if isNone(pair.Value) {
			delete(r.file.Proxies, name)
			continue
		}
		before := len(r.faults)
		r.text("the proxy of "+name, &proxy)(pair.Value)
		if len(r.faults) > before {
			continue
		}
		if name == proxy {
			r.fault(pair.Key, "%s is its own proxy", name)
			continue
		}
		r.checkProxy(pair, name, proxy)
		r.file.Proxies[name] = proxy
	}
}

// checkProxy checks a proxy against the known instruments. Both must be yields or both prices, because the moves of a
// yield can't replace the moves of a price.
func (r *reader) checkProxy(pair *ast.MappingValueNode, name, proxy string) {
	if r.known == nil {
		return
	}
	a, b := r.isKnown(pair.Key, name), r.isKnown(pair.Value, proxy)
	if a && b && r.known[name].Kind != r.known[proxy].Kind {
		r.fault(pair.Value, "%s is a %s and its proxy %s a %s; they must be of one kind", name, r.known[name].Kind, proxy, r.known[proxy].Kind)
	}
}
