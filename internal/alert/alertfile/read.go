package alertfile

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"

	"macrowatch/internal/alert"
	"macrowatch/internal/yamlnode"
)

// Read reads the text of a file, which is called `name` in faults. If the file has faults, the error is a *yamlnode.FaultsError with
// all of them. An empty file is the default.
func Read(name string, text []byte) (alert.Config, error) {
	parsed, err := parser.ParseBytes(text, 0)
	if err != nil {
		return alert.Config{}, &yamlnode.FaultsError{Faults: []yamlnode.Fault{yamlnode.SyntaxFault(name, err)}}
	}
	config := alert.DefaultConfig()
	var faults []yamlnode.Fault
	bodies := 0
	for _, document := range parsed.Docs {
		if document.Body == nil {
			continue
		}
		if bodies++; bodies > 1 {
			faults = append(faults, yamlnode.FaultAt(name, yamlnode.Position(document.Body), "a second document; the file has one"))
			break
		}
		config, faults = ReadNode(name, document.Body, nil)
	}
	if len(faults) > 0 {
		return alert.Config{}, &yamlnode.FaultsError{Faults: faults}
	}
	return config, nil
}

// Known is what routes may name: the groups of alerts, and the owners of steps.
type Known struct{ Groups, Owners []string }

// ReadNode reads the section of a file that is parsed already, and returns its faults. A route to a group or an owner that is not
// known is a fault, unless known is nil.
func ReadNode(name string, node ast.Node, known *Known) (alert.Config, []yamlnode.Fault) {
	r := &reader{name: name, config: alert.DefaultConfig(), known: known}
	if _, empty := node.(*ast.NullNode); empty {
		return r.config, nil
	}
	r.fields(node, "alerts", []yamlnode.Field{{Key: "rules", Read: r.rules}, {Key: "targets", Read: r.targets}, {Key: "routes", Read: r.routes}, {Key: "report", Read: r.report}})
	r.checkTargets()
	yamlnode.SortFaults(r.faults)
	return r.config, r.faults
}

// reader walks through the nodes and collects faults.
type reader struct {
	name   string
	config alert.Config
	faults []yamlnode.Fault
	named  []target // that routes name
	// reported are the targets that the report names.
	reported []target
	known    *Known // nil if what routes name is not checked
}

// target is a name of a target and where it stands.
type target struct {
	name string
	node ast.Node
}

func (r *reader) fault(node ast.Node, format string, values ...any) {
	r.faults = append(r.faults, yamlnode.FaultAt(r.name, yamlnode.Position(node), fmt.Sprintf(format, values...)))
}

// checkTargets reports routes to targets that are not there, and a report to a target that can't take it.
func (r *reader) checkTargets() {
	for _, t := range r.reported {
		if r.config.Targets[t.name].Alertmanager {
			r.fault(t.node, "target %s is an Alertmanager, which takes alerts only; a report goes to services", t.name)
		}
	}
	for _, t := range append(r.named, r.reported...) {
		if _, there := r.config.Targets[t.name]; !there {
			known := slices.Sorted(maps.Keys(r.config.Targets))
			if len(known) == 0 {
				r.fault(t.node, "there is no target %q: targets has none", t.name)
				continue
			}
			r.fault(t.node, "there is no target %q; there is %s", t.name, strings.Join(known, ", "))
		}
	}
}
