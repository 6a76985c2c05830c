package cli

import (
	"time"

	"github.com/spf13/cobra"

	"macrowatch/internal/desk"
)

// viewerFlags are the flags that demo and serve have in common.
type viewerFlags struct {
	listen   string
	basePath string
	open     bool
	asOf     string
	door     doorFlags
}

func (f *viewerFlags) register(c *cobra.Command) {
	c.Flags().StringVar(&f.listen, "listen", defaultListen, "`HOST:PORT` to listen on; an address that is not a loopback address needs --insecure-no-login")
	c.Flags().StringVar(&f.basePath, "base-path", "", "path `PREFIX` under which everything is served, such as /macro")
	c.Flags().BoolVar(&f.open, "open", true, "open the page in a browser if there is a screen")
	c.Flags().StringVar(&f.asOf, "as-of", "", "show the dashboards as they were at this `TIME` (2026-01-31, or 2026-01-31T18:00:00-03:00)")
	f.door.register(c)
}

// instant returns the moment of --as-of, or the zero time without the flag. A day means the end of that day
// in the desk's time zone. The current day means now, since it is not over yet.
func (f *viewerFlags) instant(now time.Time) (time.Time, error) {
	if f.asOf == "" {
		return time.Time{}, nil
	}
	t, err := time.ParseInLocation(time.DateOnly, f.asOf, desk.BuiltInRules().Location())
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
