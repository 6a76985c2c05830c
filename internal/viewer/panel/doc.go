// Package panel has what every kind of panel needs: what a kind must say about itself, the job of computing one panel,
// the options that are known, the legend, the time axis and the annotations. The kinds themselves are in the packages
// below it, and package kinds lists them.
package panel
