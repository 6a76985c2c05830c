package e2e

import (
	"fmt"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"macrowatch/internal/testkit/pgtest"
)

const troubles = "[data-testid=troubles]"

// smallBook is a book whose risk can be computed, and is not computed yet.
const smallBook = `INSERT INTO instruments (instrument, kind, quoted_in) VALUES ('A', 'price', 'BRL');
INSERT INTO instrument_prices (instrument, price_date, price) SELECT 'A', d::date, 10 + extract(day FROM d) / 100 FROM generate_series('2025-06-02'::date, '2026-01-30', '1 day') d WHERE extract(isodow FROM d) < 6;
INSERT INTO portfolio_state ("timestamp", strategy_id, instrument, weight, total_equity) VALUES ('2026-01-30 21:00Z', 'FX_1', 'A', 0.5, 100)`

// Each case breaks one of the tasks that serve does in the background, and then repairs it.
func TestBackgroundWorkThatFailsIsSeenAndTriedAgain(t *testing.T) {
	t.Parallel()
	const secret = "hunter2horse"
	for name, c := range map[string]struct {
		task, fault, reason string
		breaks, repairs     func(t *testing.T, database, spool string)
	}{
		"the table of risk figures is away": {
			"risk", "The risk of the newest book is not computed", "risk_metrics_daily",
			sqlOn(`ALTER TABLE risk_metrics_daily RENAME TO put_away; ` + smallBook), sqlOn(`ALTER TABLE put_away RENAME TO risk_metrics_daily`),
		},
		"a book that can't be right": {
			"risk", "The risk of the newest book is not computed", "not a fraction of NAV",
			sqlOn(smallBook + `; UPDATE portfolio_state SET weight = 1e12`), sqlOn(`UPDATE portfolio_state SET weight = 0.5`),
		},
		"the folder of kept runs is everybody's": {
			"delivery", "Runs that macrowatch exec kept are not delivered", "spool",
			modeOfSpool(0o777), modeOfSpool(0o700),
		},
		"the readers are noted wrongly": {
			"reader_guard", "Long statements of logins that only read are not ended", "is not a list of roles",
			sqlOn(`INSERT INTO macrowatch_settings (key, value) VALUES ('reader_roles', 'postgres://desk:` + secret + `@db.example/book')`),
			sqlOn(`DELETE FROM macrowatch_settings WHERE key = 'reader_roles'`),
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			database := pgtest.MigratedURL(t)
			spool := filepath.Join(t.TempDir(), "spool")
			s := start(t, nil, "serve", "--open=false", "--listen", "127.0.0.1:0", "--database-url", database, "--spool-dir", spool)
			// A run that waits for its database makes the spool's folder.
			if r := run(t, nil, "exec", "--database-url", "postgres://nobody@127.0.0.1:1/none", "--spool-dir", spool, "--step", "fred", "--", "true"); r.status != 0 {
				t.Fatal(r.errout)
			}
			p := startChromium(t).tab(t, screen{})
			p.open(s.url)
			p.until("no trouble", css(troubles)+".hidden")
			up := fmt.Sprintf("macrowatch_background_up{task=%q} ", c.task)
			if _, text := get(t, s.path("/metrics")); !strings.Contains(text, up+"1") {
				t.Errorf("before: %s", background(text))
			}
			c.breaks(t, database, spool)
			p.until("the trouble", fmt.Sprintf(`%[1]s.checkVisibility() && %[1]s.innerText.includes(%[2]s)`, css(troubles), quoted(c.fault)))
			said := p.text(css(troubles))
			if !strings.Contains(said, c.reason) || !strings.Contains(said, ", since ") {
				t.Errorf("the page says %q, want since when and %q", said, c.reason)
			}
			if _, text := get(t, s.path("/metrics")); !strings.Contains(text, up+"0") {
				t.Errorf("while it fails: %s", background(text))
			}
			if log := s.log.String(); !strings.Contains(log, "level=WARN") || !strings.Contains(log, "task="+c.task) {
				t.Errorf("the log: %s", log)
			}
			if strings.Contains(said+s.log.String(), secret) {
				t.Errorf("a password is shown: %s\n%s", said, s.log)
			}
			// Every dashboard shows the trouble, in every size and theme.
			for i, uid := range dashboards(t, s.url) {
				other := startChromium(t).tab(t, []screen{{}, {width: 390, height: 844, phone: true}}[i%2])
				other.open(pageOf(s.url, uid, []string{"?theme=light", "?kiosk", "?from=2025-01-01&to=2025-02-01"}[i%3]))
				other.until("the trouble on "+uid, css(troubles)+".checkVisibility()")
			}
			c.repairs(t, database, spool)
			p.until("no trouble any more", css(troubles)+".hidden")
			if _, text := get(t, s.path("/metrics")); !strings.Contains(text, up+"1") || strings.Contains(text, fmt.Sprintf("macrowatch_background_failures_total{task=%q} 0", c.task)) {
				t.Errorf("afterwards: %s", background(text))
			}
		})
	}
}

// path returns the URL of a path of the service.
func (s *service) path(path string) string { return strings.TrimSuffix(s.url, "/") + path }

// background returns the lines of the metrics that are about background work.
func background(metrics string) string {
	var lines []string
	for line := range strings.Lines(metrics) {
		if strings.HasPrefix(line, "macrowatch_background") {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, "")
}

// sqlOn returns a function that runs SQL on the database.
func sqlOn(sql string) func(t *testing.T, database, spool string) {
	return func(t *testing.T, database, _ string) {
		t.Helper()
		mustSQL(t, database, sql)
	}
}

// modeOfSpool returns a function that changes the mode of the spool's folders.
func modeOfSpool(mode os.FileMode) func(t *testing.T, database, spool string) {
	return func(t *testing.T, _, spool string) {
		t.Helper()
		if err := filepath.WalkDir(spool, func(path string, e os.DirEntry, err error) error {
			if err != nil || !e.IsDir() {
				return err
			}
			return os.Chmod(path, mode)
		}); err != nil {
			t.Fatal(err)
		}
	}
}

// While the database is away, no background work goes on. When it is back, all of it goes on by itself.
func TestBackgroundWorkOutlivesTheDatabase(t *testing.T) {
	t.Parallel()
	database := pgtest.MigratedURL(t)
	cfg, err := pgx.ParseConfig(database)
	if err != nil {
		t.Fatal(err)
	}
	d := newDoor(t, func() (net.Conn, error) {
		if strings.HasPrefix(cfg.Host, "/") {
			return net.Dial("unix", fmt.Sprintf("%s/.s.PGSQL.%d", cfg.Host, cfg.Port))
		}
		return net.Dial("tcp", net.JoinHostPort(cfg.Host, strconv.Itoa(int(cfg.Port))))
	})
	through := url.URL{
		Scheme: "postgres", User: url.UserPassword(cfg.User, cfg.Password), Host: d.listener.Addr().String(),
		Path: "/" + cfg.Database, RawQuery: "sslmode=disable",
	}
	s := start(t, nil, "serve", "--open=false", "--listen", "127.0.0.1:0", "--database-url", through.String(), "--spool-dir", filepath.Join(t.TempDir(), "spool"))
	p := startChromium(t).tab(t, screen{})
	p.provoke("503")
	p.open(s.url)
	d.set(true)
	for _, fault := range []string{"What is recorded is not noticed at once", "The risk of the newest book is not computed", "Long statements"} {
		p.until(fault, fmt.Sprintf(`%s.innerText.includes(%s)`, css(troubles), quoted(fault)))
	}
	said := p.text(css(troubles))
	for _, word := range []string{cfg.Password, "SQLSTATE", "dial tcp"} {
		if word != "" && strings.Contains(said, word) {
			t.Errorf("the page says %q", said)
		}
	}
	d.set(false)
	p.until("no trouble any more", css(troubles)+".hidden")
	p.until("no fault", "!"+css(fault)+".checkVisibility()")
	sqlOn(smallBook)(t, database, "")
	eventually(t, "the risk is computed", func() (bool, string) {
		return scalar[int64](t, database, "SELECT count(*) FROM risk_metrics_daily") > 0, s.log.String()
	})
}

// The sample desk starts its own processes by running this program again. Somebody may have removed the program.
func TestASampleDeskWhoseProgramIsGoneSaysSo(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(program(t))
	if err != nil {
		t.Fatal(err)
	}
	own := filepath.Join(t.TempDir(), "macrowatch")
	if err := os.WriteFile(own, text, 0o755); err != nil {
		t.Fatal(err)
	}
	c := exec.Command(own, "demo", "--open=false", "--listen", "127.0.0.1:0", "--data-dir", deskDir(t))
	c.Env = ownEnv(t)
	s := startCommand(t, c)
	if err := os.Remove(own); err != nil {
		t.Fatal(err)
	}
	up := `macrowatch_background_up{task="sample_refresh"} `
	eventually(t, "the refresh fails", func() (bool, string) {
		_, text := get(t, s.path("/metrics"))
		return strings.Contains(text, up+"0"), background(text)
	})
	p := startChromium(t).tab(t, screen{})
	p.open(s.url)
	p.until("the trouble", css(troubles)+`.innerText.includes("The sample desk runs no processes")`)
}
