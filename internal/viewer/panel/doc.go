// Package panel has what every kind of panel needs: the job of computing one panel, the options that are
// known, the legend, the time axis and the marks. The kinds are the packages below it.
package panel
