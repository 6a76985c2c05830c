package store_test

import (
	"testing"

	"macrowatch/internal/record/store"
)

func TestTheEndOfTheLogIsThatOfItsLastRecord(t *testing.T) {
	t.Parallel()
	const page, file = 8192, 16 << 20
	for _, c := range []struct {
		name                string
		next, flushed, want store.LogPlace
	}{
		{"all is on the disk", 5000, 5000, 5000},
		{"a record is not on the disk yet", 5100, 5000, 5100},
		{"the last record fills its page", 3*page + 24, 3 * page, 3 * page},
		{"the last record fills its file", 2*file + 40, 2 * file, 2 * file},
		{"the last record goes on in the next page", 3*page + 40, 3 * page, 3*page + 40},
		{"the page is on the disk, and a record follows", 3*page + 64, 3 * page, 3*page + 64},
	} {
		if got := store.EndOfLog(c.next, c.flushed); got != c.want {
			t.Errorf("%s: %d, want %d", c.name, got, c.want)
		}
	}
	if got := store.LogPlace(1<<32 | 0x3000148).String(); got != "1/3000148" {
		t.Errorf("a place is written %s", got)
	}
}
