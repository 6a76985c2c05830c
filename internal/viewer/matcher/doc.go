// Package matcher finds the fields that an override or a transformation is for.
package matcher
