package e2e

import (
	"net"
	"net/url"
	"strings"
	"testing"
)

const fault = "[role=alert].fault"

// serverAway puts the door between the browser and the program.
func serverAway(t *testing.T, chrome *chromium, address string) {
	s := serveRuns(t, address)
	behind, err := url.Parse(s.url)
	if err != nil {
		t.Fatal(err)
	}
	d := newDoor(t, func() (net.Conn, error) { return net.Dial("tcp", behind.Host) })
	p := chrome.tab(t, screen{})
	p.open("http://" + d.listener.Addr().String() + "/")
	p.allDrawn()
	before := p.text(css("main .sections"))
	d.set(true)
	p.provoke("net::ERR_")
	p.click(css("[data-testid=refresh]"))
	p.until("a banner", css(fault)+".checkVisibility()")
	p.keptAndRecovers(before, "does not answer", func() { d.set(false) })
}

// databaseAway puts the door between the program and its database, and closes it.
func databaseAway(t *testing.T, chrome *chromium, address string) {
	withoutDatabase(t, chrome, address, func(d *door) { d.set(true) }, func(d *door) { d.set(false) })
}

// databaseSilent makes the door pass nothing on: to the program, the database then hangs.
func databaseSilent(t *testing.T, chrome *chromium, address string) {
	withoutDatabase(t, chrome, address, func(d *door) { d.setSilent(true) }, func(d *door) { d.setSilent(false) })
}

func withoutDatabase(t *testing.T, chrome *chromium, address string, begin, end func(d *door)) {
	d, through := doorToDatabase(t, address)
	s := serveRuns(t, through)
	p := chrome.tab(t, screen{})
	p.open(s.url)
	p.allDrawn()
	before := p.text(css("main .sections"))
	begin(d)
	p.provoke("503")
	p.click(css("[data-testid=refresh]"))
	p.until("a banner", css(fault)+".checkVisibility()")
	if status, body := get(t, strings.TrimRight(s.url, "/")+"/api/health"); status != 503 || !strings.Contains(body, "failing") {
		t.Errorf("health: %d %s", status, body)
	}
	if status, _ := get(t, strings.TrimRight(s.url, "/")+"/livez"); status != 200 {
		t.Errorf("livez: %d", status)
	}
	p.keptAndRecovers(before, "database", func() { end(d) })
}

// keptAndRecovers checks that the page keeps its figures while something is wrong, says what is wrong and
// that the figures are old, and recovers by itself once the cause is gone.
func (p *tab) keptAndRecovers(before, word string, recover func()) {
	p.t.Helper()
	said := p.text(css(fault))
	if !strings.Contains(said, word) || !strings.Contains(said, "The figures are from") {
		p.t.Errorf("the banner says %q, want %q and how old the figures are", said, word)
	}
	if strings.Contains(said, "SQLSTATE") || strings.Contains(said, "dial") {
		p.t.Errorf("the banner says %q", said)
	}
	if now := p.text(css("main .sections")); now != before {
		p.t.Errorf("the figures were\n%s\nand are\n%s", before, now)
	}
	recover()
	p.until("no banner", "!"+css(fault)+".checkVisibility()")
	p.until("panels", `document.body.dataset.ready`)
	p.allDrawn()
}
