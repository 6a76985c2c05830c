// Package js converts and compares values as JavaScript does. Grafana's rules are written in terms of
// JavaScript's conversions between numbers and texts; these are the ones that decide what a reader sees.
package js
