package market

import "macrowatch/internal/sample/calendar"

// driver is one of the series from which the levels are computed.
type driver int

// The drivers. A "short" is where the policy rate is going; the policy rate follows in steps.
const (
	brShort driver = iota
	brReal         // long real yield
	brExpected
	usShort
	usLong
	eurShort
	mxShort
	zaShort
	jpShort
	cdsBR
	cdsMX
	cdsCO
	cdsZA
	usdbrl
	eurusd
	usdmxn
	usdzar
	usdjpy
	audusd
	spx
	ibov
	gold
	brent
	vix
	// The drivers from here on are noise around a curve. Each is 1 on average.
	cupomBasis
	diBelly
	diLong
	ntnbBelly
	cdsSlope
	drivers = 29
)

// marketOf returns the market on whose days a driver moves.
func marketOf(d driver) calendar.Market {
	switch d {
	case brShort, brReal, brExpected, usdbrl, ibov, cupomBasis, diBelly, diLong, ntnbBelly:
		return calendar.B3
	case usShort, usLong:
		return calendar.USBonds
	case spx, gold, brent, vix, cdsBR, cdsMX, cdsCO, cdsZA, cdsSlope:
		return calendar.NewYork
	}
	return calendar.Currency
}

// processOf returns how a driver moves. The levels and volatilities are about as large as those of the real
// series in 2010–2025. None of them is an estimate.
func processOf(d driver) process {
	switch d {
	case brShort:
		return process{4.6, 11.2, 0.45, 0, 0.20, []loading{{brRates, 0.5}, {inflation, 0.4}, {brazil, 0.2}}}
	case brReal:
		return process{4.4, 5.6, 0.8, 0, 0.15, []loading{{brRates, 0.7}, {brazil, 0.45}, {usRates, 0.15}}}
	case brExpected:
		return process{3.9, 4.9, 0.7, 0, 0.11, []loading{{inflation, 0.6}, {brRates, 0.35}, {brazil, 0.3}}}
	case usShort:
		return process{1.6, 3.2, 0.4, 0, 0.28, []loading{{usRates, 0.55}, {riskAversion, -0.25}}}
	case usLong:
		return process{1.9, 3.9, 0.4, 0, 0.21, []loading{{usRates, 0.85}, {riskAversion, -0.25}}}
	case eurShort:
		return process{0.6, 2.1, 0.4, 0, 0.25, []loading{{usRates, 0.4}}}
	case mxShort:
		return process{7.2, 8.0, 0.5, 0, 0.14, []loading{{usRates, 0.3}, {riskAversion, 0.1}}}
	case zaShort:
		return process{6.4, 7.2, 0.5, 0, 0.13, []loading{{usRates, 0.2}, {riskAversion, 0.15}}}
	case jpShort:
		return process{0.2, 0.5, 0.5, 0, 0.22, []loading{{usRates, 0.2}}}
	case vix:
		return process{14, 16, 9, 0, 0.95, []loading{{riskAversion, 0.8}}}
	}
	if p, ok := creditProcess(d); ok {
		return p
	}
	if p, ok := currencyProcess(d); ok {
		return p
	}
	if p, ok := globalProcess(d); ok {
		return p
	}
	// The noise around the curves: half of a gap has gone in about four months.
	return process{1, 1, 2, 0, noiseVolatility(d), nil}
}

func creditProcess(d driver) (process, bool) {
	switch d {
	case cdsBR:
		return process{105, 185, 0.9, 0, 0.42, []loading{{brazil, 0.6}, {riskAversion, 0.55}, {oil, -0.1}}}, true
	case cdsMX:
		return process{80, 115, 0.9, 0, 0.38, []loading{{riskAversion, 0.7}, {brazil, 0.15}, {oil, -0.15}}}, true
	case cdsCO:
		return process{75, 170, 0.8, 0, 0.40, []loading{{riskAversion, 0.65}, {brazil, 0.2}, {oil, -0.3}}}, true
	case cdsZA:
		return process{165, 215, 0.9, 0, 0.36, []loading{{riskAversion, 0.65}, {brazil, 0.15}}}, true
	}
	return process{}, false
}

func currencyProcess(d driver) (process, bool) {
	switch d {
	case usdbrl:
		return process{4.02, 5.35, 0.35, 0, 0.135, []loading{{brazil, 0.55}, {riskAversion, 0.4}, {dollar, 0.35}}}, true
	case eurusd:
		return process{1.12, 1.12, 0.3, 0, 0.072, []loading{{dollar, -0.75}, {riskAversion, -0.1}}}, true
	case usdmxn:
		return process{18.9, 18.8, 0.35, 0, 0.11, []loading{{riskAversion, 0.5}, {dollar, 0.35}, {brazil, 0.2}}}, true
	case usdzar:
		return process{14.0, 16.8, 0.35, 0, 0.135, []loading{{riskAversion, 0.5}, {dollar, 0.4}, {brazil, 0.15}}}, true
	case usdjpy:
		return process{108.7, 132, 0.25, 0, 0.088, []loading{{dollar, 0.45}, {usRates, 0.4}, {riskAversion, -0.25}}}, true
	case audusd:
		return process{0.70, 0.70, 0.3, 0, 0.095, []loading{{dollar, -0.55}, {riskAversion, -0.45}}}, true
	}
	return process{}, false
}

func globalProcess(d driver) (process, bool) {
	switch d {
	case spx:
		return process{3230, 0, 0, 0.065, 0.15, []loading{{riskAversion, -0.8}, {usRates, -0.1}}}, true
	case ibov:
		return process{115_500, 0, 0, 0.075, 0.19, []loading{{brazil, -0.55}, {riskAversion, -0.5}, {brRates, -0.15}}}, true
	case gold:
		return process{1520, 0, 0, 0.045, 0.14, []loading{{dollar, -0.4}, {usRates, -0.3}, {riskAversion, 0.15}}}, true
	case brent:
		return process{66, 72, 0.6, 0, 0.30, []loading{{oil, 0.75}, {riskAversion, -0.35}}}, true
	}
	return process{}, false
}

func noiseVolatility(d driver) float64 {
	switch d {
	case cupomBasis:
		return 0.12
	case cdsSlope:
		return 0.10
	}
	return 0.03
}
