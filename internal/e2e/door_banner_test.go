package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"macrowatch/internal/testkit/pgtest"
)

const (
	doorBanner    = "[data-testid=door-banner]"
	openDoor      = "No login. Everybody who reaches this address sees the book."
	publishedDoor = "No login. --published-on says that its port can be reached from this machine only: everybody who uses the machine sees the book."
)

// background returns the colour behind an element: its red, green and blue.
func (p *tab) background(selector string) (red, green, blue int) {
	p.t.Helper()
	colour := eval[string](p, "getComputedStyle("+css(selector)+").backgroundColor")
	_, _ = fmt.Sscanf(colour, "rgb(%d, %d, %d)", &red, &green, &blue)
	return red, green, blue
}

// mustSayInRed checks that the page has a banner with this text, that it can be seen, and that it is red.
func (p *tab) mustSayInRed(text string) {
	p.t.Helper()
	p.until("the banner about the login", css(doorBanner)+"?.checkVisibility()")
	if said := strings.TrimSpace(p.text(css(doorBanner))); said != text {
		p.t.Errorf("the banner says %q, want %q", said, text)
	}
	if r, g, b := p.background(doorBanner); r < 150 || g > 80 || b > 80 {
		p.t.Errorf("the banner is rgb(%d, %d, %d), want red", r, g, b)
	}
	box := eval[map[string]float64](p, fmt.Sprintf(`(({top, bottom, left, right, height}) => ({top, bottom, left, right, height, width: innerWidth, below: innerHeight}))(%s.getBoundingClientRect())`, css(doorBanner)))
	if box["top"] < 0 || box["bottom"] > box["below"] || box["left"] != 0 || box["height"] < 20 {
		p.t.Errorf("the banner is at %v", box)
	}
}

func TestEveryPageWithoutALoginSaysSo(t *testing.T) {
	t.Parallel()
	s := start(t, []string{"MACROWATCH_INSECURE_NO_LOGIN=true"}, "serve", "--open=false", "--listen", "0.0.0.0:0", "--database-url", pgtest.MigratedURL(t))
	chrome := startChromium(t)
	pages := []string{s.url}
	for i, uid := range dashboards(t, s.url) {
		pages = append(pages, pageOf(s.url, uid, []string{"?theme=dark", "?theme=light", "?kiosk", "?theme=light&kiosk"}[i%4]))
	}
	for _, sc := range []screen{{}, {width: 390, height: 844, phone: true}, {width: 3840, height: 2160}} {
		p := chrome.tab(t, sc)
		p.provoke("404")
		for _, address := range append(pages, strings.TrimSuffix(s.url, "/")+"/d/none") {
			p.visit(address)
			p.mustSayInRed(openDoor)
		}
	}
}

func TestListeningWithoutALoginUnaskedIsAUsageError(t *testing.T) {
	t.Parallel()
	dir := dataDir(t)
	file := filepath.Join(t.TempDir(), "macrowatch.yaml")
	if err := os.WriteFile(file, []byte("listen: ':3002'\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		env, args, words []string
	}{
		"demo on every address":  {nil, []string{"demo", "--listen", "0.0.0.0:0"}, []string{"0.0.0.0:0", "no login", "--insecure-no-login", "127.0.0.1:0"}},
		"serve by the variable":  {[]string{"MACROWATCH_LISTEN=[::]:3009"}, []string{"serve", "--private"}, []string{"[::]:3009", "--insecure-no-login", "127.0.0.1:3009"}},
		"serve by the file":      {nil, []string{"serve", "--private", "--config", file}, []string{":3002", "--insecure-no-login"}},
		"flag says false":        {nil, []string{"demo", "--listen", ":0", "--insecure-no-login=false"}, []string{"--insecure-no-login"}},
		"published is no excuse": {nil, []string{"demo", "--listen", ":0", "--published-on", "127.0.0.1"}, []string{"--insecure-no-login"}},
		"a URL as a host":        {nil, []string{"demo", "--listen", "127.0.0.1:0", "--allowed-host", "https://desk.example"}, []string{"https://desk.example", "host name"}},
		"a wildcard":             {[]string{"MACROWATCH_ALLOWED_HOST=a.example,*.example"}, []string{"demo", "--listen", "127.0.0.1:0"}, []string{"*.example", "wildcard"}},
		"published on a name":    {nil, []string{"demo", "--listen", "127.0.0.1:0", "--published-on", "localhost"}, []string{"--published-on", "IP address"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			mustRefuse(t, run(t, c.env, append(c.args, "--open=false", "--data-dir", dir)...), 2, c.words...)
		})
	}
	t.Cleanup(func() {
		if _, err := os.Stat(dir); err == nil {
			t.Error("a data directory was made although nothing was served")
		}
	})
}
