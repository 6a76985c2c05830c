// Package kinds lists the kinds of panels that the viewer draws.
package kinds
