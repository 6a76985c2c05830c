// Package heatmap draws heatmaps whose rows and columns a query has counted.
package heatmap
