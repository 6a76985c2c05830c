// Package daily puts a desk's day on two printed pages: first a sentence for each thing that is not as it should be, then
// the book, its risk, the pipeline and the signals. Most figures come from the queries of the dashboards' panels. The
// package reads no clock: the caller says for which moment the pages are.
package daily
