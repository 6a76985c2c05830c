// Package fieldconfig applies a panel's settings to fields. Each field gets a name, a unit, a range, colours,
// and a function that shows its values.
package fieldconfig
