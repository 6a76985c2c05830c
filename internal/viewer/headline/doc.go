// Package headline reads the headline numbers of a dashboard: the values of its stats, gauges and bar gauges,
// as the dashboard writes them, and how serious each is by the dashboard's own thresholds and value mappings.
package headline
