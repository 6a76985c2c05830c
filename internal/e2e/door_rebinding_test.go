package e2e

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"macrowatch/internal/testkit/pgtest"
)

// rebound is a browser in which every name below example leads to this machine. The owner of a name can bring this
// about at any time (DNS rebinding).
func rebound(t *testing.T) *chromium {
	t.Helper()
	return startOwnChromium(t, chromedp.Flag("host-resolver-rules", "MAP *.example 127.0.0.1"))
}

// visit opens any page, also one that is not macrowatch's.
func (p *tab) visit(address string) {
	p.t.Helper()
	call(p, page.Navigate, page.NavigateParams{URL: address})
	p.until("the page at "+address, fmt.Sprintf(
		`document.readyState === "complete" && performance.getEntriesByType("navigation")[0].name === new URL(%s).href`, quoted(address)))
}

// read returns what a script on the tab's page can read at an address: the status and the text.
func (p *tab) read(path string) string {
	p.t.Helper()
	p.until("an answer to "+path, fmt.Sprintf(`(() => {
		const asked = window.asked ??= {};
		if (!(%[1]s in asked)) {
			asked[%[1]s] = null;
			fetch(%[1]s).then(async (r) => { asked[%[1]s] = r.status + " " + await r.text(); }, (e) => { asked[%[1]s] = "failed: " + e; });
		}
		return asked[%[1]s];
	})()`, quoted(path)))
	return eval[string](p, "window.asked["+quoted(path)+"]")
}

// theBook has the paths that a curious page would read, and a text that the true answer has.
var theBook = map[string]string{
	"/api/search": "portfolio-performance",
	"/api/dashboards/uid/portfolio-performance":        "rawSql",
	"/api/dashboards/uid/portfolio-performance/panels": `"view"`,
	"/api/health": `"database"`,
	"/metrics":    "macrowatch_build_info",
	"/":           "macrowatch-settings",
}

func TestAPageOfAnotherNameCannotReadTheBook(t *testing.T) {
	t.Parallel()
	s := start(t, nil, "serve", "--open=false", "--listen", "127.0.0.1:0", "--database-url", pgtest.MigratedURL(t), "--allowed-host", "desk.example")
	port := portOf(t, s)
	chrome := rebound(t)
	for _, host := range []string{"evil.example", "localhost.evil.example", "127.0.0.1.evil.example", "desk.example.evil.example"} {
		p := chrome.tab(t, screen{})
		p.provoke("421")
		p.visit("http://" + host + ":" + port + "/livez")
		if origin := eval[string](p, "location.origin"); origin != "http://"+host+":"+port {
			t.Fatalf("the page's origin is %s", origin)
		}
		for path, secret := range theBook {
			if got := p.read(path); strings.Contains(got, secret) || !strings.HasPrefix(got, "421 ") || !strings.Contains(got, "--allowed-host") {
				t.Errorf("a page of %s reads at %s: %.200s", host, path, got)
			}
		}
	}
	// The same browser gets answers for the allowed names.
	for _, host := range []string{"localhost", "127.0.0.1", "desk.localhost", "desk.example"} {
		p := chrome.tab(t, screen{})
		p.provoke("favicon")
		p.visit("http://" + host + ":" + port + "/api/health")
		for path, secret := range theBook {
			if got := p.read(path); !strings.HasPrefix(got, "200 ") || !strings.Contains(got, secret) {
				t.Errorf("the page of %s reads at %s: %.200s", host, path, got)
			}
		}
	}
}

// The browser does not let a page of another site read an answer.
func TestAnotherSitesPageReadsNoAnswer(t *testing.T) {
	t.Parallel()
	s := start(t, nil, "serve", "--open=false", "--listen", "127.0.0.1:0", "--database-url", pgtest.MigratedURL(t))
	site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		_, _ = io.WriteString(w, "<!doctype html><link rel=icon href=data:,><title>Free quotes</title>")
	}))
	defer site.Close()
	p := rebound(t).tab(t, screen{})
	for _, text := range []string{"CORS", "request failed", "ERR_FAILED"} {
		p.provoke(text)
	}
	p.visit(strings.Replace(site.URL, "127.0.0.1", "evil.example", 1) + "/")
	for path := range theBook {
		if got := p.read(strings.TrimSuffix(s.url, "/") + path); !strings.HasPrefix(got, "failed") {
			t.Errorf("another site's page reads at %s: %.200s", path, got)
		}
	}
}

func portOf(t *testing.T, s *service) string {
	t.Helper()
	u, err := url.Parse(s.url)
	if err != nil {
		t.Fatal(err)
	}
	return u.Port()
}
