//go:build linux || darwin

package privatepg

import (
	"os"
	"strings"
	"testing"
)

func TestLongLogIsBegunAnewAndItsEndKept(t *testing.T) {
	t.Parallel()
	l, err := prepareDataDir(newDir(t))
	if err != nil {
		t.Fatal(err)
	}
	writer, err := openLog(l) // the server has the log open all the time
	if err != nil {
		t.Fatal(err)
	}
	defer writer.Close()
	say := func(text string) {
		t.Helper()
		if _, err := writer.WriteString(text); err != nil {
			t.Fatal(err)
		}
	}
	say("the first line\n" + strings.Repeat("chatter\n", maxLog/8) + "the last line\n")
	if err := capLog(l); err != nil {
		t.Fatal(err)
	}
	say("afterwards\n")
	if text, err := os.ReadFile(l.log()); err != nil || string(text) != "afterwards\n" {
		t.Errorf("the log is %.40q, %v", text, err)
	}
	old, err := os.ReadFile(l.log() + ".old")
	if err != nil || len(old) != maxLog || !strings.HasSuffix(string(old), "the last line\n") {
		t.Errorf("the old log has %d bytes, %v", len(old), err)
	}
	if err := capLog(l); err != nil {
		t.Fatal(err)
	}
	if size := logSize(l); size != int64(len("afterwards\n")) {
		t.Errorf("a short log was cut to %d bytes", size)
	}
}

func TestReasonIsWhatAProgramFailedFor(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, said, want string }{
		{"nothing", "", ""},
		{"no fatal line", "one\ntwo\nthree\nfour", "two; three; four"},
		{"a fatal line and a hint", "2026-01-05 [7] LOG:  starting\n2026-01-05 [7] FATAL:  lock file \"postmaster.pid\" already exists\n2026-01-05 [7] HINT:  Is another postmaster running?\n",
			"lock file \"postmaster.pid\" already exists; Is another postmaster running?"},
		{"two fatal lines", "2026-01-05 [7] FATAL:  the first\n2026-01-05 [8] FATAL:  the second\n2026-01-05 [8] LOG:  shut down", "the second"},
		{"an error of initdb", "creating directory ... ok\ninitdb: error: could not create directory \"/x\": No space left on device\ninitdb: removing contents",
			"could not create directory \"/x\": No space left on device"},
		{"no mark but 'could not'", "postgres: could not find the database system", "could not find the database system"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := reasonIn(c.said); got != c.want {
				t.Errorf("of %q the reason is %q, want %q", c.said, got, c.want)
			}
		})
	}
}
