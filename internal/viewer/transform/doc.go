// Package transform turns the frames of a panel's queries into others before the panel's field settings are
// applied, by Grafana 11.4's rules. Each transformation has a file of its own.
package transform
