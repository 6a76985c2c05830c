// Package grafana writes the files that Grafana is provisioned from: the dashboards' JSON, the
// datasource and the dashboard provider. They depend on nothing but this version of the program.
//
//   - files.go: all files, writing them, and what differs from them
//   - datasource.go, provider.go: the two provisioning files
//   - yaml.go: how they are written
package grafana
