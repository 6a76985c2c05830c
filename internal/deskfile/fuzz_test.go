package deskfile_test

import (
	"reflect"
	"strings"
	"testing"

	"macrowatch/internal/deskfile"
)

// FuzzDesk reads any text as a desk file. A text that is taken gives rules that hold, and that are read again from what
// Print writes of them. A text that is refused is refused with the name of the file in every line.
func FuzzDesk(f *testing.F) {
	f.Add(london)
	f.Add("name: A\nzone: Asia/Beirut\nsteps: [{name: a, group: g, schedule: '@daily'}]\n")
	f.Add("classes: [{name: A, instruments: [X, XY], colour: '#123456'}, {name: B, instruments: [XYZ]}]")
	f.Add("steps: &a [*a]")
	f.Add("words: {statuses: {0: SUCCESS}}\nlimits: {asset_classes: {A: 1}}\n? [x]\n: y")
	f.Fuzz(func(t *testing.T, text string) {
		file, err := deskfile.Read("desk.yaml", []byte(text), nil)
		if err != nil {
			for _, line := range strings.Split(err.Error(), "\n") {
				if strings.TrimSpace(line) == "" {
					t.Errorf("%q: an empty line in %q", text, err)
				}
			}
			if !strings.HasPrefix(err.Error(), "desk.yaml:") {
				t.Errorf("%q: %v", text, err)
			}
			return
		}
		if err := file.Rules.Validate(); err != nil {
			t.Errorf("%q: %v", text, err)
		}
		again, err := deskfile.Read("printed.yaml", deskfile.Print(file.Rules), nil)
		if err != nil || !reflect.DeepEqual(again.Rules, file.Rules) {
			t.Errorf("%q: printed and read again, the rules are %+v, not %+v: %v", text, again.Rules, file.Rules, err)
		}
	})
}
