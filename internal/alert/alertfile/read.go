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
		return alert.Config{}, &yamlnode.FaultsError{Faults: []string{syntax(name, err)}}
	}
	config := alert.DefaultConfig()
	var faults []string
	bodies := 0
	for _, document := range parsed.Docs {
		if document.Body == nil {
			continue
		}
		if bodies++; bodies > 1 {
			faults = append(faults, place(name, document.Body)+"a second document; the file has one")
			break
		}
		config, faults = ReadNode(name, document.Body)
	}
	if len(faults) > 0 {
		return alert.Config{}, &yamlnode.FaultsError{Faults: faults}
	}
	return config, nil
}

// ReadNode reads the section of a file that is parsed already, and returns its faults.
func ReadNode(name string, node ast.Node) (alert.Config, []string) {
	r := &reader{name: name, config: alert.DefaultConfig()}
	if _, empty := node.(*ast.NullNode); empty {
		return r.config, nil
	}
	r.fields(node, "alerts", []yamlnode.Field{{Key: "rules", Read: r.rules}, {Key: "targets", Read: r.targets}, {Key: "routes", Read: r.routes}})
	r.checkTargets()
	slices.SortStableFunc(r.faults, func(a, b fault) int {
		return slices.Compare([]int{a.line, a.column}, []int{b.line, b.column})
	})
	var faults []string
	for _, f := range r.faults {
		faults = append(faults, f.text)
	}
	return r.config, faults
}

// syntax is the fault for an error in the YAML itself.
func syntax(name string, err error) string {
	if at, message, ok := yamlnode.SyntaxFault(err); ok {
		return fmt.Sprintf("%s:%d:%d: %s", name, at.Line, at.Column, message)
	}
	return fmt.Sprintf("%s: %v", name, err)
}

// reader walks through the nodes and collects faults.
type reader struct {
	name   string
	config alert.Config
	faults []fault
	named  []target // that routes name
}

type fault struct {
	line, column int
	text         string
}

// target is a name of a target and where it stands.
type target struct {
	name string
	node ast.Node
}

func place(name string, node ast.Node) string {
	at := yamlnode.Position(node)
	return fmt.Sprintf("%s:%d:%d: ", name, at.Line, at.Column)
}

func (r *reader) fault(node ast.Node, format string, values ...any) {
	at := yamlnode.Position(node)
	r.faults = append(r.faults, fault{at.Line, at.Column, place(r.name, node) + fmt.Sprintf(format, values...)})
}

// checkTargets reports routes to targets that are not there.
func (r *reader) checkTargets() {
	for _, t := range r.named {
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
