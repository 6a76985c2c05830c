package grafana

import "github.com/goccy/go-yaml"

// moreProviderYAML tells Grafana where the dashboard of macrowatch itself is. It is in a folder of its own, so that the desk's
// folder has the desk's dashboards only.
func moreProviderYAML() ([]byte, error) {
	return marshal(providerList{APIVersion: 1, Providers: []provider{{
		Name:           "macrowatch-itself",
		OrgID:          1,
		Folder:         "macrowatch",
		Type:           "file",
		Editable:       true,
		AllowUIUpdates: true,
		Options:        providerOptions{Path: "/var/lib/grafana/more"},
	}}}, yaml.CommentMap{})
}

type prometheusList struct {
	APIVersion  int                    `yaml:"apiVersion"`
	Datasources []prometheusDatasource `yaml:"datasources"`
}

type prometheusDatasource struct {
	Name      string `yaml:"name"`
	UID       string `yaml:"uid"`
	Type      string `yaml:"type"`
	Access    string `yaml:"access"`
	URL       string `yaml:"url"`
	IsDefault bool   `yaml:"isDefault"`
	Editable  bool   `yaml:"editable"`
}

// prometheusYAML returns the datasource of the Prometheus of the compose stack, which shares macrowatch's network.
func prometheusYAML() ([]byte, error) {
	return marshal(prometheusList{APIVersion: 1, Datasources: []prometheusDatasource{{
		Name: "Prometheus", UID: "prometheus", Type: "prometheus", Access: "proxy", URL: "http://macrowatch:9090",
	}}}, yaml.CommentMap{
		"$.datasources[0].url": {yaml.HeadComment(
			" The compose stack starts this Prometheus with --profile prometheus. Only the dashboard of macrowatch itself asks it.")},
	})
}
