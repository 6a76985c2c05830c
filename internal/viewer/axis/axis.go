package axis

import (
	"math"
	"strconv"
	"strings"

	"macrowatch/internal/viewer/unit"
	"macrowatch/internal/viewer/view"
)

// Scale holds the settings that decide where a value axis ends.
type Scale struct {
	HardMin, HardMax *float64 // ends that hold whatever the data are
	SoftMin, SoftMax *float64 // ends that hold unless the data go beyond them
	Centered         bool     // whether zero is in the middle
	Log              float64  // the base of a logarithmic axis, 0 if the axis is linear
	Whole            bool     // whether the ends are whole numbers, because the values have no decimals
	Percent          bool     // whether the values are shares of a stack
}

// Ends returns the ends of an axis for data between lo and hi. It widens this range by a tenth and rounds it outwards. If
// all data are on one side of zero, the axis does not cross zero, and it ends at zero if it would come near.
func (s Scale) Ends(lo, hi float64) (float64, float64) {
	if math.IsInf(lo, 0) || math.IsInf(hi, 0) { // no data
		lo, hi = 0, 100
	}
	lo, hi = math.Max(lo, -LargestDrawn), math.Min(hi, LargestDrawn)
	if s.Percent {
		return math.Min(math.Floor(lo), 0), math.Max(math.Ceil(hi-1e-9), 0)
	}
	if s.Centered {
		if hi = math.Max(math.Abs(lo), math.Abs(hi)); hi == 0 {
			hi = 80 // as in Grafana, so that an axis without data has two sides too
		}
		lo = -hi
	}
	if s.HardMin != nil {
		lo = *s.HardMin
	}
	if s.HardMax != nil {
		hi = *s.HardMax
	}
	outLo, outHi := lo, hi
	if s.Log > 1 {
		outLo, outHi = logEnds(lo, hi, s.Log)
	} else {
		outLo, outHi = s.linearEnds(lo, hi)
	}
	if s.Whole {
		outLo, outHi = math.Floor(outLo), math.Ceil(outHi)
	}
	if s.HardMin != nil {
		outLo = *s.HardMin
	}
	if s.HardMax != nil {
		outHi = *s.HardMax
	}
	if !(outLo < outHi) {
		outLo, outHi = 0, 100
		if s.Log > 1 {
			outLo = 1
		}
	}
	return math.Max(outLo, -LargestDrawn), math.Min(outHi, LargestDrawn)
}

func (s Scale) linearEnds(lo, hi float64) (float64, float64) {
	delta := hi - lo
	largest := math.Max(math.Abs(lo), math.Abs(hi))
	// Values that differ only by rounding errors are one value.
	if delta < 1e-24 || math.Abs(math.Log10(largest)-math.Log10(delta)) > 10 {
		delta = 0
		if lo == 0 || hi == 0 {
			delta = 1e-24
		}
	}
	size := delta
	if size == 0 {
		if size = largest; size == 0 {
			size = 1000
		}
	}
	step := math.Pow(10, math.Floor(math.Log10(size))) / 10
	pad := func(end float64) float64 {
		if delta > 0 {
			return 0.1 * size
		}
		if end == 0 {
			return 0.1 * size
		}
		return size
	}
	newLo, newHi := roundTo(lo-pad(lo), step, math.Floor), roundTo(hi+pad(hi), step, math.Ceil)
	// A soft end holds if the data don't go beyond it. If there is none, zero is a soft end as soon as the widened range
	// would reach it.
	switch {
	case s.SoftMin != nil && lo >= *s.SoftMin:
		newLo = *s.SoftMin
	case s.SoftMin == nil && lo >= 0 && newLo <= 0:
		newLo = 0
	}
	switch {
	case s.SoftMax != nil && hi <= *s.SoftMax:
		newHi = *s.SoftMax
	case s.SoftMax == nil && hi <= 0 && newHi >= 0:
		newHi = 0
	}
	if newLo == newHi && newLo == 0 {
		newHi = 100
	}
	return newLo, newHi
}

// roundTo rounds to a multiple of step. The result has twelve digits, so that it carries no rounding errors of binary
// numbers.
func roundTo(v, step float64, round func(float64) float64) float64 {
	n := v / step
	if r := math.Round(n); math.Abs(n-r) < 1e-9 {
		n = r
	}
	out := round(n) * step
	if clean, err := strconv.ParseFloat(strconv.FormatFloat(out, 'g', 12, 64), 64); err == nil {
		return clean
	}
	return out
}

// logEnds are the whole powers of the base around positive values.
func logEnds(lo, hi, base float64) (float64, float64) {
	if !(lo > 0) {
		lo = math.Min(1, hi/base)
	}
	if !(lo > 0) {
		return 1, base * base
	}
	power := func(v float64, round func(float64) float64) float64 {
		e := math.Log(v) / math.Log(base)
		if r := math.Round(e); math.Abs(e-r) < 1e-9 {
			e = r
		}
		return math.Pow(base, round(e))
	}
	a, b := power(lo, math.Floor), power(hi, math.Ceil)
	if a == b {
		a, b = a/base, b*base
	}
	return a, b
}

// TickSpacing is the least distance in pixels between the labels of a value axis. On a low panel it is half of that.
const TickSpacing = 30

// ValueTicks returns round values between the ends of an axis that is height pixels high. u is the unit. If whole is set,
// only whole numbers are ticks. label writes a value with as many decimals as the ticks need.
func ValueTicks(lo, hi float64, height int, u string, whole bool, label func(v float64, decimals *int) string) []view.Tick {
	space := float64(TickSpacing)
	if height <= 150 {
		space /= 2
	}
	incr := unitIncrement((hi-lo)*space/float64(max(height, 1)), u)
	decimals := incrementDecimals(incr)
	var ticks []view.Tick
	for n := math.Ceil(lo/incr - 1e-9); n*incr <= hi+incr*1e-9 && len(ticks) < 200; n++ {
		v := cleanMultiple(n, incr)
		if whole && v != math.Trunc(v) {
			continue
		}
		ticks = append(ticks, view.Tick{Value: v, Text: label(v, decimals)})
	}
	return ticks
}

// unitIncrement is the smallest round distance of ticks in a unit that is not below least. Durations go in whole seconds,
// minutes, hours or days. (In Grafana they go in powers of ten, so that an axis reads 1.67 mins, 3.33 mins, 5 mins.)
func unitIncrement(least float64, u string) float64 {
	seconds, isDuration := map[string]float64{"ms": 1e-3, "s": 1, "m": 60, "h": 3600, "d": 86400}[u]
	if !isDuration || least*seconds < 1 {
		return increment(least, isIEC(u))
	}
	const minute, hour, day = 60, 3600, 86400
	for _, step := range [...]float64{
		1, 2, 5, 10, 15, 30, minute, 2 * minute, 5 * minute, 10 * minute, 15 * minute, 30 * minute,
		hour, 2 * hour, 3 * hour, 6 * hour, 12 * hour, day, 2 * day, 7 * day,
	} {
		if step >= least*seconds {
			return step / seconds
		}
	}
	return increment(least, false)
}

// increment is the smallest number of the form 1, 2, 2.5 or 5 times a power of ten that is not below least. If binary is
// set, it is the smallest power of two.
func increment(least float64, binary bool) float64 {
	if !(least > 0) || math.IsInf(least, 0) {
		return 1
	}
	if binary {
		return math.Max(1, math.Pow(2, math.Ceil(math.Log2(least))))
	}
	exp := math.Floor(math.Log10(least))
	for {
		for _, m := range [...]float64{1, 2, 2.5, 5} {
			if v, err := strconv.ParseFloat(strconv.FormatFloat(m, 'f', -1, 64)+"e"+strconv.Itoa(int(exp)), 64); err == nil && v >= least {
				return v
			}
		}
		exp++
	}
}

// incrementDecimals is the number of decimals by which neighbouring ticks differ, nil if they differ without decimals.
func incrementDecimals(incr float64) *int {
	_, frac, _ := strings.Cut(unit.Plain(math.Round(incr*1e6)/1e6), ".")
	if frac == "" || strings.ContainsRune(frac, 'e') {
		return nil
	}
	return new(len(frac))
}

// cleanMultiple is n times incr without the rounding errors of binary numbers.
func cleanMultiple(n, incr float64) float64 {
	v := n * incr
	if clean, err := strconv.ParseFloat(strconv.FormatFloat(v, 'g', 12, 64), 64); err == nil {
		v = clean
	}
	if v == 0 {
		return 0 // no minus zero
	}
	return v
}

// LogTicks returns the powers of the base between the ends of an axis, or every second, third … one if they are too many.
func LogTicks(lo, hi, base float64, height int, label func(v float64, decimals *int) string) []view.Tick {
	first, last := math.Ceil(math.Log(lo)/math.Log(base)-1e-9), math.Floor(math.Log(hi)/math.Log(base)+1e-9)
	every := math.Max(1, math.Ceil((last-first)*TickSpacing/float64(max(height, 1))))
	var ticks []view.Tick
	for e := first; e <= last; e += every {
		v := math.Pow(base, e)
		ticks = append(ticks, view.Tick{Value: v, Text: label(v, nil)})
	}
	return ticks
}

// isIEC reports whether a unit counts in powers of 1024. The ticks of such a unit are powers of two.
func isIEC(u string) bool {
	return strings.Contains(" bytes bits kbytes mbytes gbytes tbytes pbytes binBps binbps KiBs Kibits MiBs Mibits "+
		"GiBs Gibits TiBs Tibits PiBs Pibits ", " "+u+" ")
}
