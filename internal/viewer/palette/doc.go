// Package palette knows Grafana's colours: their names in the light and the dark theme, the palettes of
// series, the scales of heatmaps, and the arithmetic that makes one colour of another.
package palette
