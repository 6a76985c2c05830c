// Package grafana writes the files that Grafana is provisioned from: the dashboards' JSON, the datasource and the
// dashboard provider. The files depend only on the version of the program and on the desk's rules.
//
//   - files.go: lists all files, writes them, and finds files on disk that differ
//   - datasource.go, provider.go: the two provisioning files
//   - ownhealth.go: what the dashboard and the alerts about macrowatch itself need
//   - yaml.go: writes the YAML of these
package grafana
