package e2e

import (
	"path/filepath"
	"strings"
	"testing"

	"macrowatch/internal/testkit/pgtest"
)

// If there are kept runs that exec and serve can't deliver, each of them says so once, in one line.
func TestKeptRunsAreMentioned(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		leave func(t *testing.T, env func(url string) []string, dir string)
		words string
	}{
		"for another database": {func(t *testing.T, env func(string) []string, _ string) {
			execInVain(t, env(awayURL), "kept")
		}, "1 run is kept on this machine until its database takes it"},
		"for several": {func(t *testing.T, env func(string) []string, _ string) {
			execInVain(t, env(awayURL), "kept")
			execInVain(t, env(strings.Replace(awayURL, "/d", "/other", 1)), "kept too")
		}, "2 runs are kept on this machine until their databases take them"},
		"for a URL that can't be used": {func(t *testing.T, env func(string) []string, _ string) {
			execInVain(t, env("service=of-nobody"), "kept")
		}, "1 run is kept"},
		"that no database can take": {func(t *testing.T, env func(string) []string, dir string) {
			execInVain(t, env(awayURL), "kept")
			kept := listKept(t, dir)["kept"].File
			if r := run(t, env(awayURL), "spool", "drop", listKept(t, dir)["kept"].RunID); r.status != 0 {
				t.Errorf("%+v", r)
			}
			writeText(t, filepath.Join(filepath.Dir(kept), "torn.json.bad"), "torn")
		}, "1 kept run is set aside, since it can't be delivered"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			url, dir := pgtest.MigratedURL(t), t.TempDir()
			env := func(address string) []string {
				return []string{"DATABASE_URL=" + address, "MACROWATCH_SPOOL_DIR=" + dir}
			}
			mustExec(t, env(url), "before")
			c.leave(t, env, dir)
			execMentions(t, env(url), "first", c.words)
			mustExec(t, env(url), "second") // it does not say the same again
			s := start(t, env(url), "serve", "--open=false", "--listen", "127.0.0.1:0")
			eventually(t, "serve mentions them", func() (bool, string) {
				said := s.log.String()
				return strings.Contains(said, "Warning: "+c.words) && strings.Contains(said, "macrowatch spool list"), said
			})
			s.stop(t)
			if n := strings.Count(s.log.String(), "macrowatch spool list"); n != 1 {
				t.Errorf("serve says it %d times", n)
			}
			execInVain(t, env(strings.Replace(awayURL, "/d", "/a-third", 1)), "news")
			execMentions(t, env(url), "third", "kept")
		})
	}
}

// A run whose exec is alive does not count as kept.
func TestRunsThatAreBeingRecordedAreNotMentioned(t *testing.T) {
	t.Parallel()
	url, dir := pgtest.MigratedURL(t), t.TempDir()
	env := []string{"DATABASE_URL=" + url, "MACROWATCH_SPOOL_DIR=" + dir}
	living := execProcess(t, env, "living", "read line")
	eventually(t, "it is recorded", func() (bool, string) {
		got := runsOf(t, url, "living")
		return got == "RUNNING", got
	})
	mustExec(t, env, "beside it")
	_ = living.in.Close()
	_ = living.Wait()
	if living.stderr.Len() > 0 {
		t.Errorf("it says %s", living.stderr.String())
	}
}
