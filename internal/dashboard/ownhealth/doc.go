// Package ownhealth defines what watches macrowatch itself: a dashboard of its metrics for Grafana, and the alerts that
// Prometheus evaluates.
//
//   - dashboard.go: the dashboard; panels.go: its panels; draw.go: how a panel is drawn
//   - alerts.go: the alerts and the file that has them
package ownhealth
