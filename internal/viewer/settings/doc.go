// Package settings reads the settings that a dashboard's JSON holds for a panel's fields: thresholds, value
// mappings, links, units, overrides and transformations. It is as lenient as Grafana.
package settings
