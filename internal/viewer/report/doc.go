// Package report writes dashboards as one file that needs no server and no network: the page with its style sheet, fonts and
// script inside, and beside them what the server answers at one moment. It also prints such a file as a PDF.
//
// The file's content security policy allows only what the file itself holds.
package report
