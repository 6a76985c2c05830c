package pnl

import "testing"

// If a family came after a family whose prefix its own prefix begins with, or had no formula, it would never be used.
func TestEveryFamilyIsReachedByItsPrefix(t *testing.T) {
	t.Parallel()
	for _, f := range families() {
		t.Run(f.prefix, func(t *testing.T) {
			t.Parallel()
			if got := familyOf(f.prefix + "_5Y"); got.prefix != f.prefix {
				t.Errorf("%s_5Y is of the family %q", f.prefix, got.prefix)
			}
			if f.sensitivity == nil {
				t.Error("it has no formula")
			}
			if (f.future == "") != (f.futureDay == 0) {
				t.Errorf("its future %q matures on day %d", f.future, f.futureDay)
			}
		})
	}
}
