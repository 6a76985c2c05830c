// Package boardfiles reads dashboards from a folder of files in Grafana's JSON, and notices when the files change.
//
// Whoever writes such a file may be mistaken, or mean harm. So a file that can't be shown becomes a dashboard with a fault, and
// the other files are read all the same. The package decides what a file may be: how large, how deep and how long, which
// characters its titles have, and where its panels stand. What it returns is safe for the viewer to parse and for the page to
// lay out. It says nothing about the panels' queries, which the viewer runs like those of any dashboard.
package boardfiles
