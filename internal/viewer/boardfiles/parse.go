package boardfiles

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"

	"macrowatch/internal/viewer/model"
	"macrowatch/internal/viewer/notice"
	"macrowatch/internal/viewer/sanitize"
)

// object is a JSON object.
type object = map[string]any

// uidPattern is what Grafana allows in a uid, up to longestUID. A bound in the expression would make it much dearer to
// compile, which every process does.
var uidPattern = regexp.MustCompile(`^[A-Za-z0-9_-]+$`)

// longestUID is how long Grafana allows a uid to be.
const longestUID = 40

// parsed reads a dashboard. What it returns has a uid only if the file has one. No sentence of a fault repeats what the file
// says, except for the names of Grafana's own keys: a link may lead to any file.
func parsed(raw []byte) Board {
	doc, err := dashboardOf(raw)
	var b Board
	if err == nil {
		b, err = boardOf(doc)
	}
	if err != nil {
		return Board{Fault: notice.Sentence(errors.New(cut(sanitize.Line(err.Error()))))}
	}
	return b
}

// dashboardOf returns the dashboard in a file: the whole JSON, or what stands under "dashboard" in the form of Grafana's API, or
// under "spec" in the resources of Grafana 12.
func dashboardOf(raw []byte) (object, error) {
	if !utf8.Valid(raw) {
		return nil, errors.New("it is not a text in UTF-8")
	}
	if deep(raw) {
		return nil, fmt.Errorf("its JSON has lists and objects more than %d deep within each other", mostDepth)
	}
	var doc any
	if err := json.Unmarshal(raw, &doc); err != nil {
		return nil, notJSON(raw, err)
	}
	dashboard, ok := doc.(object)
	if !ok {
		return nil, errors.New("it is JSON, but not a dashboard of Grafana's: that is an object with panels")
	}
	if inner, wrapped := dashboard["dashboard"].(object); wrapped && dashboard["panels"] == nil {
		dashboard = inner
	}
	dashboard = withoutResource(dashboard)
	for _, key := range []string{"panels", "rows", "schemaVersion", "spec"} {
		if dashboard[key] != nil {
			return dashboard, nil
		}
	}
	return nil, errors.New("it is JSON, but not a dashboard of Grafana's: it has no panels")
}

// withoutResource returns the classic dashboard in a resource of Grafana 12. Versions 0 and 1 of its API
// (dashboard.grafana.app/v1beta1) have it under "spec", and its uid is the name of the resource. Any other dashboard is
// returned as it is.
func withoutResource(dashboard object) object {
	inner, there := dashboard["spec"].(object)
	if !there || inner["panels"] == nil || dashboard["panels"] != nil {
		return dashboard
	}
	if meta, named := dashboard["metadata"].(object); named && inner["uid"] == nil {
		inner["uid"] = meta["name"]
	}
	return inner
}

// notJSON says where a text stops being JSON.
func notJSON(raw []byte, err error) error {
	var at *json.SyntaxError
	if !errors.As(err, &at) || len(bytes.TrimSpace(raw)) == 0 {
		return errors.New("it is empty, and not JSON")
	}
	before := raw[:min(max(int(at.Offset)-1, 0), len(raw))]
	line := bytes.Count(before, []byte("\n")) + 1
	column := utf8.RuneCount(before[bytes.LastIndexByte(before, '\n')+1:]) + 1
	if strings.Contains(at.Error(), "unexpected end") {
		return fmt.Errorf("it is not JSON: it ends too early, in line %d", line)
	}
	return fmt.Errorf("it is not JSON: line %d, column %d is wrong", line, column)
}

// deep reports whether lists and objects are nested too deep. It counts brackets outside of texts.
func deep(raw []byte) bool {
	depth, inText := 0, false
	for i := 0; i < len(raw); i++ {
		switch c := raw[i]; {
		case inText && c == '\\':
			i++
		case c == '"':
			inText = !inText
		case inText:
		case c == '{' || c == '[':
			if depth++; depth > mostDepth {
				return true
			}
		case c == '}' || c == ']':
			depth--
		}
	}
	return false
}

// boardOf makes a dashboard safe and checks it.
func boardOf(doc object) (Board, error) {
	if err := bindSources(doc); err != nil {
		return Board{}, err
	}
	cleanTexts(doc)
	if err := countParts(doc); err != nil {
		return Board{}, err
	}
	placePanels(doc)
	slowRefresh(doc)
	out := encoded(doc)
	read, err := model.Parse(out)
	switch {
	case err != nil:
		return Board{}, err
	case read.Title == "":
		return Board{}, errors.New("it has no title")
	case read.UID != "" && (len(read.UID) > longestUID || !uidPattern.MatchString(read.UID)):
		return Board{}, errors.New("its uid has other characters than letters, digits, - and _, or more than 40 of them")
	}
	return Board{UID: read.UID, Title: read.Title, Tags: read.Tags, JSON: out}, nil
}

// encoded writes what was read as JSON.
func encoded(doc object) []byte {
	out, err := json.Marshal(doc)
	if err != nil {
		panic(err) // what was read as JSON can be written as JSON
	}
	return out
}

// cut returns the first letters of a title.
func cut(title string) string {
	if letters := []rune(title); len(letters) > mostLetters {
		return string(letters[:mostLetters]) + "…"
	}
	return title
}

// countParts refuses a dashboard with more parts than a page can show.
func countParts(doc object) error {
	panels := 0
	for _, p := range objects(doc["panels"]) {
		inner := objects(p["panels"])
		panels += 1 + len(inner)
		for _, one := range append(inner, p) {
			if n := len(list(one["targets"])); n > mostQueries {
				return fmt.Errorf("one of its panels has %d queries, and %d is the most", n, mostQueries)
			}
			for _, key := range []string{"transformations", "links"} {
				if n := len(list(one[key])); n > mostOthers {
					return fmt.Errorf("one of its panels has %d %s, and %d is the most", n, key, mostOthers)
				}
			}
		}
	}
	if panels > mostPanels {
		return fmt.Errorf("it has %d panels, and %d is the most", panels, mostPanels)
	}
	for what, all := range map[string]any{"variables": inList(doc["templating"]), "annotations": inList(doc["annotations"]), "links": doc["links"], "tags": doc["tags"]} {
		if n := len(list(all)); n > mostOthers {
			return fmt.Errorf("it has %d %s, and %d is the most", n, what, mostOthers)
		}
	}
	return nil
}

// list returns a JSON list, nil for anything else.
func list(v any) []any {
	out, _ := v.([]any)
	return out
}

// inList returns the entry "list" of an object.
func inList(v any) any {
	o, _ := v.(object)
	return o["list"]
}

// objects returns the objects of a JSON list.
func objects(v any) []object {
	var out []object
	for _, e := range list(v) {
		if o, ok := e.(object); ok {
			out = append(out, o)
		}
	}
	return out
}
