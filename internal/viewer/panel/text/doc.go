// Package text draws panels of Markdown and HTML.
package text
