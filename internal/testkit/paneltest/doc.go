// Package paneltest renders panels of made-up dashboards for tests.
package paneltest
