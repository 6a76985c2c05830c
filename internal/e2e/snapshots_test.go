package e2e

import (
	"strings"
	"testing"

	"macrowatch/internal/testkit/pgtest"
)

const statesHeader = "timestamp,strategy_id,instrument,weight,total_equity\n"

func TestATornSnapshotIsRefusedAndCanBeGathered(t *testing.T) {
	t.Parallel()
	const torn = statesHeader + "2026-06-12T19:30:00.101Z,FX_1,USDBRL,0.9,100\n2026-06-12T19:30:00.102Z,FX_2,EURUSD,0.8,100\n2026-06-12T19:30:00.103Z,FX_3,GOLD,0.1,100\n"
	for name, c := range map[string]struct {
		file, says string
		flags      []string
		status     int
	}{
		"three rows in three milliseconds": {torn, `line 3, timestamp "2026-06-12T19:30:00.102Z": 1ms after a snapshot of the same total_equity and other positions`, nil, 1},
		"names the window":                 {torn, "--snapshot-window 1s gathers them, --snapshot-window 0 takes them as they are", nil, 1},
		"a slow writer":                    {statesHeader + "2026-06-12T19:30:00Z,FX_1,A,0.9,100\n2026-06-12T19:30:02.5Z,FX_2,A,0.8,100\n", "--snapshot-window 3s gathers", nil, 1},
		"gathered":                         {torn, "3 inserted", []string{"--snapshot-window", "1s"}, 0},
		"in no order":                      {statesHeader + "2026-06-12T19:30:00.5Z,FX_1,A,0.9,100\n2026-06-12T19:30:00.1Z,FX_2,A,0.8,100\n", "2 inserted", []string{"--snapshot-window", "1s"}, 0},
		"taken as they are":                {torn, "3 inserted", []string{"--snapshot-window", "0"}, 0},
		"gathered to two NAVs":             {statesHeader + "2026-06-12T19:30:00Z,FX_1,A,0.9,100\n2026-06-12T19:30:00.1Z,FX_2,A,0.8,101\n", "a snapshot has one total_equity", []string{"--snapshot-window", "1s"}, 1},
		"two intraday snapshots":           {statesHeader + "2026-06-12T19:30:00Z,FX_1,A,0.9,100\n2026-06-12T19:30:01Z,FX_1,A,0.8,100\n", "2 inserted", nil, 0},
		"a new book in the next minute":    {statesHeader + "2026-06-12T19:30:00Z,FX_1,A,0.9,100\n2026-06-12T19:31:00Z,FX_2,B,0.8,100\n", "2 inserted", nil, 0},
		"flat, then a book":                {statesHeader + "2026-06-12T19:30:00Z,CASH,BRL,0,100\n2026-06-12T19:30:01Z,FX_2,B,0.8,100\n", "2 inserted", nil, 0},
		"an endless window":                {torn, "within 0 to 1m0s, not 1h0m0s", []string{"--snapshot-window", "1h"}, 2},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			url, dir := pgtest.MigratedURL(t), t.TempDir()
			args := append([]string{"import", "--database-url", url}, c.flags...)
			r := run(t, nil, append(args, "portfolio-states", write(t, dir, "states.csv", c.file))...)
			if r.status != c.status || !strings.Contains(r.out+r.errout, c.says) {
				t.Fatalf("%d %s%s", r.status, r.out, r.errout)
			}
			if c.status == 0 { // to import it again changes nothing
				if r := run(t, nil, append(args, "portfolio-states", write(t, dir, "states.csv", c.file))...); r.status != 0 || !strings.Contains(r.out, "0 inserted, 0 updated") {
					t.Errorf("again: %d %s%s", r.status, r.out, r.errout)
				}
			}
		})
	}
	t.Run("the rest of a stored snapshot", func(t *testing.T) {
		t.Parallel()
		url, dir := pgtest.MigratedURL(t), t.TempDir()
		lines := strings.SplitAfter(torn, "\n")
		if r := run(t, nil, "import", "--database-url", url, "portfolio-states", write(t, dir, "one.csv", lines[0]+lines[1])); r.status != 0 {
			t.Fatal(r.errout)
		}
		mustRefuse(t, run(t, nil, "import", "--database-url", url, "portfolio-states", write(t, dir, "two.csv", lines[0]+lines[2])), 1, "this looks like one written in pieces")
	})
}

func TestACorrectedSnapshotKeepsOrReplacesWhatTheFileLacks(t *testing.T) {
	t.Parallel()
	url, dir := pgtest.MigratedURL(t), t.TempDir()
	load := func(file string, flags ...string) result {
		t.Helper()
		args := append([]string{"import", "--database-url", url}, flags...)
		return run(t, nil, append(args, "portfolio-states", write(t, dir, "states.csv", statesHeader+file))...)
	}
	const monday, tuesday = "2026-06-08T21:00:00Z,", "2026-06-09T21:00:00Z,"
	for _, step := range []struct {
		what, file, out, errout string
		flags                   []string
	}{
		{"two days", monday + "FX_1,A,1,100\n" + monday + "FX_2,B,2,100\n" + tuesday + "FX_1,A,1,101\n" + tuesday + "FX_2,B,2,101\n", "4 inserted, 0 updated, 0 unchanged\n", "", nil},
		{"corrected, without a position", monday + "FX_1,A,1.5,100\n" + tuesday + "FX_1,A,1,101\n", "0 inserted, 1 updated, 1 unchanged\n",
			"2 snapshots keep rows that the file does not have: 2026-06-08T21:00:00Z (1), 2026-06-09T21:00:00Z (1); --replace-snapshots removes them\n", nil},
		{"replaced", monday + "FX_1,A,1.5,100\n", "0 inserted, 0 updated, 1 unchanged, 1 removed\n", "", []string{"--replace-snapshots"}},
		{"replaced with another NAV", tuesday + "FX_3,C,1,99\n", "1 inserted, 0 updated, 0 unchanged, 2 removed\n", "", []string{"--replace-snapshots"}},
		{"replaced by a flat book", monday + "CASH,BRL,0,100\n", "1 inserted, 0 updated, 0 unchanged, 1 removed\n", "", []string{"--replace-snapshots"}},
		{"another strategy's file", tuesday + "FX_4,C,1,99\n", "1 inserted, 0 updated, 0 unchanged\n",
			"1 snapshot keeps rows that the file does not have: 2026-06-09T21:00:00Z (1); --replace-snapshots removes them\n", nil},
	} {
		t.Run(step.what, func(t *testing.T) {
			r := load(step.file, step.flags...)
			if r.status != 0 || !strings.HasSuffix(untimed(r.out), ": "+step.out) || !strings.HasSuffix(r.errout, step.errout) || (step.errout == "") != (r.errout == "") {
				t.Errorf("%d %s%s", r.status, r.out, r.errout)
			}
		})
	}
	// A refused file replaces nothing.
	if r := load(monday+"FX_1,A,1,100\n"+monday+"FX_2,A,x,100\n", "--replace-snapshots"); r.status != 1 {
		t.Errorf("%d %s", r.status, r.out)
	}
	if r := load(monday+"CASH,BRL,0,100\n", "--replace-snapshots"); !strings.HasSuffix(untimed(r.out), "0 inserted, 0 updated, 1 unchanged\n") {
		t.Errorf("after a refused file: %s%s", r.out, r.errout)
	}
	mustRefuse(t, run(t, nil, "import", "--database-url", url, "--replace-snapshots", "prices", write(t, dir, "p.csv", "date,instrument,price\n")), 2, "only when importing portfolio-states, not prices")
}
