// Package render computes one panel: it runs the panel's queries and transformations and has its kind drawn
// as Grafana 11.4 would show it, every text, number and colour.
package render
