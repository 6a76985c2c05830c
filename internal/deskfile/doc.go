// Package deskfile reads and writes the desk file: the YAML file in which a desk describes itself. It says what is wrong
// with a file, each fault with its line and column and with what is allowed. It takes the text and opens no file.
package deskfile
