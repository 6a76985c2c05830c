// Package js converts and compares values as JavaScript does. What Grafana shows depends on JavaScript's conversions between
// numbers, texts and booleans, so the viewer needs the same ones.
package js
