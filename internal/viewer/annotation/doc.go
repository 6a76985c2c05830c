// Package annotation runs a dashboard's annotation queries and says which marks stand on which panel.
package annotation
