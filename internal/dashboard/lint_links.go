package dashboard

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"

	sdk "github.com/grafana/grafana-foundation-sdk/go/dashboard"
)

// lintLinks checks the links of a panel's values.
func lintLinks(p sdk.Panel) []Problem {
	var found []Problem
	wrong := func(format string, args ...any) {
		found = append(found, Problem{"link", deref(p.Id), fmt.Sprintf(format, args...)})
	}
	if p.FieldConfig == nil {
		return nil
	}
	if len(p.FieldConfig.Defaults.Links) > 0 {
		wrong("the links stand in the defaults, where the SDK writes settings of another kind of link; an override has them")
	}
	for _, o := range p.FieldConfig.Overrides {
		for _, v := range o.Properties {
			if v.Id != "links" {
				continue
			}
			var all []link
			text, err := json.Marshal(v.Value)
			if err == nil {
				err = json.Unmarshal(text, &all)
			}
			if err != nil {
				wrong("the links can't be read: %v", err)
			}
			for _, l := range all {
				for _, fault := range faults(l) {
					wrong("the link %q %s", l.Title, fault)
				}
			}
		}
	}
	return found
}

// faults says what is wrong with a link.
func faults(l link) []string {
	var found []string
	if l.Title == "" {
		found = append(found, "has no title")
	}
	if l.URL == ownAddress {
		return found
	}
	path, query, _ := strings.Cut(l.URL, "?")
	i := slices.IndexFunc(linked(), func(d target) bool { return d.path == path })
	if i < 0 {
		return append(found, "leads to "+path+", which is no dashboard")
	}
	for _, m := range regexp.MustCompile(`(?:^|&)var-(\w+)=([^&]*)`).FindAllStringSubmatch(query, -1) {
		if !slices.Contains(linked()[i].variables, m[1]) {
			found = append(found, "sets the variable "+m[1]+", which the dashboard lacks")
		}
		if strings.Contains(m[2], "${") && !strings.HasSuffix(m[2], ":percentencode}") {
			found = append(found, "sets the variable "+m[1]+" to a text that is not encoded, so that an & would end it")
		}
	}
	return found
}

// target is a dashboard that links lead to, with the variables that they may set.
type target struct {
	path      string
	variables []string
}

// pageColumn stands for the uid of a dashboard that a query names in its column page.
const pageColumn = "${__data.fields.page}"

// linked are the dashboards that links lead to.
func linked() []target {
	return []target{
		{pathOf(Home, Home), []string{stepVariable}},
		{pathOf(signalUID, signalUID), []string{strategyVariable}},
		{pathOf(riskUID, riskUID), []string{scenarioVariable}},
		{pathOf(portfolioUID, portfolioUID), nil},
		{pathOf(StepUID, StepUID), []string{stepVariable}},
		{pathOf(pageColumn, pageColumn), nil},
	}
}
