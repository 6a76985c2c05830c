// Package sanitize removes from HTML what could do harm.
package sanitize
