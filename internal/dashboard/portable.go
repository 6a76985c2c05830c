package dashboard

import "fmt"

// portableInput is the name under which Grafana's import screen asks for the datasource.
const portableInput = "DS_TIMESCALEDB"

// PortableJSON writes a dashboard for Grafana's import screen, which asks for the datasource and puts the
// datasource's uid in the place of ${DS_TIMESCALEDB}. Grafana does not do so with files that it is provisioned
// from: JSON writes those.
func PortableJSON(def Definition) ([]byte, error) {
	doc, err := document(def)
	if err != nil {
		return nil, fmt.Errorf("write dashboard %s: %w", def.UID, err)
	}
	doc["__inputs"] = []map[string]any{{
		"name":        portableInput,
		"label":       "TimescaleDB",
		"description": "The PostgreSQL database with the desk's tables",
		"type":        "datasource",
		"pluginId":    DatasourceType,
		"pluginName":  "PostgreSQL",
	}}
	for _, part := range []string{"panels", "annotations", "templating"} {
		toInput(doc[part])
	}
	text, err := encode(doc)
	if err != nil {
		return nil, fmt.Errorf("write dashboard %s: %w", def.UID, err)
	}
	return text, nil
}

// toInput puts the input in the place of our datasource's uid wherever a datasource is named.
func toInput(v any) {
	switch v := v.(type) {
	case []any:
		for _, e := range v {
			toInput(e)
		}
	case map[string]any:
		for key, e := range v {
			if source, ok := e.(map[string]any); ok && key == "datasource" && source["uid"] == DatasourceUID {
				source["uid"] = "${" + portableInput + "}"
				continue
			}
			toInput(e)
		}
	}
}
