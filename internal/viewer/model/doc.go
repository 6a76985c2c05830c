// Package model reads a Grafana dashboard's JSON: its panels, variables and annotation queries.
package model
