package cli

import (
	"net"
	"time"

	"github.com/spf13/cobra"

	"macrowatch/internal/desk"
	"macrowatch/internal/viewer/server"
)

// viewerFlags are the flags that demo and serve have in common.
type viewerFlags struct {
	listen   string
	basePath string
	open     bool
	asOf     string
	boards   dashboardsFlag
	door     doorFlags
	login    loginFlags
	tls      tlsFlags
	watch    watchFlags
	lineage  lineageRulesFlag
}

func (f *viewerFlags) register(c *cobra.Command) {
	c.Flags().StringVar(&f.listen, "listen", defaultListen, "`HOST:PORT` to listen on; an address that is not a loopback address needs a way to log in, or --insecure-no-login")
	c.Flags().StringVar(&f.basePath, "base-path", "", "path `PREFIX` under which everything is served, such as /macro")
	c.Flags().BoolVar(&f.open, "open", true, "open the page in a browser if there is a screen")
	c.Flags().StringVar(&f.asOf, "as-of", "", "show the dashboards as they were at this `TIME` (2026-01-31, or 2026-01-31T18:00:00-03:00)")
	f.boards.register(c)
	f.door.register(c)
	f.login.register(c)
	f.tls.register(c)
	f.watch.register(c)
	f.lineage.register(c)
}

// check refuses wrong values of the flags that say who may look.
func (f *viewerFlags) check() error {
	if err := server.CheckBasePath(f.basePath); err != nil {
		return usageError{err}
	}
	if err := f.boards.check(); err != nil {
		return err
	}
	if err := f.door.check(); err != nil {
		return err
	}
	if err := f.login.check(f.basePath); err != nil {
		return err
	}
	switch {
	case f.door.insecureNoLogin && f.login.given():
		return usagef("--insecure-no-login contradicts --users-file, --oidc-issuer and --proxy-user-header: leave it out if people must log in")
	case f.door.publishedOn != "" && f.login.given():
		return usagef("--published-on is for a viewer without a login: leave it out if people must log in")
	}
	return nil
}

// hosts returns the names that the viewer answers to, beside the loopback names.
func (f *viewerFlags) hosts() []string {
	hosts := f.door.hosts(f.listen)
	if f.login.public != nil {
		hosts = append(hosts, f.login.public.Host)
	}
	if host, _, err := net.SplitHostPort(f.watch.metricsListen); err == nil && server.CheckAllowedHost(host) == nil {
		hosts = append(hosts, host)
	}
	return hosts
}

// instant returns the moment of --as-of, or the zero time without the flag. A day means the end of that day
// in the desk's time zone. The current day means now, since it is not over yet.
func (f *viewerFlags) instant(rules desk.Rules, now time.Time) (time.Time, error) {
	if f.asOf == "" {
		return time.Time{}, nil
	}
	t, err := time.ParseInLocation(time.DateOnly, f.asOf, rules.Location())
	if err == nil {
		t = t.AddDate(0, 0, 1).Add(-time.Millisecond)
	} else if t, err = time.Parse(time.RFC3339, f.asOf); err != nil {
		return time.Time{}, usagef("--as-of %q is not a time: give a day (2026-01-31) or a time with its zone (2026-01-31T18:00:00-03:00)", f.asOf)
	}
	if earliest := time.Date(1970, 1, 1, 0, 0, 0, 0, time.UTC); t.Before(earliest) {
		return time.Time{}, usagef("--as-of %q is before 1970: give a later time", f.asOf)
	}
	if t.After(now) {
		if t.Sub(now) > 24*time.Hour {
			return time.Time{}, usagef("--as-of %q is in the future: give a time up to now", f.asOf)
		}
		t = now
	}
	return t, nil
}
