// Package reducer computes one value of a whole field, such as its last value, its mean or its range.
package reducer
