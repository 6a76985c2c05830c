// Package align puts the series of several frames on one axis of time.
package align
