// Package axis chooses the ends and the ticks of axes, of values and of time.
package axis
