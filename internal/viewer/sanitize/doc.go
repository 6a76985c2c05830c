// Package sanitize keeps of a text's markup what can do no harm.
package sanitize
