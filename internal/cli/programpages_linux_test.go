package cli

import (
	"os"
	"regexp"
	"slices"
	"strconv"
	"testing"
)

// fileKilobytes returns how much of the memory of this process is pages of files.
func fileKilobytes(t *testing.T) int {
	t.Helper()
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		t.Skip(err)
	}
	found := regexp.MustCompile(`RssFile:\s+(\d+) kB`).FindSubmatch(status)
	if found == nil {
		t.Skip("this system does not tell which pages are those of files")
	}
	kilobytes, _ := strconv.Atoi(string(found[1]))
	return kilobytes
}

// The test binary runs on after its pages are gone, and needs fewer of them than before.
func TestFreeProgramTakesThePagesOfTheFile(t *testing.T) {
	before := fileKilobytes(t)
	if err := freeProgram(); err != nil {
		t.Fatal(err)
	}
	if after := fileKilobytes(t); after >= before {
		t.Errorf("%d kB of files in memory, %d before", after, before)
	}
}

func TestProgramPagesAreUnchangedPagesOfTheProgramsFile(t *testing.T) {
	t.Parallel()
	const smaps = `00400000-0196e000 r-xp 00000000 08:01 77                 /usr/bin/macrowatch
Size:              22000 kB
Rss:               17280 kB
Anonymous:             0 kB
VmFlags: rd ex mr mw me sd
0196e000-0311b000 r--p 0156e000 08:01 77                 /usr/bin/macrowatch
Anonymous:             0 kB
03000000-03100000 r--p 0156e000 08:01 77                 /usr/bin/macrowatch
Anonymous:             4 kB
Swap:                  4 kB
03100000-0311b000 r--p 0166e000 08:01 77                 /usr/bin/macrowatch
Anonymous:             0 kB
Swap:                  4 kB
0311b000-03355000 rw-p 02d1b000 08:01 77                 /usr/bin/macrowatch
Anonymous:             0 kB
7f0000000000-7f0000100000 r-xp 00000000 08:01 78         /usr/lib/libc.so.6
Anonymous:             0 kB
7f0000200000-7f0000300000 r--p 00000000 00:00 0
Anonymous:             0 kB
`
	want := []addresses{{0x400000, 0x196e000}, {0x196e000, 0x311b000}}
	if got := programPages([]byte(smaps), 0x401234); !slices.Equal(got, want) {
		t.Errorf("%x, want %x", got, want)
	}
	if got := programPages([]byte(smaps), 0x1234); got != nil {
		t.Errorf("%x for a function that is in no file", got)
	}
}
