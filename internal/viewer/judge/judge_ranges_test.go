package judge_test

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"testing"

	"macrowatch/internal/viewer/axis"
	"macrowatch/internal/viewer/palette"
)

// judgedRange is a question about a value axis: the extremes of its data and its settings.
type judgedRange struct {
	Lo       float64  `json:"lo"`
	Hi       float64  `json:"hi"`
	HardMin  *float64 `json:"hardMin"`
	HardMax  *float64 `json:"hardMax"`
	SoftMin  *float64 `json:"softMin"`
	SoftMax  *float64 `json:"softMax"`
	Centered bool     `json:"centered"`
	Log      float64  `json:"log"`
	Whole    bool     `json:"whole"`
}

func judgedRanges() []judgedRange {
	r := rand.New(rand.NewPCG(3, 9))
	value := func() float64 {
		switch r.IntN(10) {
		case 0:
			return 0
		case 1:
			return float64(r.IntN(200) - 100)
		}
		return math.Round((r.Float64()-0.4)*math.Pow(10, float64(r.IntN(8))-2)*1e4) / 1e4
	}
	maybe := func(v float64) *float64 {
		if r.IntN(4) > 0 {
			return nil
		}
		return &v
	}
	var out []judgedRange
	for range 4000 {
		a, b := value(), value()
		q := judgedRange{Lo: math.Min(a, b), Hi: math.Max(a, b), SoftMin: maybe(value()), SoftMax: maybe(value())}
		switch r.IntN(6) {
		case 0:
			q.Whole = true
		case 1:
			q.SoftMin, q.SoftMax = new(0.0), new(0.0) // a bar chart
		case 2:
			q.SoftMin, q.HardMin = nil, new(q.Lo-math.Abs(value()))
		case 3:
			q.SoftMax, q.HardMax = nil, new(q.Hi+math.Abs(value()))
		case 4:
			q.SoftMin, q.SoftMax, q.Centered = nil, nil, true
		}
		if r.IntN(12) == 0 && q.Lo > 0 {
			q = judgedRange{Lo: q.Lo, Hi: q.Hi, Log: []float64{2, 10}[r.IntN(2)]}
		}
		out = append(out, q)
	}
	return out
}

func TestValueAxesEndWhereGrafanasDo(t *testing.T) {
	t.Parallel()
	asked := judgedRanges()
	answers := askJudge(t, palette.Dark, []any{map[string]any{"kind": "ranges", "ranges": asked}})
	var want [][2]float64
	if err := json.Unmarshal(answers[0], &want); err != nil {
		t.Fatalf("%v in %.200s", err, answers[0])
	}
	v := &verdict{t: t}
	for i, q := range asked {
		lo, hi := axis.Scale{HardMin: q.HardMin, HardMax: q.HardMax, SoftMin: q.SoftMin, SoftMax: q.SoftMax, Centered: q.Centered,
			Log: q.Log, Whole: q.Whole}.Ends(q.Lo, q.Hi)
		raw, _ := json.Marshal(q)
		// uPlot's ends carry rounding errors of binary numbers, which are not visible anywhere.
		near := 1e-9 * math.Max(math.Abs(want[i][0]), math.Abs(want[i][1]))
		v.same(math.Abs(lo-want[i][0]) <= near, true, "%s: least end %v, Grafana's %v", raw, lo, want[i][0])
		v.same(math.Abs(hi-want[i][1]) <= near, true, "%s: greatest end %v, Grafana's %v", raw, hi, want[i][1])
	}
	v.done(8000)
}
