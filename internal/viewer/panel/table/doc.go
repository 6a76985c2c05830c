// Package table draws tables.
package table
