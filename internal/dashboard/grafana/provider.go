package grafana

import (
	"github.com/goccy/go-yaml"

	"macrowatch/internal/dashboard"
)

type providerList struct {
	APIVersion int        `yaml:"apiVersion"`
	Providers  []provider `yaml:"providers"`
}

type provider struct {
	Name            string          `yaml:"name"`
	OrgID           int             `yaml:"orgId"`
	Folder          string          `yaml:"folder"`
	Type            string          `yaml:"type"`
	DisableDeletion bool            `yaml:"disableDeletion"`
	Editable        bool            `yaml:"editable"`
	AllowUIUpdates  bool            `yaml:"allowUiUpdates"`
	Options         providerOptions `yaml:"options"`
}

type providerOptions struct {
	Path                      string `yaml:"path"`
	FoldersFromFilesStructure bool   `yaml:"foldersFromFilesStructure"`
}

// providerYAML tells Grafana where the dashboards are.
func providerYAML() ([]byte, error) {
	file := providerList{APIVersion: 1, Providers: []provider{{
		Name:            "macro-trading",
		OrgID:           1,
		Folder:          dashboard.Folder,
		Type:            "file",
		DisableDeletion: false,
		Editable:        true,
		AllowUIUpdates:  true,
		Options: providerOptions{
			Path:                      "/var/lib/grafana/dashboards",
			FoldersFromFilesStructure: false,
		},
	}}}
	return marshal(file, yaml.CommentMap{
		"$.providers[0].allowUiUpdates": {yaml.HeadComment(
			" Grafana ignores editable here and refuses to save a change without this. When the",
			" file's content changes, the file replaces what was saved; a newer date alone changes nothing.")},
	})
}
