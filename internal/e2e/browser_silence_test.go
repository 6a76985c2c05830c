package e2e

import (
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"macrowatch/internal/testkit/pgtest"
)

// fireAlert writes an alert that fires into a database, and tells the pages.
func fireAlert(t *testing.T, url, rule, subject, severity, summary string) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	if _, err := conn.Exec(t.Context(), `INSERT INTO alerts (alert_id, rule, subject, severity, group_name, owner, state, since, fired_at, evaluated_at, summary, meaning, path, runbook)
		VALUES (gen_random_uuid(), $1, $2, $3, 'test', 'the desk', 'firing', now(), now(), now(), $4, 'It means that.', '', '')`, rule, subject, severity, summary); err != nil {
		t.Fatal(err)
	}
	if _, err := conn.Exec(t.Context(), "SELECT pg_notify('macrowatch_changes', 'alerts')"); err != nil {
		t.Fatal(err)
	}
}

// lastingRules let alerts fire for as long as a test takes, whatever the record says.
const lastingRules = "  limit_breach: {settle: 24h}\n  limit_warning: {settle: 24h}\n  step_failed: {settle: 24h}\n"

// An operator silences an alert with the keyboard, on a phone and with the mouse, in both themes; everybody sees until
// when, by whom and why; and the operator ends the silence again.
func TestBrowserSilences(t *testing.T) {
	t.Parallel()
	database := pgtest.MigratedURL(t)
	s := start(t, nil, "serve", "--open=false", "--database-url", database, "--listen", "127.0.0.1:0", "--users-file", usersFile(t), "--alerts-file", alertsFile(t, lastingRules, ""))
	for name, c := range map[string]struct {
		screen screen
		theme  string
		choose func(p *tab) // how long, and why
		hours  string       // of the silence; "" if that depends on the day
	}{
		"the keyboard": {screen{}, "dark", func(p *tab) {
			p.press("Enter")
			p.until("what is missing", silenceBox+`.innerText.includes("Say why; others read it.")`)
			p.press("w", "e", " ", "k", "n", "o", "w", "Enter")
		}, "1"},
		"a phone": {screen{width: 390, height: 844, phone: true}, "light", func(p *tab) {
			p.click(css(`.silence-choice input[value="4h"]`))
			p.fillIn(css("#silence-reason"), "we know")
			p.click(labelled("Silence"))
		}, "4"},
		"a wall screen": {screen{width: 3840, height: 2160}, "light", func(p *tab) {
			p.click(css(`.silence-choice input[value="opening"]`))
			p.fillIn(css("#silence-reason"), "we know")
			p.click(labelled("Silence"))
		}, ""},
		"an own end": {screen{}, "light", func(p *tab) {
			p.fillIn(css("#silence-reason"), "we know")
			p.fillIn(css("#silence-own"), "yesterday")
			p.click(labelled("Silence"))
			p.until("what is wrong", silenceBox+`.innerText.includes("is not a time")`)
			p.fillIn(css("#silence-own"), "2099-03-05 18:00")
			p.click(labelled("Silence"))
			p.until("what the server says", silenceBox+`.innerText.includes("at most 90 days")`)
			p.fillIn(css("#silence-own"), time.Now().UTC().AddDate(0, 0, 2).Format("2006-01-02")+" 18:00")
			p.click(labelled("Silence"))
		}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			subject := "fred of " + name
			fireAlert(t, database, "step_failed", subject, "critical", "It failed for "+name+".")
			p := startChromium(t).tab(t, c.screen)
			p.provoke("400")
			p.asksFor(s.url + "/d/alerts/alerts?timezone=UTC&theme=" + c.theme)
			p.until("the login page", css(loginPage))
			p.signsIn("bo", password)
			p.until("the page", "document.body?.dataset.ready")
			look := func(what string) {
				t.Helper()
				if c.screen.phone {
					p.fits(what)
				}
				p.accessible(what + ", " + name)
			}
			item := silenceItem(name)
			p.opensSilenceBox(item, name == "the keyboard")
			look("the box")
			if got := eval[string](p, css("#silence-rule")+".value + ' ' + "+css("#silence-subject")+".value"); got != "step_failed "+subject {
				t.Errorf("the box begins with %q", got)
			}
			c.choose(p)
			p.until("the box to close", "!"+silenceBox)
			p.until("the list that says it", item+`?.innerText.includes("Silenced until ") && `+item+`.innerText.includes("by bo: we know")`)
			look("the list with a silence")
			row := scalar[string](t, database, `SELECT rule || '|' || made_by || '|' || reason || '|' || round(extract(epoch FROM ends_at - starts_at) / 3600)::text FROM alert_silences WHERE subject = $1`, subject)
			if !strings.HasPrefix(row, "step_failed|bo|we know|") || c.hours != "" && !strings.HasSuffix(row, "|"+c.hours) {
				t.Errorf("the row is %q", row)
			}
			p.click(item + `.querySelector(".alert-silence")`)
			p.until("the end of the silence", item+`?.querySelector(".alert-silence")?.innerText.startsWith("Silence…")`)
			if by := scalar[string](t, database, "SELECT ended_by FROM alert_silences WHERE subject = $1", subject); by != "bo" {
				t.Errorf("the silence was ended by %q", by)
			}
		})
	}
	t.Run("a viewer", func(t *testing.T) {
		t.Parallel()
		fireAlert(t, database, "step_failed", "fred of a viewer", "critical", "It failed for a viewer.")
		p := startChromium(t).tab(t, screen{})
		p.asksFor(s.url + "/d/alerts/alerts")
		p.until("the login page", css(loginPage))
		p.signsIn("ana", password)
		p.until("the page", "document.body?.dataset.ready")
		p.press("a")
		p.until("the alert in the list", silenceItem("a viewer"))
		if eval[bool](p, `document.querySelector(".alert-silence") !== null || document.querySelector(".alerts-box").innerText.includes("Silence something")`) {
			t.Error("a viewer has a button that silences")
		}
	})
}

// silenceBox is the box that asks what is to be silent.
var silenceBox = css("[data-testid=silence-box]")

// silenceItem is the alert of a screen in the list.
func silenceItem(name string) string {
	return `[...document.querySelectorAll(".alert-item")].find((e) => e.innerText.includes(` + quoted("It failed for "+name+".") + `))`
}

// opensSilenceBox opens the list of alerts and from there the box, with the Tab key or with the mouse.
func (p *tab) opensSilenceBox(item string, byKeys bool) {
	p.t.Helper()
	p.until("the bell", "!"+css("[data-testid=bell]")+".hidden")
	p.press("a")
	p.until("the alert in the list", item)
	if !byKeys {
		p.click(item + `.querySelector(".alert-silence")`)
	} else {
		for steps := 0; !eval[bool](p, `document.activeElement.matches(".alert-silence") && `+item+`.contains(document.activeElement)`); steps++ {
			if steps > 60 {
				p.t.Fatal("the Tab key does not reach the button")
			}
			p.press("Tab")
		}
		p.press("Enter")
	}
	p.until("the box", silenceBox+"?.open")
}
