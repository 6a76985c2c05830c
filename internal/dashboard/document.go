package dashboard

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"slices"

	"macrowatch/internal/viewer/panel/kinds"
)

// JSON writes a dashboard as Grafana reads it: indented, one key a line, with sorted keys, and the same bytes at
// every call. It adds the keys that the SDK leaves out and an export of Grafana's has (__requires, __elements,
// __inputs), and writes empty lists.
func JSON(def Definition) ([]byte, error) {
	doc, err := document(def)
	if err != nil {
		return nil, fmt.Errorf("write dashboard %s: %w", def.UID, err)
	}
	text, err := encode(doc)
	if err != nil {
		return nil, fmt.Errorf("write dashboard %s: %w", def.UID, err)
	}
	return text, nil
}

func encode(doc map[string]any) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false) // "<" in a query stays legible
	enc.SetIndent("", "  ")
	if err := enc.Encode(doc); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// document returns the dashboard as generic JSON. encoding/json sorts the keys of maps when it writes them.
func document(def Definition) (map[string]any, error) {
	raw, err := json.Marshal(def.Dashboard)
	if err != nil {
		return nil, err
	}
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.UseNumber() // numbers go through as they were written
	var doc map[string]any
	if err := dec.Decode(&doc); err != nil {
		return nil, err
	}
	if doc["__requires"], err = requires(def); err != nil {
		return nil, err
	}
	doc["__elements"] = map[string]any{}
	doc["__inputs"] = []any{}
	doc["templating"] = withList(doc["templating"])
	annotations := withList(doc["annotations"])
	doc["annotations"] = annotations
	numberPanels(annotations["list"], def)
	if doc["links"] == nil {
		doc["links"] = []any{}
	}
	return doc, fillIn(doc)
}

// withList gives an object the key list. The SDK leaves an empty list out, but Grafana's tools expect one.
func withList(v any) map[string]any {
	m, ok := v.(map[string]any)
	if !ok {
		m = map[string]any{}
	}
	if m["list"] == nil {
		m["list"] = []any{}
	}
	return m
}

// numberPanels writes as numbers the ids of the panels on which an annotation is shown. In the SDK they are a
// slice of bytes, which encoding/json would write as a text.
func numberPanels(list any, def Definition) {
	entries, _ := list.([]any)
	for i, a := range def.Dashboard.Annotations.List {
		if a.Filter == nil {
			continue
		}
		ids := []any{}
		for _, id := range a.Filter.Ids {
			ids = append(ids, id)
		}
		entries[i].(map[string]any)["filter"].(map[string]any)["ids"] = ids
	}
}

type requirement struct {
	Type    string `json:"type"`
	ID      string `json:"id"`
	Name    string `json:"name"`
	Version string `json:"version"`
}

// requires lists Grafana, the plugin of the datasource, and the kinds of panels that the dashboard uses.
func requires(def Definition) ([]requirement, error) {
	source := cmp.Or(def.Datasource, Plugin{DatasourceType, "PostgreSQL"})
	list := []requirement{
		{"grafana", "grafana", "Grafana", GrafanaVersion},
		{"datasource", source.ID, source.Name, "1.0.0"},
	}
	var types []string
	for _, p := range def.Dashboard.Panels {
		if p.Panel != nil {
			types = append(types, p.Panel.Type)
		}
	}
	slices.Sort(types)
	for _, name := range slices.Compact(types) {
		kind, known := kinds.Find(name)
		if !known {
			return nil, fmt.Errorf("the viewer has no panels of the kind %s", name)
		}
		list = append(list, requirement{"panel", name, kind.Title, ""})
	}
	return list, nil
}
