// Package lineage reads events of OpenLineage, and says which run of which step they tell of. It has no database.
//
// OpenLineage is the format in which Airflow, dbt, Spark, Dagster and others report their runs. A run sends several
// events. They may arrive in any order and more than once. So nothing here depends on the order: Facts holds what is
// known of one run, and merging the same events in any order gives the same Facts.
//
// The files:
//
//   - event.go: an event; parse.go: reading one; facets.go: what a known facet must have; times.go: the forms of times
//   - read.go: the events of a text
//   - facts.go: what is known of a run
//   - rules.go, rulefile.go: which step a job is; names.go: names that can be steps
//   - preview.go: what events would become
package lineage
