package main

import (
	"cmp"
	"fmt"
	"strings"

	sdk "github.com/grafana/grafana-foundation-sdk/go/dashboard"

	"macrowatch/internal/dashboard"
	"macrowatch/internal/desk"
)

// numbers has a section for each dashboard, with what each panel says of itself.
func numbers() (string, error) {
	defs, err := dashboard.All(desk.BuiltInRules())
	if err != nil {
		return "", err
	}
	sections := make([]string, len(defs))
	for i, def := range defs {
		var b strings.Builder
		fmt.Fprintf(&b, "## %s\n\n%s\n\n| panel | meaning |\n| --- | --- |\n", def.Title, text(def.Dashboard.Description))
		for _, p := range panels(def.Dashboard) {
			b.WriteString(row(text(p.Title), text(p.Description)))
		}
		sections[i] = b.String()
	}
	return strings.Join(sections, "\n"), nil
}

// panels returns the panels of a dashboard in their order, also those that stand in a collapsed row.
func panels(d sdk.Dashboard) []sdk.Panel {
	var all []sdk.Panel
	for _, p := range d.Panels {
		if p.Panel != nil {
			all = append(all, *p.Panel)
		}
		if p.RowPanel != nil {
			all = append(all, p.RowPanel.Panels...)
		}
	}
	return all
}

// text returns a text of a dashboard as Markdown shows it unchanged.
func text(s *string) string {
	return strings.NewReplacer("<", "&lt;", "*", `\*`).Replace(*cmp.Or(s, new(string)))
}
