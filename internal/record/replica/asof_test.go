package replica

import (
	"testing"
	"time"

	"macrowatch/internal/record/store"
	_ "macrowatch/internal/testkit/testenv" // the same surroundings for every run
)

// at is an instant of the test's clock.
func at(seconds int) time.Time { return time.Unix(int64(seconds), 0) }

func TestWhatAReplicaHasIsAsOldAsTheNewestMarkThatItIsBeyond(t *testing.T) {
	t.Parallel()
	var m marks
	if !m.of(500).IsZero() {
		t.Error("before the primary was asked, something is known")
	}
	for second, place := range []store.LogPlace{100, 200, 200, 200, 300, 400} {
		m.note(place, at(second+1))
	}
	for place, want := range map[store.LogPlace]time.Time{99: {}, 100: at(1), 199: at(1), 200: at(4), 299: at(4), 300: at(5), 400: at(6), 999: at(6)} {
		if got := m.of(place); !got.Equal(want) {
			t.Errorf("at %d: %v, want %v", place, got, want)
		}
	}
	m.forget(250)
	if len(m.known) != 3 || !m.of(250).Equal(at(4)) || !m.of(400).Equal(at(6)) {
		t.Errorf("after it was forgotten what is no longer needed: %v", m.known)
	}
	m.note(50, at(7)) // the log of another primary
	if len(m.known) != 1 || !m.of(60).Equal(at(7)) {
		t.Errorf("the log of another primary: %v", m.known)
	}
}

// A replica that stands still for hours must not fill the memory, and what it has must not look newer than it is.
func TestAReplicaThatStandsStillCostsLittle(t *testing.T) {
	t.Parallel()
	var m marks
	const hours = 12 * 3600
	for second := range hours {
		m.note(store.LogPlace(10*second), at(second))
	}
	if len(m.known) > mostMarks {
		t.Errorf("%d marks are kept", len(m.known))
	}
	for _, second := range []int{0, 1, 100, 5000, hours - 1} {
		if got := m.of(store.LogPlace(10 * second)); got.After(at(second)) || second > 0 && got.Before(at(second-64)) {
			t.Errorf("what was written at %d is said to be of %d", second, got.Unix())
		}
	}
}

func TestLagsAreRoundedUp(t *testing.T) {
	t.Parallel()
	for lag, want := range map[time.Duration]string{
		5100 * time.Millisecond: "10 s", 15 * time.Second: "15 s", 31 * time.Second: "40 s", 119 * time.Second: "120 s", 121 * time.Second: "3 min", 61 * time.Minute: "70 min",
	} {
		if got := upTo(lag); got != want {
			t.Errorf("%v: %s, want %s", lag, got, want)
		}
	}
}
