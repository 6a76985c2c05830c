package variable_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"macrowatch/internal/testkit/paneltest"
	"macrowatch/internal/viewer/model"
	"macrowatch/internal/viewer/variable"
	"macrowatch/internal/viewer/view"
)

// FuzzResolve gives variables any values, as the page's address may. What is chosen is one of the choices, or All, or for a
// text box the text itself.
func FuzzResolve(f *testing.F) {
	f.Add("a", "b", "Key : value, x,  , $box")
	f.Add("All", "$__all", "a,b")
	f.Add("$__auto_interval_every", "5m", "1m,5m,1h")
	f.Add("it's", "\x00", `a\,b,c`)
	f.Fuzz(func(t *testing.T, first, second, list string) {
		quoted := jsonText(t, list)
		text := withVariables("SELECT 1",
			`{"name":"box","type":"textbox","query":"start"}`, `{"name":"fixed","type":"constant","query":"c"}`,
			`{"name":"one","type":"custom","query":`+quoted+`}`, `{"name":"many","type":"custom","multi":true,"includeAll":true,"query":`+quoted+`}`,
			`{"name":"every","type":"interval","auto":true,"query":"1m,5m,1h"}`)
		d, err := model.Parse([]byte(text))
		if err != nil {
			return
		}
		r := paneltest.Request()
		for _, name := range []string{"box", "fixed", "one", "many", "every"} {
			r.Variables = map[string][]string{name: {first}}
			if name == "many" {
				r.Variables[name] = append(r.Variables[name], second)
			}
			offered, _, err := variable.Resolve(t.Context(), nil, d, r) // no variable has a query
			if err != nil {
				continue
			}
			for _, v := range offered.Variables {
				for _, current := range v.Current {
					listed := slices.ContainsFunc(v.Options, func(o view.VariableOption) bool { return o.Value == current })
					if v.Kind != "textbox" && v.Kind != "constant" && !listed && current != model.AllValue {
						t.Errorf("%s of %q has the value %q, which is no choice", v.Name, list, current)
					}
				}
				if v.Name == "box" && name == "box" && (len(v.Current) != 1 || v.Current[0] != first) || v.Name == "fixed" && strings.Join(v.Current, "") != "c" {
					t.Errorf("%s is %q", v.Name, v.Current)
				}
			}
		}
	})
}

func jsonText(t *testing.T, text string) string {
	t.Helper()
	out, err := json.Marshal(text)
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}
