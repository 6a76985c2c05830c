// Package fieldconfig gives fields what a panel's settings make of them: a name, a unit, a range, colours,
// and a function that shows their values.
package fieldconfig
