// Package pnl says what a position makes when markets move. All conventions of profit and loss are here. The package
// holds no data, reads no clock and writes no log: everything comes in as arguments. Everything it returns is a
// fraction of the position's size (0.01 is one percent). Times the position's weight it is a fraction of NAV.
//
// # Prices
//
// A position in an instrument of kind price is unfunded, as a forward or a future is: nothing is
// paid at the start, and the profit comes in the currency in which the instrument is quoted. The
// book is in BRL. With p the price and x the BRL that one unit of the quote currency costs, a
// position of weight w makes, from day 0 to day 1,
//
//	w × (p1/p0 − 1) × x1/x0
//
// of NAV: the size in quote currency is w·NAV/x0, and the profit is turned into BRL at day 1's rate.
// The money itself is not exposed to x: only the profit is. Example: 10 % of NAV in BRENT, quoted in
// USD per barrel, which goes from 80 to 82 while USDBRL goes from 5.00 to 5.10, makes
// 0.10 × 0.025 × 1.02 = 0.00255, or 0.255 % of NAV. USDBRL itself is quoted in BRL: x is 1 on both
// days. What is quoted in no currency (index points) counts with its local return, x left out.
// [ConversionOf] says how x is found.
//
// A return from or to a price of zero or below, or from one sign to the other, has no meaning:
// [ErrAcrossZero]. (WTI's settlement was −37.63 USD on 20 April 2020.)
//
// # Yields and spreads
//
// A position in an instrument of kind yield is in the bond: positive weight is long the bond (rate
// received, protection sold) and gains when the yield or spread falls. With Δy the move in decimals
// (quoted in percent: divided by 100; in bp: by 10 000), D the modified duration in years and C the
// convexity in years squared, both on day 0,
//
//	w × (−D·Δy + ½·C·Δy²)
//
// [SensitivityOf] says how D and C come from the instrument's maturity (or tenor), its coupon and the
// day's yield. Example: 50 % of NAV in a DI with exactly two years (504 business days) to run at
// 12.50 %: D = 2/1.125 = 1.7777…, C = 2·3/1.125² = 4.7407… The rate rises by 25 bp to 12.75 %:
// 0.5 × (−1.7777…×0.0025 + ½×4.7407…×0.0025²) = −0.0022148…, or −0.2215 % of NAV. (Exactly, the bond
// loses (1.125/1.1275)² − 1 = −0.44297 %, half of it −0.22148 %.)
//
// For a yield abroad the profit is taken as a fraction of the position's size without turning the
// move of the exchange rate on the profit into BRL: that term is the product of two daily moves.
//
// # What is left out
//
// Carry: the interest, roll-down and accrual that a day brings even if nothing moves. A one-day value
// at risk leaves it out, and its panels say so. (A DI that stays at 12.5 % earns 0.047 % a day. The
// sample desk's own NAV includes interest differentials for the rates that it knows.)
package pnl
