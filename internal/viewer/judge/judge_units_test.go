package judge_test

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"macrowatch/internal/viewer/js"
	"macrowatch/internal/viewer/palette"
	"macrowatch/internal/viewer/unit"
)

type unitText struct{ Text, Prefix, Suffix string }

func judgedUnits() []string {
	return strings.Fields(`none string short sishort percent percentunit humidity dB candela hex0x hex sci locale pixel
		accMS2 degree arcmin areaM2 flops mflops yflops ppm conppb conμgm3 congNm3 conmmolL currencyUSD currencyGBP currencyEUR
		currencyJPY currencyBRL currencyDKK currencySEK currencyCHF currencyVND currencyTRY currencymBTC currencyμBTC
		bytes decbytes bits decbits kbytes deckbytes mbytes gbytes decgbytes tbytes pbytes decpbytes pps binBps Bps binbps bps
		KiBs Kibits KBs Kbits MBs Gbits PiBs Pbits
		dateTimeAsIso dateTimeAsIsoNoDateIfToday dateTimeAsUS dateTimeAsUSNoDateIfToday dateTimeAsLocal
		dateTimeAsLocalNoDateIfToday dateTimeAsSystem dateTimeFromNow
		watt kwatt mwatt Wm2 kwatth mwatth joule ev mamp kvolt dBm mohm µfarad nfarad ffarad mhenry µhenry lumens
		flowgpm litreh lux forceNm forcekN Hs EHs massmg massg masslb masskg masst lengthmm lengthft lengthkm
		pressurembar pressurehpa pressurehg pressurepsi radbq radusvh rotrpm rotghz celsius farenheit fahrenheit kelvin
		hertz ns µs ms s m h d dtdurationms dtdurations dthms dtdhms timeticks clockms clocks
		cps ops reqps rps wps iops eps mps recps rowsps cpm opm reqpm rpm wpm epm mpm recpm rowspm
		velocityms velocitykmh mlitre litre m3 Nm3 gallons bool bool_yes_no bool_on_off
		lots prefix:~ suffix:lots si:mlots si:lots si:kW si:µx count:runs currency:NAV bool:up/down bool:up
		time:YYYY time:YYYY-MM-DD[T]HH:mm:ss.SSSZ time:dddd,MMMM,Do,YYYY,h:mm:ss,a time:MMM,D,YY,HH,A time:DDDD,E,d,w,W,GGGG,gggg,Q,x,X
		time:L,LT time:LLLL time:k,kk,ZZ,SSSSSS,Mo,Qo,wo`)
}

func judgedNumbers() []float64 {
	out := []float64{0, 1, -1, 0.5, 1.5, 2.5, -2.5, 0.1, 0.25, 0.225, 0.226, 1e-3, 1e-6, 1e-7, 1.005, 1.0049, 9.995, 99.995, 999.5, 999.9999,
		1000, 1001, 10000, 1e5, 1e6, 1e9, 1e12, 1e15, 1e18, 1e20, 1e21, 1e24, 123456789.123, 1023, 1024, 1048576, 59, 60, 61, 3599,
		3600, 86399, 86400, 604800, 2592000, 31535999, 31536000, 31556900, 42.5, 7, 6.9, 365, 24, 168, 8760,
		255, -255, 0.3, 33.333333333, math.Inf(1), math.Inf(-1), math.Copysign(0, -1), 45, 90, -45.5}
	r := rand.New(rand.NewPCG(11, 4))
	for range 60 {
		v := (r.Float64() - 0.5) * math.Pow(10, float64(r.IntN(16)-5))
		out = append(out, v, math.Round(v*100)/100)
	}
	return out
}

// judgedInstants lie around the times at which a relative time changes its words, as from "an hour ago" to "2 hours ago".
func judgedInstants() []float64 {
	now := judgeNow()
	out := []float64{0, -1, 1e12, 1.7e12, 951782400000, math.NaN(), 8e15, 8.64e15 + 1}
	for _, d := range []time.Duration{0, time.Second, 44 * time.Second, 45 * time.Second, 89 * time.Second, 90 * time.Second,
		44 * time.Minute, 45 * time.Minute, 89 * time.Minute, 91 * time.Minute, 21 * time.Hour, 22 * time.Hour, 35 * time.Hour, 37 * time.Hour,
		25 * 24 * time.Hour, 26 * 24 * time.Hour, 31 * 24 * time.Hour, 45 * 24 * time.Hour, 47 * 24 * time.Hour, 90 * 24 * time.Hour,
		319 * 24 * time.Hour, 320 * 24 * time.Hour, 345 * 24 * time.Hour, 547 * 24 * time.Hour, 549 * 24 * time.Hour, 4000 * 24 * time.Hour} {
		out = append(out, float64(now.Add(-d).UnixMilli()), float64(now.Add(d).UnixMilli()))
	}
	r := rand.New(rand.NewPCG(3, 9))
	for range 150 {
		out = append(out, float64(now.UnixMilli())-math.Floor(math.Pow(10, 3+9*r.Float64())))
	}
	return out
}

func TestUnitsReadAsInGrafana(t *testing.T) {
	t.Parallel()
	loc, err := time.LoadLocation(judgeZone)
	if err != nil {
		t.Fatal(err)
	}
	env := unit.Env{Now: judgeNow(), Location: loc}
	decimals := []*int{nil, new(0), new(1), new(2), new(3), new(5)}
	var dates, numbers []string
	for _, u := range judgedUnits() {
		if unit.IsDate(u) || strings.HasPrefix(u, "dateTime") {
			dates = append(dates, u)
		} else {
			numbers = append(numbers, u)
		}
	}
	type question struct {
		Kind     string   `json:"kind"`
		Units    []string `json:"units"`
		Values   []any    `json:"values"`
		Decimals []*int   `json:"decimals"`
	}
	ask := func(units []string, values []float64, decimals []*int) question {
		q := question{Kind: "units", Units: units, Decimals: decimals}
		for _, v := range values {
			q.Values = append(q.Values, travelling(v))
		}
		return q
	}
	v := &verdict{t: t}
	numberValues, dateValues := judgedNumbers(), judgedInstants()
	answers := askJudge(t, palette.Dark, []any{ask(numbers, numberValues, decimals), ask(dates, dateValues, []*int{nil})})
	for i, c := range []struct {
		units    []string
		values   []float64
		decimals []*int
	}{{numbers, numberValues, decimals}, {dates, dateValues, []*int{nil}}} {
		var want [][][]unitText
		if err := json.Unmarshal(answers[i], &want); err != nil {
			t.Fatalf("%v: %.300s", err, answers[i])
		}
		for a, id := range c.units {
			format := unit.Lookup(id)
			for b, value := range c.values {
				for k, d := range c.decimals {
					got := format(value, d, env)
					expected := want[a][b][k]
					// Node writes a narrow space before PM, and browsers write a plain one.
					expected.Text = strings.ReplaceAll(expected.Text, "\u202f", " ")
					v.same(unitText(got), expected, "%s of %v with %v decimals", id, value, js.Text(decimalsOf(d)))
				}
			}
		}
	}
	v.done(150_000)
}

// A unit that is missing here would be shown as its id behind the number, without any error.
func TestEveryUnitOfGrafanaIsKnown(t *testing.T) {
	t.Parallel()
	loc, err := time.LoadLocation(judgeZone)
	if err != nil {
		t.Fatal(err)
	}
	var ids []string
	if err := json.Unmarshal(askJudge(t, palette.Dark, []any{map[string]any{"kind": "unitIDs"}})[0], &ids); err != nil {
		t.Fatal(err)
	}
	if len(ids) < 250 {
		t.Errorf("Grafana has only %d units", len(ids))
	}
	const value = 12345.5
	var want [][][]unitText
	question := map[string]any{"kind": "units", "units": ids, "values": []any{value}, "decimals": []any{1}}
	if err := json.Unmarshal(askJudge(t, palette.Dark, []any{question})[0], &want); err != nil {
		t.Fatal(err)
	}
	for i, id := range ids {
		t.Run(id, func(t *testing.T) {
			expected := want[i][0][0]
			expected.Text = strings.ReplaceAll(expected.Text, "\u202f", " ")
			if got := unitText(unit.Lookup(id)(value, new(1), unit.Env{Now: judgeNow(), Location: loc})); got != expected {
				t.Errorf("%+v, Grafana shows %+v", got, expected)
			}
		})
	}
}

func decimalsOf(d *int) any {
	if d == nil {
		return "automatic"
	}
	return float64(*d)
}
