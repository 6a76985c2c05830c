package strategy

import (
	"slices"
	"strings"
	"testing"
)

func TestTheDeskHasTwoDozenStrategiesOfSixClasses(t *testing.T) {
	t.Parallel()
	prefix := map[Class]string{FX: "FX_", Rates: "RATES_", Inflation: "INF_", Cupom: "CUPOM_", Sovereign: "SOV_", CrossAsset: "CROSS_"}
	count, rules, ids := map[Class]int{}, map[string]bool{}, map[string]bool{}
	last := 0
	for _, s := range All() {
		if !strings.HasPrefix(s.ID, prefix[s.Class]) || ids[s.ID] {
			t.Errorf("%q is no name for a strategy of class %s, or is there twice", s.ID, s.Class)
		}
		if s.Rule == "" || s.Source == "" || s.Least < 1 || len(s.Groups) < s.Least || s.decide == nil {
			t.Errorf("%s is not complete", s.ID)
		}
		at := slices.Index(Classes(), s.Class)
		if at < last {
			t.Errorf("%s stands behind a later class", s.ID)
		}
		last, ids[s.ID], rules[s.Source] = at, true, true
		count[s.Class]++
	}
	if len(ids) != 24 || len(count) != 6 {
		t.Errorf("%d strategies of %d classes", len(ids), len(count))
	}
	if len(rules) < 8 {
		t.Errorf("only %d rules", len(rules))
	}
}

// names is a market that has instruments of these names.
func names(all ...string) func(string) (int, bool) {
	return func(name string) (int, bool) { at := slices.Index(all, name); return at, at >= 0 }
}

func TestAStrategyLeavesOutWhatTheMarketLacks(t *testing.T) {
	t.Parallel()
	s := Strategy{ID: "X", Least: 1, Groups: []Group{
		{Trades: []string{"A|B"}, Reads: []string{"C"}}, {Trades: []string{"B"}, Reads: []string{"C"}}, {Trades: []string{"A", "D"}},
	}}
	b, reason := s.Bind(names("B", "C"))
	if reason != "" || !slices.Equal(b.Trades(), []int{0}) || !slices.Equal(b.Reads(), []int{1}) || len(b.groups) != 1 {
		t.Errorf("trades %v, reads %v in %d groups, %q", b.Trades(), b.Reads(), len(b.groups), reason)
	}
}

func TestAStrategyWithTooLittleSaysWhatIsMissing(t *testing.T) {
	t.Parallel()
	s := Strategy{ID: "X", Least: 2, Groups: []Group{{Trades: []string{"A"}}, {Trades: []string{"B|C"}}, {Trades: []string{"D"}}}}
	if _, reason := s.Bind(names("A")); reason != "it needs at least 2 of the things that it compares and has 1: there are no usable prices of B or C and D" {
		t.Errorf("reason %q", reason)
	}
	if _, reason := s.Bind(names()); reason != "there are no usable prices of A, B or C and D" {
		t.Errorf("reason %q", reason)
	}
}

func TestAGroupIsAskedOnlyWhileItsMembersLive(t *testing.T) {
	t.Parallel()
	asked := 0
	s := Strategy{ID: "X", Least: 1, Groups: []Group{{Trades: []string{"A"}, Reads: []string{"B"}}},
		decide: each(func(_ []*Series, say func(int, float64, float64)) { asked++; say(0, 3, 2) })}
	b, _ := s.Bind(names("A", "B"))
	for _, c := range []struct {
		a, b Series
		want int
	}{
		{Series{Live: true, Volatility: 0.1}, Series{Live: true}, 1},
		{Series{Live: true}, Series{Live: true}, 0},
		{Series{Live: false, Volatility: 0.1}, Series{Live: true}, 0},
		{Series{Live: true, Volatility: 0.1}, Series{Live: false}, 0},
	} {
		asked = 0
		opinions := b.Decide([]Series{c.a, c.b})
		if asked != c.want || len(opinions) != c.want {
			t.Errorf("%+v, %+v: asked %d times, %d opinions", c.a, c.b, asked, len(opinions))
		}
		if len(opinions) == 1 && (opinions[0].Score != 1 || opinions[0].Confidence != 1) {
			t.Errorf("%+v: scores and confidences end at 1", opinions[0])
		}
	}
}

func TestOpinionsOfSeveralGroupsAreAveraged(t *testing.T) {
	t.Parallel()
	s := Strategy{ID: "X", Least: 1, Groups: []Group{{Trades: []string{"A", "B"}}, {Trades: []string{"B", "C"}}},
		decide: func(groups []boundGroup, say verdict) {
			say(0, 0, 1, 0.5)
			say(0, 1, -1, 0.5)
			say(1, 0, 0.5, 1)
			say(1, 1, -0.5, 1)
		}}
	b, _ := s.Bind(names("C", "B", "A"))
	live := Series{Live: true, Volatility: 0.1}
	got := b.Decide([]Series{live, live, live})
	want := []Opinion{{0, -0.5, 1}, {1, -0.25, 0.75}, {2, 1, 0.5}}
	if !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}
