package lineage

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// A form says what a facet must have: paths to texts, such as owners[].name. A part that ends in [] is a list, which may
// be missing. Facets that OpenLineage does not define, and fields that it does not demand, are not looked at.
type form []string

// The facets that OpenLineage defines, with what it demands of each. The facets without a demand are left out, and so are
// parent and nominalTime, which are read.
func runFacets() map[string]form {
	return map[string]form{
		"errorMessage":      {"message"},
		"externalQuery":     {"externalQueryId", "source"},
		"processing_engine": {"version"},
	}
}

func jobFacets() map[string]form {
	return map[string]form{
		"ownership":          {"owners[].name"},
		"documentation":      {"description"},
		"sourceCode":         {"language", "sourceCode"},
		"sourceCodeLocation": {"type", "url"},
		"sql":                {"query"},
		"jobType":            {"processingType", "integration"},
	}
}

func datasetFacets() map[string]form {
	return map[string]form{
		"schema":               {"fields[].name"},
		"ownership":            {"owners[].name"},
		"documentation":        {"description"},
		"lifecycleStateChange": {"lifecycleStateChange"},
		"version":              {"datasetVersion"},
		"storage":              {"storageLayer"},
		"symlinks":             {"identifiers[].namespace", "identifiers[].name", "identifiers[].type"},
	}
}

func inputFacets() map[string]form {
	return map[string]form{"dataQualityAssertions": {"assertions[].assertion"}}
}

// facets reads the facets of a run, a job or a dataset, and checks those whose forms are given. It returns those that
// are objects; a facet that is null or deleted is left out.
func (p *parser) facets(field string, value json.RawMessage, forms map[string]form) fields {
	all := p.object(field, value)
	found := fields{}
	for _, name := range sortedKeys(all) {
		facet := p.object(field+"."+firstRunes(name, 100), all[name])
		if facet == nil || string(facet["_deleted"]) == "true" {
			continue
		}
		found[name] = all[name]
		for _, path := range forms[name] {
			p.demand(field+"."+name, all[name], strings.Split(path, "."))
		}
	}
	return found
}

// demand notes a fault unless a value has a text at a path.
func (p *parser) demand(field string, value json.RawMessage, path []string) {
	if len(path) == 0 {
		var text string
		if p.required(field, value) && json.Unmarshal(value, &text) != nil {
			p.fault(field, value, "not a text")
		}
		return
	}
	if !p.required(field, value) {
		return
	}
	all := p.object(field, value)
	if all == nil {
		return
	}
	name, isList := strings.CutSuffix(path[0], "[]")
	field += "." + name
	if !isList {
		p.demand(field, all[name], path[1:])
		return
	}
	var list []json.RawMessage
	if !absent(all[name]) && json.Unmarshal(all[name], &list) != nil {
		p.fault(field, all[name], "not a list")
	}
	for i, one := range list {
		p.demand(field+"["+strconv.Itoa(i)+"]", one, path[1:])
	}
}

func sortedKeys(all fields) []string {
	var keys []string
	for key := range all {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}

// The lengths of what is kept of an error message: its beginning, and its end. A traceback names its error at its end.
const (
	errorBegin = 3000
	errorEnd   = 1000
	errorMark  = "\n[...]\n"
)

// errorRead is how many bytes are read of either end of a message. A secret in what is kept is then never cut before it
// is masked.
const errorRead = 32 << 10

// errorText returns the message of a facet errorMessage, or the stack trace if the message is empty.
func errorText(facet fields) string {
	for _, name := range []string{"message", "stackTrace"} {
		var text string
		if json.Unmarshal(facet[name], &text) != nil || strings.TrimSpace(text) == "" {
			continue
		}
		text = strings.TrimSpace(strings.ReplaceAll(text, "\x00", ""))
		if len(text) > 2*errorRead {
			text = strings.ToValidUTF8(text[:errorRead], "") + errorMark + strings.ToValidUTF8(text[len(text)-errorRead:], "")
		}
		return text
	}
	return ""
}

// ShortError cuts the middle out of a long message. Secrets in the message must have been masked before.
func ShortError(text string) string {
	if utf8.RuneCountInString(text) <= errorBegin+len(errorMark)+errorEnd {
		return text
	}
	runes := []rune(text)
	return string(runes[:errorBegin]) + errorMark + string(runes[len(runes)-errorEnd:])
}
