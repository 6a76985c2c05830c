package query_test

import (
	"math/rand/v2"
	"testing"
	"time"

	"macrowatch/internal/viewer/query"
)

// The quick way must read the same as time.Parse, or leave the text to it.
func TestUsualInstantsAreReadAsTimeParseDoes(t *testing.T) {
	t.Parallel()
	layouts := []string{"2006-01-02", "2006-01-02 15:04:05.999999999", "2006-01-02 15:04:05.999999999Z07"}
	read := map[bool]int{}
	check := func(text string) {
		got, ok := query.UsualInstant([]byte(text))
		read[ok]++
		if !ok {
			return
		}
		for _, layout := range layouts {
			if want, err := time.Parse(layout, text); err == nil {
				if !got.Equal(want) || got.Location() != time.UTC {
					t.Errorf("%q: %s, want %s", text, got, want)
				}
				return
			}
		}
		t.Errorf("%q is read as %s, and time.Parse refuses it", text, got)
	}
	for _, text := range []string{"2025-03-01", "0001-01-01", "9999-12-31 23:59:59.999999-15", "2024-02-29", "2023-02-29", "2025-02-30 00:00:00+00",
		"2025-13-01", "2025-00-10", "2025-04-31", "2025-03-01 24:00:00", "2025-03-01 12:60:00", "2025-03-01 12:00:60", "2025-03-01 12:30:00.",
		"2025-03-01 12:30:00.1234567890", "2025-03-01 12:30:00+5", "2025-03-01 12:30:00+05:30", "2025-03-01 12:30:00+24", "2025-03-01 12:30:00Z",
		"2025-03-01T12:30:00+00", "12025-03-01", "44-03-15 BC", "0044-03-15 BC", "infinity", "-infinity", "", "2025-03-01 12:30:00 BC", "2025-03-01 12:30:0x",
		"2025-03-01 12:30:00+0x", "2025-03-01 12:30:00*00", "2025-03-01 12:30"} {
		check(text)
	}
	random := rand.New(rand.NewPCG(1, 2))
	first, last := time.Date(1, 1, 1, 0, 0, 0, 0, time.UTC).Unix(), time.Date(9999, 12, 31, 0, 0, 0, 0, time.UTC).Unix()
	for range 20_000 {
		at := time.Unix(first+random.Int64N(last-first), random.Int64N(1e6)*1000).In(time.FixedZone("", (random.IntN(27)-13)*3600))
		check(at.Format(layouts[0]))
		check(at.Format("2006-01-02 15:04:05.999999"))
		check(at.Format("2006-01-02 15:04:05.999999-07"))
	}
	if read[true] < 60_000 || read[false] < 20 {
		t.Errorf("%d texts are read, %d left", read[true], read[false])
	}
}
