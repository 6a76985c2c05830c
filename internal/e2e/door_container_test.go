package e2e

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"macrowatch/internal/testkit/pgtest"
)

// fromRoot returns the first group of a pattern's match in a file of the repository.
func fromRoot(t *testing.T, file, pattern string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", file))
	if err != nil {
		t.Fatal(err)
	}
	found := regexp.MustCompile(pattern).FindSubmatch(text)
	if found == nil {
		t.Fatalf("%s has no %s", file, pattern)
	}
	return string(found[1])
}

// onAFreePort replaces the port in a container's command, because other programs use it on this machine.
func onAFreePort(args []string) []string {
	return strings.Fields(strings.Replace(strings.Join(args, " "), "0.0.0.0:3003", "0.0.0.0:0", 1))
}

// The page says who can see it. Those who use this machine can, if compose publishes the port on a loopback address.
// Otherwise everybody can.
func TestTheContainersCommandServesAndSaysWhoCanSeeThePage(t *testing.T) {
	t.Parallel()
	db := pgtest.MigratedURL(t)
	chrome := startChromium(t)
	compose := strings.Fields(fromRoot(t, "docker-compose.yml", `exec macrowatch (serve .*)`))
	bind := fromRoot(t, "docker-compose.yml", `MACROWATCH_PUBLISHED_ON: \$\{MACROWATCH_BIND:-(.*)\}`)
	var image []string
	if err := json.Unmarshal([]byte(fromRoot(t, "Dockerfile", `(?m)^CMD (.*)$`)), &image); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		args      []string
		published string
		red       bool
	}{
		"compose":                            {compose, bind, false},
		"compose, MACROWATCH_BIND=0.0.0.0":   {compose, "0.0.0.0", true},
		"the image":                          {image, "", true},
		"the image on a loopback address":    {image, "[::1]", false},
		"the image on the network's address": {image, "192.0.2.7", true},
	} {
		t.Run(name, func(t *testing.T) {
			s := start(t, []string{"MACROWATCH_PUBLISHED_ON=" + c.published, "MACROWATCH_ALLOWED_HOST=", "DATABASE_URL=" + db}, onAFreePort(c.args)...)
			for host, want := range map[string]int{"127.0.0.1:3003": 200, "localhost:3003": 200, "macrowatch:3003": 421} {
				if got := getFor(t, s, host); got != want {
					t.Errorf("%s gets %d, want %d", host, got, want)
				}
			}
			p := chrome.tab(t, screen{})
			p.visit(s.url)
			if c.red {
				p.mustSayInRed(openDoor)
				return
			}
			p.until("the banner about the login", css(doorBanner)+"?.checkVisibility()")
			if said := strings.TrimSpace(p.text(css(doorBanner))); said != publishedDoor {
				t.Errorf("the banner says %q", said)
			}
			if said := s.log.String(); !strings.Contains(said, "no login") || !strings.Contains(said, strings.Trim(c.published, "[]")) || strings.Contains(said, "warning") {
				t.Errorf("standard error says %q", said)
			}
		})
	}
}

func TestNoBannerOnALoopbackAddress(t *testing.T) {
	t.Parallel()
	s := start(t, nil, "serve", "--open=false", "--listen", "127.0.0.1:0", "--database-url", pgtest.MigratedURL(t))
	p := startChromium(t).tab(t, screen{})
	p.open(s.url)
	if eval[bool](p, css(doorBanner)+" != null") {
		t.Error("a page on a loopback address has a banner about the login")
	}
	if said := s.log.String(); strings.Contains(said, "login") {
		t.Errorf("standard error says %q", said)
	}
}
