package riskfile

import (
	_ "embed"
	"fmt"
	"slices"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"

	"macrowatch/internal/desk"
	"macrowatch/internal/risk"
	"macrowatch/internal/yamlnode"
)

// DefaultText is the built-in risk file. A desk without a file of its own uses it.
//
//go:embed default.yaml
var DefaultText []byte

// defaultName is the name of the built-in file in a fault.
const defaultName = "default risk file"

// File is what a risk file says.
type File struct {
	Scenarios []risk.Scenario
	// ReplayDays are the lengths of the worst stretches to look for in the history.
	ReplayDays []int
	Limits     risk.Limits
	// Proxies maps an instrument's name to that of its proxy, whose moves it takes if it does not have enough history.
	Proxies map[string]string
	// Warnings say what is odd but allowed, one line each. For example, no instrument's name begins with a
	// shock's prefix.
	Warnings []string
	// Changes say what the file changes in the built-in one, a line each.
	Changes []string
}

// Default reads DefaultText. Its scenarios name prefixes and asset classes only, so it is right for any desk.
func Default() (File, error) {
	r := &reader{name: defaultName}
	r.read(DefaultText)
	return r.result()
}

// Read reads a risk file, which is called `name` in faults. Read checks the shocks and proxies against `known`, the desk's
// instruments, unless that is nil. The rules give these their asset class. If the file has faults, the error is a
// *yamlnode.FaultsError with all of them. Only a fault in the YAML itself comes alone, since nothing can be read after it.
func Read(name string, text []byte, rules desk.Rules, known []desk.Instrument) (File, error) {
	standard, err := Default()
	if err != nil {
		return File{}, err
	}
	r := newReader(name, standard, rules, known)
	r.read(text)
	return r.compared()
}

// Sections lists the keys that a risk file may have.
func Sections() []string {
	return []string{"built_in_scenarios", "scenarios", "replay_days", "limits", "proxies"}
}

// ReadSections is Read for the sections of a larger file, which stand in it as a risk file has them.
func ReadSections(name string, sections []*ast.MappingValueNode, rules desk.Rules, known []desk.Instrument) (File, error) {
	standard, err := Default()
	if err != nil {
		return File{}, err
	}
	r := newReader(name, standard, rules, known)
	r.sections(sections)
	return r.compared()
}

func newReader(name string, standard File, rules desk.Rules, known []desk.Instrument) *reader {
	r := &reader{name: name, rules: rules, file: standard}
	if known != nil {
		r.known = make(map[string]desk.Instrument, len(known))
		for _, i := range known {
			r.known[i.Name] = i
		}
	}
	return r
}

// compared returns what was read, with what it changes in the built-in file.
func (r *reader) compared() (File, error) {
	file, err := r.result()
	if err != nil {
		return File{}, err
	}
	standard, err := Default() // anew: the reader has changed the first one
	if err != nil {
		return File{}, err
	}
	file.Changes = changes(standard, file)
	return file, nil
}

// reader walks through a risk file and collects its faults.
type reader struct {
	name   string
	known  map[string]desk.Instrument // the desk's, by name; nil if they are not to be checked
	rules  desk.Rules                 // which give known instruments their asset class
	file   File
	faults []yamlnode.Fault
}

func (r *reader) result() (File, error) {
	if len(r.faults) > 0 {
		return File{}, &yamlnode.FaultsError{Faults: r.faults}
	}
	return r.file, nil
}

func (r *reader) read(text []byte) {
	parsed, err := parser.ParseBytes(text, 0)
	if err != nil {
		r.faults = append(r.faults, yamlnode.SyntaxFault(r.name, err))
		return
	}
	bodies := 0
	for _, document := range parsed.Docs {
		if document.Body == nil {
			continue
		}
		if bodies++; bodies > 1 {
			r.fault(document.Body, "a second document; a risk file has one")
			return
		}
		r.sections(r.pairs(document.Body, "the risk file"))
	}
}

// sections reads the sections of a risk file. Whether the built-in scenarios count comes first, wherever it stands.
func (r *reader) sections(pairs []*ast.MappingValueNode) {
	isFirst := func(p *ast.MappingValueNode) bool { return p.Key.GetToken().Value == "built_in_scenarios" }
	for _, pair := range pairs {
		if isFirst(pair) {
			r.builtInScenarios(pair.Value)
		}
	}
	r.fieldsOf(slices.DeleteFunc(slices.Clone(pairs), isFirst), "the risk file", []yamlnode.Field{
		{Key: "built_in_scenarios", Read: r.builtInScenarios},
		{Key: "scenarios", Read: r.scenarios}, {Key: "replay_days", Read: r.replayDays}, {Key: "limits", Read: r.limits}, {Key: "proxies", Read: r.proxies},
	})
}

// builtInScenarios reads whether the built-in scenarios count beside those of the file.
func (r *reader) builtInScenarios(node ast.Node) {
	text, _ := node.(*ast.StringNode)
	switch {
	case text != nil && text.Value == "all":
	case text != nil && text.Value == "none":
		r.file.Scenarios = nil
	default:
		r.fault(node, "built_in_scenarios is %s; it must be all or none", yamlnode.Kind(node))
	}
}

func (r *reader) fault(node ast.Node, format string, values ...any) {
	r.faults = append(r.faults, r.faultAt(node, format, values...))
}

func (r *reader) warn(node ast.Node, format string, values ...any) {
	r.file.Warnings = append(r.file.Warnings, r.faultAt(node, format, values...).Text)
}

func (r *reader) faultAt(node ast.Node, format string, values ...any) yamlnode.Fault {
	return yamlnode.FaultAt(r.name, yamlnode.Position(node), fmt.Sprintf(format, values...))
}
