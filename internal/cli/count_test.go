package cli

import (
	"testing"
	"time"
)

func TestCountsHaveTheNounThatFits(t *testing.T) {
	t.Parallel()
	for want, n := range map[string]int{"0 rows": 0, "1 row": 1, "2 rows": 2, "999 rows": 999, "1,000 rows": 1000, "1,234,567 rows": 1234567} {
		t.Run(want, func(t *testing.T) {
			t.Parallel()
			if got := counted(n, "row", "rows"); got != want {
				t.Errorf("%q, want %q", got, want)
			}
		})
	}
}

func TestTimesTakenAreShort(t *testing.T) {
	t.Parallel()
	for want, d := range map[string]time.Duration{
		"0.0 s": time.Millisecond, "0.3 s": 312 * time.Millisecond, "9.9 s": 9900 * time.Millisecond, "12 s": 12_700 * time.Millisecond,
		"1 min 0 s": time.Minute, "2 min 5 s": 125 * time.Second, "1 h 3 min": 63*time.Minute + 40*time.Second,
	} {
		t.Run(want, func(t *testing.T) {
			t.Parallel()
			if got := took(d); got != want {
				t.Errorf("%q, want %q", got, want)
			}
		})
	}
}
