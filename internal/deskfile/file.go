package deskfile

import (
	"cmp"
	"errors"
	"slices"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"

	"macrowatch/internal/alert"
	"macrowatch/internal/alert/alertfile"
	"macrowatch/internal/desk"
	"macrowatch/internal/desk/schedule"
	"macrowatch/internal/risk/riskfile"
	"macrowatch/internal/yamlnode"
)

// File is what a desk file says. What it leaves out is as the built-in desk has it.
type File struct {
	Rules  desk.Rules
	Words  desk.Words    // the words that the desk's other tools use; none if the file has no words
	Risk   riskfile.File // scenarios, limits and proxies
	Alerts alert.Config  // the rules of alerts, and where they go
	// Retention says which old rows are not kept. Without the section all are.
	Retention desk.Retention
	// Sections are the keys at the top of the file, in order.
	Sections []string
}

// Default is the file of the built-in desk.
func Default() (File, error) {
	risk, err := riskfile.Default()
	return File{Rules: desk.BuiltInRules(), Risk: risk, Alerts: alert.DefaultConfig()}, err
}

// HasWords reports whether the file says what other tools' words mean.
func (f File) HasWords() bool { return slices.Contains(f.Sections, "words") }

// HasAlerts reports whether the file says how the desk wants its alerts.
func (f File) HasAlerts() bool { return slices.Contains(f.Sections, "alerts") }

// RiskSections returns the sections of the file that a risk file may have too.
func (f File) RiskSections() []string {
	return slices.DeleteFunc(slices.Clone(f.Sections), func(s string) bool { return !slices.Contains(riskfile.Sections(), s) })
}

// Read reads a desk file, which is called `name` in faults. It checks what the sections about risk say of instruments
// against `known`, unless that is nil. If the file has faults, the error is a *yamlnode.FaultsError with all of them, in the order
// of their places. Only a fault in the YAML itself comes alone, since nothing can be read after it.
func Read(name string, text []byte, known []desk.Instrument) (File, error) {
	file, err := Default()
	if err != nil {
		return File{}, err
	}
	r := &reader{name: name, file: file, known: known}
	r.read(text)
	if len(r.faults) == 0 {
		r.whole()
	}
	if len(r.faults) > 0 {
		yamlnode.SortFaults(r.faults)
		return File{}, &yamlnode.FaultsError{Faults: r.faults}
	}
	return r.file, nil
}

// read reads every section. A section that needs others, such as the schedules, which need the zone, comes after them.
func (r *reader) read(text []byte) {
	parsed, err := parser.ParseBytes(text, 0)
	if err != nil {
		r.faults = append(r.faults, yamlnode.SyntaxFault(r.name, err))
		return
	}
	var top ast.Node
	for _, document := range parsed.Docs {
		switch {
		case document.Body == nil:
		case top != nil:
			r.fault(document.Body, "a second document; a desk file has one")
			return
		default:
			top = document.Body
		}
	}
	if top == nil {
		return
	}
	var risk []*ast.MappingValueNode
	rules := &r.file.Rules
	fields := []yamlnode.Field{
		{Key: "name", Read: r.label("name", &rules.Name)},
		{Key: "zone", Read: r.zone},
		{Key: "opening_hour", Read: r.hour("opening_hour", &rules.OpeningHour)},
		{Key: "closing_hour", Read: r.hour("closing_hour", &rules.ClosingHour)},
		{Key: "stale_after", Read: r.duration("stale_after", &rules.StaleAfter)},
		{Key: "calendar", Read: r.calendar},
		{Key: "steps", Read: r.steps},
		{Key: "classes", Read: r.classes},
		{Key: "cross_asset_class", Read: r.crossAssetClass},
		{Key: "words", Read: r.words},
		{Key: "alerts", Read: r.alerts},
		{Key: "retention", Read: r.retention},
	}
	pairs := r.pairs(top, "the desk file")
	for _, pair := range pairs {
		key := pair.Key.GetToken().Value
		r.file.Sections = append(r.file.Sections, key)
		if slices.Contains(riskfile.Sections(), key) {
			risk = append(risk, pair)
			fields = append(fields, yamlnode.Field{Key: key, Read: func(ast.Node) {}})
		}
	}
	// The keys of a risk file follow those of the desk in the list of what is allowed.
	for _, key := range riskfile.Sections() {
		if !slices.ContainsFunc(fields, func(f yamlnode.Field) bool { return f.Key == key }) {
			fields = append(fields, yamlnode.Field{Key: key, Read: nil})
		}
	}
	slices.SortStableFunc(pairs, func(a, b *ast.MappingValueNode) int {
		at := func(p *ast.MappingValueNode) int {
			return slices.IndexFunc(fields, func(f yamlnode.Field) bool { return f.Key == p.Key.GetToken().Value })
		}
		return cmp.Compare(at(a), at(b))
	})
	if slices.Contains(r.file.Sections, "classes") {
		rules.CrossAssetClass = "" // the built-in one is a class of the built-in list
	}
	r.fieldsOf(pairs, "the desk file", fields)
	r.risk(risk)
}

// alerts reads how the desk wants its alerts.
func (r *reader) alerts(node ast.Node) {
	known := &alertfile.Known{Groups: alert.Groups()}
	for _, s := range r.file.Rules.Steps {
		known.Groups = append(known.Groups, s.Group)
		if s.Owner != "" {
			known.Owners = append(known.Owners, s.Owner)
		}
	}
	config, faults := alertfile.ReadNode(r.name, node, known)
	r.faults = append(r.faults, faults...)
	r.file.Alerts = config
}

// risk reads the sections of a risk file.
func (r *reader) risk(pairs []*ast.MappingValueNode) {
	if len(pairs) == 0 {
		return
	}
	file, err := riskfile.ReadSections(r.name, pairs, r.file.Rules, r.known)
	var refused *yamlnode.FaultsError
	switch {
	case errors.As(err, &refused):
		r.faults = append(r.faults, refused.Faults...)
	case err != nil:
		r.unplaced(err)
	default:
		r.file.Risk = file
	}
}

// whole checks what no place of the file alone can have wrong.
func (r *reader) whole() {
	err := r.file.Rules.Validate()
	if err == nil {
		err = schedule.Check(r.file.Rules)
	}
	if err != nil {
		r.unplaced(err)
	}
}
