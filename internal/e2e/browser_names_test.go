package e2e

import (
	"fmt"
	"testing"
)

// TestBrowserNamesStayApart reads the names of fifty values that begin alike. A name that is cut still differs from the
// others, and a screen reader gets all of it.
func TestBrowserNamesStayApart(t *testing.T) {
	t.Parallel()
	url := gallery(t)
	chrome := startChromium(t)
	for _, s := range []screen{{width: 390, height: 844, phone: true}, {}, {width: 3840, height: 2160}} {
		p := chrome.tab(t, s)
		p.provoke("")
		p.open(url + map[bool]string{true: "?kiosk", false: ""}[s.width == 3840])
		p.twoFrames()
		for kind, names := range map[string]string{"stat": ".stat-name", "gauge": ".dial-title", "bargauge": ".bar-name", "barchart": ".axis-name"} {
			shown := eval[[]string](p, fmt.Sprintf(`[...%s.querySelectorAll(%q)].map((e) => (e.querySelector("[aria-hidden=true]:not(.swatch)") ?? e.querySelector(".name-text") ?? e).textContent)`,
				panel(exhibitID(t, kind+": fifty")), names))
			seen := map[string]bool{}
			for _, name := range shown {
				if seen[name] {
					t.Errorf("%s at %d: two values are called %q", kind, s.width, name)
				}
				seen[name] = true
			}
			if len(shown) < 2 {
				t.Errorf("%s at %d: %d names", kind, s.width, len(shown))
			}
		}
		whole := eval[[]string](p, fmt.Sprintf(`[...%s.querySelectorAll(".stat-name .name-text")].map((e) => (e.querySelector(".visually-hidden") ?? e).textContent)`, panel(exhibitID(t, "stat: fifty"))))
		if len(whole) < 25 || whole[24] != "STRATEGY_25" {
			t.Errorf("at %d a screen reader gets %q", s.width, whole)
		}
	}
}
