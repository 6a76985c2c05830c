package dashboard

import (
	_ "embed"
	"encoding/json"
	"fmt"
)

// savedJSON is what Grafana 11 fills in when it saves a dashboard: in the dashboard itself, in its variables,
// and in the panels of each kind. A file without these settings would show each as a change that nobody made, whenever somebody
// saves the dashboard in Grafana.
//
//go:embed saved.json
var savedJSON []byte

// fillIn gives a dashboard the form in which Grafana 11 saves it: with the defaults of the dashboard and of its
// panels, and without the keys that Grafana leaves out.
func fillIn(doc map[string]any) error {
	var saved map[string]map[string]any
	if err := json.Unmarshal(savedJSON, &saved); err != nil {
		return fmt.Errorf("read what Grafana fills in: %w", err)
	}
	addMissing(doc, saved["dashboard"])
	for _, v := range withList(doc["templating"])["list"].([]any) {
		addMissing(v.(map[string]any), saved["variable"])
	}
	list, _ := doc["panels"].([]any)
	for _, p := range list {
		panel, _ := p.(map[string]any)
		kind, _ := panel["type"].(string)
		if kind == "row" {
			continue
		}
		delete(panel, "repeatDirection")
		if panel["transparent"] == false {
			delete(panel, "transparent")
		}
		options, _ := panel["options"].(map[string]any)
		if options["orientation"] == "" {
			delete(options, "orientation") // of pies, which have none: the SDK writes it all the same
		}
		dropNulls(options)
		addMissing(panel, saved[kind])
	}
	return nil
}

// addMissing puts into an object what it lacks of another one, at any depth. Lists stay as they are.
func addMissing(to, from map[string]any) {
	for key, value := range from {
		there, known := to[key]
		if !known {
			to[key] = value
			continue
		}
		inner, isObject := there.(map[string]any)
		more, both := value.(map[string]any)
		if isObject && both {
			addMissing(inner, more)
		}
	}
}

// dropNulls takes the keys without a value out of an object, at any depth.
func dropNulls(object map[string]any) {
	for key, value := range object {
		switch value := value.(type) {
		case nil:
			delete(object, key)
		case map[string]any:
			dropNulls(value)
		}
	}
}
