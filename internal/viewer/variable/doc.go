// Package variable computes the choices of a dashboard's variables and settles their values.
package variable
