// Package variable computes the choices of a dashboard's variables, and decides which of them are their values.
package variable
