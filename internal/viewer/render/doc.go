// Package render computes what one panel shows. It runs the panel's queries and transformations, and then has the
// panel's kind draw the result, with every text, number and colour as in Grafana 11.4.
package render
