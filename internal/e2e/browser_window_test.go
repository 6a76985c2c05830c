package e2e

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/page"
)

// askedOfPanels returns the parameters with which the page asked for several panels, in order.
func (p *tab) askedOfPanels() (all []url.Values) {
	for _, address := range p.asked() {
		if u, err := url.Parse(address); err == nil && strings.HasSuffix(u.Path, "/panels") {
			all = append(all, u.Query())
		}
	}
	return all
}

// TestBrowserAsksForTheWindowFirst opens a long dashboard. The page asks for the panels in and near its window first, and for the
// others afterwards. When all are there, it refreshes them with one request.
func TestBrowserAsksForTheWindowFirst(t *testing.T) {
	t.Parallel()
	desk := sampleDesk(t, friday)
	for name, c := range map[string]struct {
		on    screen
		uid   string
		query string
		parts bool
	}{
		"from the top":       {screen{}, "risk-dashboard", "", true},
		"from a panel below": {screen{}, "risk-dashboard", "#panel-17", true},
		"on a phone":         {screen{width: 390, height: 844, phone: true}, "risk-dashboard", "", true},
		"all in the window":  {screen{width: 1440, height: 8000}, "risk-dashboard", "", false},
	} {
		t.Run(name, func(t *testing.T) {
			p := startChromium(t).tab(t, c.on)
			p.open(pageOf(desk.url, c.uid, c.query))
			p.allDrawn()
			asked := p.askedOfPanels()
			if !c.parts {
				if len(asked) != 1 || asked[0].Has("panels") || asked[0].Has("except") {
					t.Errorf("the page asked %v", asked)
				}
				return
			}
			if len(asked) != 2 || asked[0].Get("panels") == "" || asked[0].Get("panels") != asked[1].Get("except") || asked[1].Has("panels") {
				t.Fatalf("the page asked %v", asked)
			}
			first := strings.Split(asked[0].Get("panels"), ",")
			seen := eval[[]string](p, `[...document.querySelectorAll("[data-panel-id]")].filter((e) => e.getBoundingClientRect().top < innerHeight && e.getBoundingClientRect().bottom > 0).map((e) => e.dataset.panelId)`)
			for _, id := range seen {
				if !strings.Contains(","+strings.Join(first, ",")+",", ","+id+",") {
					t.Errorf("panel %s is in the window, and first were %v", id, first)
				}
			}
			if all := len(panelIDs(t, desk.url, c.uid)); len(first) > all*3/4 {
				t.Errorf("%d of %d panels came first", len(first), all)
			}
			p.after(func() { p.click(css("[data-testid=refresh]")) })
			if asked := p.askedOfPanels(); len(asked) != 3 || asked[2].Has("panels") || asked[2].Has("except") {
				t.Errorf("a refresh asked %v", asked[2:])
			}
			// Another range is another question.
			p.open(pageOf(desk.url, c.uid, "?from=now-30d&to=now"))
			if asked := p.askedOfPanels(); len(asked) != 5 || asked[3].Get("panels") == "" || asked[3].Get("panels") != asked[4].Get("except") {
				t.Errorf("for another range the page asked %v", asked[3:])
			}
		})
	}
}

// TestBrowserDoesNotWaitForSlowPanels keeps back the panels in the window. The page shows that it waits for them, and draws the others.
func TestBrowserDoesNotWaitForSlowPanels(t *testing.T) {
	t.Parallel()
	f := newFront(t, sampleDesk(t, friday))
	come := make(chan struct{})
	late := misbehaviour(func(_ http.ResponseWriter, r *http.Request, _ func() []byte) bool {
		if r.URL.Query().Has("panels") {
			select {
			case <-come:
			case <-r.Context().Done():
			}
		}
		return false
	})
	f.misbehaves.Store(&late)
	p := startChromium(t).tab(t, screen{})
	call(p, page.Navigate, page.NavigateParams{URL: pageOf(f.URL, "risk-dashboard", "")})
	p.until("the last panel", panel(17)+`?.dataset.state === "ready" && `+panel(1)+`.dataset.state === "loading"`)
	p.until("the page to show that it waits", `getComputedStyle(`+in(1, ".skeleton")+`).animationName === "breathe"`)
	close(come)
	p.until("all panels", `document.body.dataset.ready`)
	p.allDrawn()
	if eval[bool](p, `document.body.classList.contains("is-slow")`) {
		t.Error("the page shows that it waits when all is there")
	}
}
