// Package request describes a reader's request: above all a range of time, and a clock in the reader's zone. From it come
// the values of the macros and variables in a panel's queries.
package request
