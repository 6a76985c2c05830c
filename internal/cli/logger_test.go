package cli

import (
	"encoding/json"
	"strings"
	"testing"
)

// A program that collects logs reads every line as an object, also the sentence with which a command fails.
func TestAFailureIsALineOfTheLogInJSON(t *testing.T) {
	const secret = "hunter2horse"
	for _, args := range [][]string{
		{"serve", "--database-url", "postgres://desk:" + secret + "@127.0.0.1:1/none"},
		{"serve", "--private", "--data-dir", "/dev/null/none"},
		{"migrate", "-v", "--database-url", "postgres://desk:" + secret + "@127.0.0.1:1/none"},
		{"import", "prices", "/none/prices.csv", "--database-url", "postgres://desk:" + secret + "@127.0.0.1:1/none"},
		{"serve", "--listen", "0.0.0.0:0", "--database-url", "postgres://desk:" + secret + "@127.0.0.1:1/none"},
	} {
		t.Run(strings.Join(args[:2], " "), func(t *testing.T) {
			plain := runMain(t, args...)
			if !strings.HasPrefix(plain.errout[strings.LastIndex(strings.TrimSpace(plain.errout), "\n")+1:], "macrowatch: ") {
				t.Errorf("without the flag: %s", plain.errout)
			}
			r := runMain(t, append(args, "--log-format", "json")...)
			if r.status != plain.status || r.errout == "" || strings.Contains(r.errout, secret) {
				t.Errorf("status %d (%d without the flag): %s", r.status, plain.status, r.errout)
			}
			var last struct{ Level, Msg string }
			for line := range strings.Lines(r.errout) {
				if err := json.Unmarshal([]byte(line), &last); err != nil {
					t.Errorf("%v: %s", err, line)
				}
			}
			if last.Level != "ERROR" || last.Msg == "" {
				t.Errorf("the last line is %+v", last)
			}
		})
	}
}
