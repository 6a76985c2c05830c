package dashboard

import (
	_ "embed"
	"encoding/json"
	"fmt"
)

// savedJSON has the settings that Grafana 11 adds when it saves a dashboard: to the dashboard itself, to its
// variables, and to the panels of each kind. If our files lacked them, then whoever saves a dashboard in Grafana
// would see each of them as a change that nobody made.
//
//go:embed saved.json
var savedJSON []byte

// fillIn gives a dashboard the form in which Grafana 11 saves it: it adds the settings of savedJSON and removes
// the keys that Grafana leaves out.
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
			delete(options, "orientation") // a pie has none, but the SDK writes it
		}
		dropNulls(options)
		addMissing(panel, saved[kind])
	}
	return nil
}

// addMissing adds to the object `to` the keys that only the object `from` has, at any depth. Lists stay as they are.
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

// dropNulls removes the keys without a value from an object, at any depth.
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
