// Package single draws the panels of single values: stat, gauge, bar gauge and pie chart.
package single
