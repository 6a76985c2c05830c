package cli

import (
	"errors"
	"slices"

	"macrowatch/internal/dashboard"
	"macrowatch/internal/viewer/server"
)

// verdictDefinition returns the dashboard that has the panel with the verdict on the desk.
func (a *app) verdictDefinition() (dashboard.Definition, error) {
	defs, err := a.mainDashboards()
	if err != nil {
		return dashboard.Definition{}, err
	}
	n, err := verdictAmong(defs)
	if err != nil {
		return dashboard.Definition{}, err
	}
	return defs[n], nil
}

// verdictAmong returns the index of the dashboard that has the panel with the verdict.
func verdictAmong(defs []dashboard.Definition) (int, error) {
	n := slices.IndexFunc(defs, func(d dashboard.Definition) bool { return d.VerdictPanel != 0 })
	if n < 0 {
		return n, errors.New("no dashboard has a panel with the verdict on the desk")
	}
	return n, nil
}

// verdictPanel returns the panel whose verdict stands in the header of every page.
func (a *app) verdictPanel() (*server.VerdictPanel, error) {
	d, err := a.verdictDefinition()
	if err != nil {
		return nil, err
	}
	boards, err := served([]dashboard.Definition{d})
	if err != nil {
		return nil, err
	}
	return &server.VerdictPanel{Dashboard: boards[0], PanelID: d.VerdictPanel}, nil
}
