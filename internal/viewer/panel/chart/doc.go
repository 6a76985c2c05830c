// Package chart draws the panels with axes: time series, bar chart and state timeline.
package chart
