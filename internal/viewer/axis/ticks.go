package axis

import (
	"math"
	"strconv"
	"strings"

	"macrowatch/internal/viewer/unit"
	"macrowatch/internal/viewer/view"
)

// TickSpacing is the least distance in pixels between the labels of a value axis. On a low panel it is half of that.
const TickSpacing = 30

// ValueTicks returns round values between the ends of an axis with a height in pixels and the unit u. If `whole` is set,
// only whole numbers are ticks. The function `label` writes a value with as many decimals as the ticks need.
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

// unitIncrement returns the smallest distance between ticks that is round in the unit u and not below `least`. Durations
// go in whole seconds, minutes, hours or days. (In Grafana they go in powers of ten, so that an axis reads 1.67 mins,
// 3.33 mins, 5 mins.)
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

// increment returns the smallest number that is 1, 2, 2.5 or 5 times a power of ten and not below `least`. If `binary`
// is set, it returns the smallest power of two that is not below `least`.
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

// LogTicks returns the powers of the base between the ends of an axis. If they are too many, it returns only every second
// power, or every third, and so on.
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
